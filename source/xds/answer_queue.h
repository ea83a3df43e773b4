// ACKs and NACKs of one stream that have not been sent yet, in the order of the responses of each
// type. They wait for tokens of the request rate; and the NACK of what was refused just before
// waits a moment, so that a server that answers each NACK with the same once more goes round slowly
// (F5).
//
// Owned by AdsClient. Thread: control.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "event/event_loop.h"
#include "event/timer.h"
#include "xds/message.h"
#include "xds/subscription_state.h"

namespace outrigger::xds {

class AnswerQueue {
 public:
  // Long enough that going round takes next to nothing, short beside what a server takes for a
  // push.
  static constexpr Duration kRefusedAgainWait = std::chrono::milliseconds(20);

  // `on_due`: some that waited for a moment may be taken now.
  AnswerQueue(EventLoop& control, absl::AnyInvocable<void()> on_due);

  // `answer` is that of `message`.
  void Add(const Message& message, Request answer);
  // What waits of that type may be taken now: something else is to be said of it.
  void Release(std::string_view type_url);
  // The stream has ended: nobody waits for an answer any more. What was refused stays known: a
  // server that ends its stream at each NACK goes round, too.
  void Clear();

  // Of those that may be taken now.
  bool empty() const { return ready_.empty(); }
  size_t size() const { return ready_.size(); }
  // Requires: not empty.
  Request Take();

 private:
  bool IsRefusedAgain(const Message& message, const Request& answer);
  void OnTimer();

  absl::AnyInvocable<void()> on_due_;
  Timer timer_;
  std::deque<Request> ready_;
  std::vector<Request> waiting_;  // one of a type at most
  // By type: a hash of its last response, if that was refused.
  absl::flat_hash_map<std::string, uint64_t> refused_;
};

}  // namespace outrigger::xds
