#include "server/drain.h"

#include <utility>

namespace outrigger {

Drain::Drain(EventLoop& control, Workers& workers, Duration longest,
             absl::AnyInvocable<void()> on_done)
    : control_(control),
      workers_(workers),
      longest_(longest),
      on_done_(std::move(on_done)),
      look_timer_(control, [this] { Look(); }),
      deadline_timer_(control, [this] { on_done_(); }) {}

void Drain::Start() {
  busy_at_ = control_.now();
  for (auto& worker : workers_) worker->StartDrain(kIdleGrace);
  deadline_timer_.Arm(longest_);
  Look();
}

void Drain::Look() {
  is_busy_ = false;
  reports_missing_ = workers_.size();
  for (auto& worker : workers_) {
    worker->ReportActivity([this](const Worker::Activity& activity) { OnReport(activity); });
  }
}

void Drain::OnReport(const Worker::Activity& activity) {
  if (activity.draining_connections > 0 || activity.exchanges > 0) is_busy_ = true;
  if (--reports_missing_ == 0) Decide();
}

void Drain::Decide() {
  if (is_busy_) busy_at_ = control_.now();
  if (control_.now() - busy_at_ < kQuiet) {
    look_timer_.Arm(kLook);
    return;
  }
  deadline_timer_.Disarm();
  on_done_();
}

}  // namespace outrigger
