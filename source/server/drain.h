// The graceful end of the process: inbound connections end at message boundaries while accepting
// goes on, outbound ones are left alone, and when nothing has been under way for a moment the
// process may go (surface.md P33; hardening.md F22).
//
// Owned by the server. Thread: control.
#pragma once

#include <memory>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "event/event_loop.h"
#include "event/timer.h"
#include "server/worker.h"

namespace outrigger {

class Drain {
 public:
  // How long an idle keep-alive connection may still bring a request.
  static constexpr Duration kIdleGrace = std::chrono::seconds(1);
  // Nothing was under way for that long: nobody comes late any more.
  static constexpr Duration kQuiet = std::chrono::seconds(1);
  static constexpr Duration kLook = std::chrono::milliseconds(50);

  using Workers = std::vector<std::unique_ptr<Worker>>;
  struct Hooks {
    // Every worker has begun to drain.
    absl::AnyInvocable<void()> on_begun;
    // Once, at the latest `longest` after Start.
    absl::AnyInvocable<void()> on_done;
  };
  Drain(EventLoop& control, Workers& workers, Duration longest, Hooks hooks);

  void Start();
  bool has_begun() const { return has_begun_; }

 private:
  void Look();
  void OnReport(const Worker::Activity& activity);
  void Decide();

  EventLoop& control_;
  Workers& workers_;
  const Duration longest_;
  Hooks hooks_;
  Timer look_timer_;
  Timer deadline_timer_;
  bool has_begun_ = false;
  size_t reports_missing_ = 0;
  bool is_busy_ = false;  // says a report of this look
  MonotonicTime busy_at_{};
};

}  // namespace outrigger
