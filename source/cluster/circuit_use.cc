#include "cluster/circuit_use.h"

#include "base/check.h"
#include "stats/registry.h"

namespace outrigger {

CircuitCounts CircuitCounts::Of(stats::Scope& scope) {
  // Clusters beyond the bound of the stats share one scope, and must not share their limits.
  if (scope.name() == stats::Registry::kOverflowName) return {};
  return {&scope.SharedCount(0), &scope.SharedCount(1), &scope.SharedCount(2)};
}

CircuitUse& CircuitUse::operator=(CircuitUse&& other) noexcept {
  if (this == &other) return *this;
  Release();
  count_ = std::exchange(other.count_, nullptr);
  return *this;
}

bool CircuitUse::TryTake(std::atomic<uint32_t>* count, uint32_t limit) {
  OUTRIGGER_CHECK(count_ == nullptr);
  if (count == nullptr || limit >= kUnlimited) return true;
  // Added first and looked at then: two workers at once never both pass the limit.
  if (count->fetch_add(1, std::memory_order_relaxed) >= limit) {
    count->fetch_sub(1, std::memory_order_relaxed);
    return false;
  }
  count_ = count;
  return true;
}

void CircuitUse::Take(std::atomic<uint32_t>* count) {
  OUTRIGGER_CHECK(count_ == nullptr);
  if (count == nullptr) return;
  count->fetch_add(1, std::memory_order_relaxed);
  count_ = count;
}

void CircuitUse::Release() {
  if (count_ == nullptr) return;
  std::exchange(count_, nullptr)->fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace outrigger
