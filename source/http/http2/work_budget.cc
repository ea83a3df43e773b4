#include "http/http2/work_budget.h"

#include <algorithm>

namespace outrigger::http::http2 {

WorkBudget::Verdict WorkBudget::Charge(int64_t points, MonotonicTime now) {
  Refill(now);
  points_ -= points;
  if (points_ <= 0) return Verdict::kClose;
  return points_ <= kPointsMax / 4 ? Verdict::kDrain : Verdict::kFine;
}

void WorkBudget::Earn(int64_t points) { points_ = std::min(points_ + points, kPointsMax); }

void WorkBudget::Refill(MonotonicTime now) {
  constexpr Duration kPerPoint = Duration(std::chrono::seconds(1)) / kPointsPerSecond;
  const int64_t earned = (now - refilled_at_) / kPerPoint;
  if (earned <= 0) return;
  refilled_at_ += earned * kPerPoint;
  Earn(std::min(earned, kPointsMax));
}

}  // namespace outrigger::http::http2
