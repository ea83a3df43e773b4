// Accepts connections on one listening descriptor for one worker.
//
// The descriptor is owned by the server (control thread), keyed by address and worker; a worker
// only borrows it. When descriptors run out (EMFILE, ENFILE, ENOBUFS, ENOMEM) or there may be no
// more of them (net/limited_sockets), or on any error that would come again at once, accepting
// pauses for kPause instead of spinning (F18, R36).
//
// Thread: worker.
#pragma once

#include "absl/functional/any_invocable.h"
#include "event/event_loop.h"
#include "event/timer.h"
#include "net/connection.h"

namespace outrigger {

class ListenSocket final : public IoHandler {
 public:
  static constexpr Duration kPause = std::chrono::milliseconds(50);
  static constexpr int kAcceptsPerTurnMax = 64;

  using OnAccept = absl::AnyInvocable<void(int fd, const Address& peer)>;
  // `on_pause(errno)` is told each time accepting pauses, so that it is counted.
  ListenSocket(NetContext& net, int fd, OnAccept on_accept, absl::AnyInvocable<void(int)> on_pause);
  ~ListenSocket() override;

  void OnIo(IoEvents events) override;

 private:
  void Pause(int error);
  void Resume();

  NetContext& net_;
  const int fd_;
  OnAccept on_accept_;
  absl::AnyInvocable<void(int)> on_pause_;
  Timer resume_timer_;
  bool is_registered_ = false;
};

}  // namespace outrigger
