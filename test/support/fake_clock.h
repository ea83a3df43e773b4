// Time that moves only when a test says so, or as well.
//
// Thread: any.
#pragma once

#include <atomic>

#include "base/clock.h"

namespace outrigger {

class FakeClock final : public Clock {
 public:
  MonotonicTime Now() const override { return MonotonicTime(Duration(now_.load())); }
  WallTime WallNow() const override {
    return WallTime(Duration(now_.load() + wall_offset_.load()));
  }

  void Advance(Duration by) { now_ += by.count(); }
  // A jump of the wall clock, which no timer may notice.
  void JumpWall(Duration by) { wall_offset_ += by.count(); }

 private:
  static constexpr Duration kStart = std::chrono::hours(1000);
  static constexpr Duration kWallStart = std::chrono::hours(24 * 365 * 56);  // in 2026

  std::atomic<int64_t> now_ = kStart.count();
  std::atomic<int64_t> wall_offset_ = (kWallStart - kStart).count();
};

// The real time, and what a test has added to it.
class ShiftedClock final : public Clock {
 public:
  MonotonicTime Now() const override { return real_.Now() + Duration(shift_.load()); }
  WallTime WallNow() const override { return real_.WallNow() + Duration(shift_.load()); }

  void Advance(Duration by) { shift_ += by.count(); }

 private:
  const SystemClock real_;
  std::atomic<int64_t> shift_ = 0;
};

}  // namespace outrigger
