#include "server/drain.h"

#include <utility>

namespace outrigger {

Drain::Drain(EventLoop& control, Workers& workers, Duration longest, Hooks hooks)
    : control_(control),
      workers_(workers),
      longest_(longest),
      hooks_(std::move(hooks)),
      look_timer_(control, [this] { Look(); }),
      deadline_timer_(control, [this] { hooks_.on_done(); }) {}

void Drain::Start() {
  busy_at_ = control_.now();
  for (auto& worker : workers_) worker->StartDrain(DrainScope::kNotOutbound, kIdleGrace);
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
  if (activity.draining_connections + activity.exchanges + activity.relays > 0) is_busy_ = true;
  if (--reports_missing_ == 0) Decide();
}

void Drain::Decide() {
  // A report comes after its worker's StartDrain.
  if (!std::exchange(has_begun_, true)) hooks_.on_begun();
  if (is_busy_) busy_at_ = control_.now();
  if (control_.now() - busy_at_ < kQuiet) {
    look_timer_.Arm(kLook);
    return;
  }
  deadline_timer_.Disarm();
  hooks_.on_done();
}

}  // namespace outrigger
