// Which event may follow which in one message, as a table that every codec asks on both its sides,
// and the sum of body bytes against the announced length (R40).
//
// What is refused here is a protocol error when a peer's bytes say it, and a broken invariant when
// our own caller encodes it.
//
// Owned by a codec: one for the message it reads, one for the message it writes. Thread: worker.
#pragma once

#include <cstdint>

#include "http/message.h"

namespace outrigger::http {

class MessageRules {
 public:
  enum class State : uint8_t {
    kNoMessage,
    kExpectsHead,
    kExpectsBody,  // or trailers, or the end
    kExpectsEnd,   // trailers have come
    kEndedByHead,
    kEnded,
    kAborted,
  };
  enum class Event : uint8_t { kInformational, kHead, kHeadAlone, kBody, kTrailers, kEnd };

  // A message is about to come; its head is the first thing expected (informational ones before
  // it).
  void Start() { state_ = State::kExpectsHead; }
  // No further event, and none is missed.
  void Abort() { state_ = State::kAborted; }

  // Whether the event may come now. It is taken as having come then.
  [[nodiscard]] bool TakeInformational() { return Take(Event::kInformational); }
  // A head with a body of kNone ends the message.
  [[nodiscard]] bool TakeHead(BodyLength body);
  // No more bytes than announced.
  [[nodiscard]] bool TakeBody(uint64_t bytes);
  [[nodiscard]] bool TakeTrailers() { return Take(Event::kTrailers); }
  // No fewer bytes than announced. Also right after a head that ended its message: a caller need
  // not know which heads do.
  [[nodiscard]] bool TakeEnd();

  bool expects_head() const { return state_ == State::kExpectsHead; }
  bool has_head() const { return state_ >= State::kExpectsBody && state_ <= State::kEnded; }
  bool is_aborted() const { return state_ == State::kAborted; }
  // Came to its proper end.
  bool is_ended() const { return state_ == State::kEndedByHead || state_ == State::kEnded; }
  // As many bytes as were announced have come; only the end has not.
  bool is_whole() const {
    return state_ == State::kExpectsBody && left_.kind == BodyLength::Kind::kKnown &&
           left_.bytes == 0;
  }
  // Nothing more is expected: ended, aborted or never started.
  bool is_over() const { return is_ended() || is_aborted() || state_ == State::kNoMessage; }

 private:
  bool Take(Event event);

  State state_ = State::kNoMessage;
  BodyLength left_;  // of the announced body
};

}  // namespace outrigger::http
