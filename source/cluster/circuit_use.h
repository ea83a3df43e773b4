// One use of something that a cluster limits: a connection, a waiting request, a running one.
//
// The counts are those of the whole process, so that a limit means what it says however many
// workers there are (P26); they live beside the cluster's stats and are found by its name, so that
// no change of the configuration loses a count. Limits of 2^31 and more mean none, and count
// nothing.
//
// Owned by whoever uses the thing; gives it back at its end. Thread: worker.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "cluster/circuit_limits.h"
#include "stats/scope.h"

namespace outrigger {

// Null where nothing is counted.
struct CircuitCounts {
  std::atomic<uint32_t>* connections = nullptr;
  std::atomic<uint32_t>* pending_requests = nullptr;
  std::atomic<uint32_t>* requests = nullptr;

  // Of the cluster that has this scope, which must outlive every use.
  static CircuitCounts Of(stats::Scope& scope);
};

// So that its gauges (circuit_breakers.default.*) tell of these limits.
void ShowLimits(const CircuitLimits& limits, stats::Scope& scope);

class CircuitUse {
 public:
  static constexpr uint32_t kUnlimited = 1u << 31;

  CircuitUse() = default;
  ~CircuitUse() { Release(); }
  CircuitUse(CircuitUse&& other) noexcept : count_(std::exchange(other.count_, nullptr)) {}
  CircuitUse& operator=(CircuitUse&& other) noexcept;

  // False when `limit` are in use. Requires: holds nothing.
  [[nodiscard]] bool TryTake(std::atomic<uint32_t>* count, uint32_t limit);
  // Whatever the limit.
  void Take(std::atomic<uint32_t>* count);
  void Release();

 private:
  std::atomic<uint32_t>* count_ = nullptr;
};

}  // namespace outrigger
