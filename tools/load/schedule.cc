#include "tools/load/schedule.h"

#include <algorithm>

namespace outrigger::load {

uint64_t Schedule::DueBy(Duration elapsed) const {
  const double requests = std::chrono::duration<double>(elapsed).count() * rate_;
  return static_cast<uint64_t>(requests / static_cast<double>(burst_)) * burst_;
}

Duration Schedule::DueAt(uint64_t number) const {
  const auto last_of_burst = static_cast<double>((number / burst_ + 1) * burst_);
  return Duration(static_cast<int64_t>(last_of_burst * 1e9 / rate_));
}

Duration Schedule::Tick() const {
  const auto gap = Duration(static_cast<int64_t>(static_cast<double>(burst_) * 1e9 / rate_));
  return std::max(gap, kTickMin);
}

}  // namespace outrigger::load
