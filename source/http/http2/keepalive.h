// The PINGs of one connection: at intervals, and before a stream where nothing was heard for long.
// A peer that leaves one unanswered for too long is lost.
//
// While an answer is awaited, any frame gives the peer more time: it is busy, not gone. One timer
// serves both, the next PING and the answer to the last.
//
// Owned by a session that is told to have one. Thread: worker.
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "event/event_loop.h"
#include "event/timer.h"
#include "http/http2/options.h"

namespace outrigger::http::http2 {

class Session;

class Keepalive {
 public:
  Keepalive(const KeepaliveOptions& options, EventLoop& loop, Session& session);

  // The peer has sent a frame.
  void OnFrame();
  // It was an answer to a PING. Returns whether one was awaited.
  bool TakeAnswer();
  // Client: a stream is about to open.
  void OnStreamOpening();

 private:
  void OnTimer();
  void Ping();
  void WaitForNext();

  const KeepaliveOptions options_;
  const EventLoop& loop_;
  Session& session_;
  FastRandom random_;  // no connection pings in step with another
  Timer timer_;
  MonotonicTime heard_at_;
  bool is_answer_awaited_ = false;
};

}  // namespace outrigger::http::http2
