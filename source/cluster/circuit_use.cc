#include "cluster/circuit_use.h"

#include "base/check.h"
#include "cluster/cluster_stats.h"
#include "stats/registry.h"

namespace outrigger {

namespace {

// Clusters beyond the bound of the stats share one scope, and must not share their limits.
bool IsShared(const stats::Scope& scope) { return scope.name() == stats::kOverflowName; }

}  // namespace

CircuitCounts CircuitCounts::Of(stats::Scope& scope) {
  if (IsShared(scope)) return {};
  return {&scope.SharedCount(kConnectionCount), &scope.SharedCount(kPendingCount),
          &scope.SharedCount(kRequestCount)};
}

void ShowLimits(const CircuitLimits& limits, stats::Scope& scope) {
  if (IsShared(scope)) return;
  const auto show = [&](CircuitCount count, uint32_t max) {
    scope.SetLimit(count, {max, limits.tracks_remaining});
  };
  show(kConnectionCount, limits.max_connections);
  show(kPendingCount, limits.max_pending_requests);
  show(kRequestCount, limits.max_requests);
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
