// The last answer of the service to a health check, for some time: it answers those that follow.
//
// Owned by the filter's configuration, and shared by all workers: one word, so that whoever reads
// it has all of one answer. Thread: any.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace outrigger {

struct HealthAnswer {
  uint16_t status = 0;
  bool is_degraded = false;
};

class HealthCheckCache {
 public:
  explicit HealthCheckCache(Duration time) : time_(time) {}

  // Nothing: the service is to be asked.
  std::optional<HealthAnswer> Find(MonotonicTime now) const {
    const uint64_t word = word_.load(std::memory_order_relaxed);
    if (Milliseconds(now) >= word >> kTimeShift) return std::nullopt;
    return HealthAnswer{static_cast<uint16_t>(word & UINT16_MAX), (word & kDegraded) != 0};
  }
  void Keep(const HealthAnswer& answer, MonotonicTime now) {
    word_.store(Milliseconds(now + time_) << kTimeShift | (answer.is_degraded ? kDegraded : 0) |
                    answer.status,
                std::memory_order_relaxed);
  }

 private:
  // From the bottom: the status, whether degraded, until when in milliseconds.
  static constexpr uint64_t kDegraded = 1 << 16;
  static constexpr int kTimeShift = 17;
  static uint64_t Milliseconds(MonotonicTime time) {
    using std::chrono::milliseconds;
    return static_cast<uint64_t>(
        std::chrono::duration_cast<milliseconds>(time.time_since_epoch()).count());
  }

  const Duration time_;
  std::atomic<uint64_t> word_ = 0;
};

}  // namespace outrigger
