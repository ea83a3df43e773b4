#include "event/timer.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "event/event_loop.h"

namespace outrigger {

namespace {
// No process lives so long, and times stay far from where they overflow (R76).
constexpr Duration kDelayMax = std::chrono::hours(24 * 365 * 100);
}  // namespace

Timer::Timer(EventLoop& loop, absl::AnyInvocable<void()> on_fire)
    : loop_(loop), on_fire_(std::move(on_fire)) {}

Timer::~Timer() { loop_.timers().Cancel(*this); }

void Timer::Arm(Duration delay) {
  deadline_ = loop_.now() + std::min(delay, kDelayMax);
  is_armed_ = true;
  // Later than where it already lies: it is moved on when it comes up there (T19).
  if (is_linked() && deadline_ >= lies_at_) return;
  lies_at_ = deadline_;
  loop_.timers().Schedule(*this);
}

// The node stays in the wheel until it comes up: disarming and arming again costs nothing.
void Timer::Disarm() { is_armed_ = false; }

void Timer::Fire() {
  if (!is_armed_) return;
  if (deadline_ > loop_.now()) {
    lies_at_ = deadline_;
    loop_.timers().Schedule(*this);
    return;
  }
  is_armed_ = false;
  on_fire_();
}

}  // namespace outrigger
