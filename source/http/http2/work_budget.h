// What the peer of one HTTP/2 connection may make us do for nothing: one account, one counter, one
// way to close (R24-R29, R36, R37).
//
// Frames that carry no message forward cost points. Messages, their bytes and time earn points
// back. A peer that lives beyond its means is asked to go (GOAWAY) when a quarter is left, and
// closed when nothing is.
//
// Owned by a session. Thread: worker.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/clock.h"

namespace outrigger::http::http2 {

class WorkBudget {
 public:
  static constexpr int64_t kPointsMax = 10'000;
  static constexpr int64_t kPointsPerSecond = 300;

  // What is charged, with its price in points.
  enum Price : int64_t {
    kControlFrame = 1,      // PING, SETTINGS, PRIORITY, WINDOW_UPDATE, an unknown type
    kFragment = 1,          // a DATA frame of a few bytes that a tiny window forces on us (R27)
    kLateHead = 10,         // of a stream that we have reset: it has to be decoded all the same
    kCancelledStream = 10,  // RST_STREAM of a stream that was under way (R29)
    kFault = 20,            // what we must answer with RST_STREAM (R29, MadeYouReset)
  };
  // What is paid back.
  static constexpr int64_t kPerMessage = 5;
  static constexpr int64_t kPerBodyPiece = 1;  // and for each kilobyte of it

  enum class Verdict { kFine, kDrain, kClose };

  explicit WorkBudget(MonotonicTime now) : refilled_at_(now) {}

  Verdict Charge(int64_t points, MonotonicTime now);
  void Earn(int64_t points);
  int64_t points() const { return points_; }

 private:
  void Refill(MonotonicTime now);

  int64_t points_ = kPointsMax;
  MonotonicTime refilled_at_;
};

}  // namespace outrigger::http::http2
