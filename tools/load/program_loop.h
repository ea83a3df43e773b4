// The one event loop of a small program, with what its connections share, and the signals that end
// it.
//
// Thread: main.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/slab.h"
#include "event/event_loop.h"
#include "net/address.h"
#include "net/connection.h"
#include "net/socket.h"

namespace outrigger::load {

// Members are in the order they must live.
struct ProgramLoop {
  ProgramLoop();

  SystemClock clock;
  SystemSockets sockets;
  SlabPool slabs;
  std::vector<char> scratch;
  EventLoop loop;
  NetContext net;
};

// Calls `on_signal` for each SIGTERM and SIGINT. Requires: created before other threads.
class SignalWatch final : public IoHandler {
 public:
  SignalWatch(EventLoop& loop, absl::AnyInvocable<void()> on_signal);
  ~SignalWatch() override;
  void OnIo(IoEvents events) override;

 private:
  EventLoop& loop_;
  absl::AnyInvocable<void()> on_signal_;
  int fd_;
};

// "127.0.0.1:80" or "[::1]:80".
absl::StatusOr<Address> ParseHostPort(const std::string& text);

}  // namespace outrigger::load
