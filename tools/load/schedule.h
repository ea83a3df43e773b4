// When the requests of a run are due: a fixed number at a time, evenly over the second, however
// long the answers take (open loop, B-6).
//
// Thread: any (value).
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace outrigger::load {

class Schedule {
 public:
  // Shorter than the gap between requests at the rates of a benchmark, else they come in bursts
  // that nobody asked for.
  static constexpr Duration kTickMin = std::chrono::microseconds(100);

  // `rate`: requests a second; `burst`: how many are due at once.
  Schedule(double rate, uint64_t burst) : rate_(rate), burst_(burst) {}

  // How many were due by then, counted from the start of the run.
  uint64_t DueBy(Duration elapsed) const;
  // When the request of that number (the first is 0) is due.
  Duration DueAt(uint64_t number) const;
  // How often to look.
  Duration Tick() const;

 private:
  const double rate_;
  const uint64_t burst_;
};

}  // namespace outrigger::load
