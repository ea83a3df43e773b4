// Seam: time. Loops read it once per turn; nothing else asks the kernel what time it is.
//
// Thread: any (the real clock is stateless; a fake one belongs to its test).
#pragma once

#include <chrono>

namespace outrigger {

using Duration = std::chrono::nanoseconds;
// Monotonic: timers and deadlines (a jump of the wall clock moves none of them, F25).
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual MonotonicTime Now() const = 0;
  virtual WallTime WallNow() const = 0;
};

class SystemClock final : public Clock {
 public:
  MonotonicTime Now() const override;
  WallTime WallNow() const override;
};

}  // namespace outrigger
