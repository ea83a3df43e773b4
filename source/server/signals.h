// SIGTERM, SIGINT and SIGUSR1 as events of the control loop.
//
// Thread: control.
#pragma once

#include "absl/functional/any_invocable.h"
#include "event/event_loop.h"
#include "event/io_handler.h"

namespace outrigger {

// Blocks the signals for this thread and every thread made after it. Call before any thread starts.
void BlockSignals();

class Signals final : public IoHandler {
 public:
  Signals(EventLoop& control, absl::AnyInvocable<void(int signal)> on_signal);
  ~Signals() override;
  void OnIo(IoEvents events) override;

 private:
  EventLoop& control_;
  absl::AnyInvocable<void(int)> on_signal_;
  const int fd_;
};

}  // namespace outrigger
