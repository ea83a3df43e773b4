// Slows down a server that answers each NACK with the same once more: the NACK of what was refused
// just before waits a moment. Everything else is answered at once.
//
// One for each type of a stream. Thread: control. Source: rule F5.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "xds/message.h"
#include "xds/subscription_state.h"

namespace outrigger::xds {

class RefusalPace {
 public:
  // Long enough that going round takes next to nothing, short beside what a server takes for a
  // push.
  static constexpr Duration kWait = std::chrono::milliseconds(20);

  // `answer` is that of `message`. True: it is kept here, to be taken after kWait, or when there is
  // more to say of the type. Requires: nothing is kept.
  bool Keeps(const Message& message, Request& answer);
  bool has_kept() const { return kept_.has_value(); }
  // Requires: there is one.
  Request Take() { return *std::exchange(kept_, std::nullopt); }
  // Nobody waits for an answer any more.
  void OnStreamEnd() { kept_.reset(); }

 private:
  std::optional<uint64_t> refused_;  // a hash of the last message, if it was refused
  std::optional<Request> kept_;
};

}  // namespace outrigger::xds
