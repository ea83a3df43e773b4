// When the resources of one type are missed, and when they are over: a name that was asked for on a
// connected stream and has not come in time does not exist (X24); a resource with a time to live
// goes when that is over and nobody has renewed it (X43). Pure: the client brings the time.
//
// Owned by ads_client. Thread: control. Source: xds_protocol.rst, "Knowing When a Requested
// Resource Does Not Exist" and "Resource TTL".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "base/clock.h"
#include "xds/deadlines.h"
#include "xds/message.h"
#include "xds/subscription_state.h"

namespace outrigger::xds {

class ResourceTimes {
 public:
  // A name is missed this long after it was asked for, as in every client of gRPC (A57).
  static constexpr Duration kMissedAfter = std::chrono::seconds(15);

  // These were sent on a connected stream. What runs is not missed.
  void OnAsked(const std::vector<std::string>& names, const SubscriptionState& state,
               MonotonicTime now);
  // After the state has taken note of its outcome.
  void OnMessage(const Message& message, const SubscriptionState& state, MonotonicTime now);
  // Names may have been given up.
  void OnWanted(const SubscriptionState& state);
  // Nobody is asked any more; times to live go on.
  void OnStreamEnd();

  // The next time at which something is due.
  std::optional<MonotonicTime> first() const;
  std::vector<std::string> TakeMissed(MonotonicTime now);
  std::vector<std::string> TakeExpired(MonotonicTime now) { return lives_.TakeDue(now); }

 private:
  void NoteArrival(std::string_view name, const SubscriptionState& state);
  void NoteLife(std::string_view name, const MessageItem& item, const SubscriptionState& state,
                MonotonicTime now);

  Deadlines awaited_;
  Deadlines lives_;
  // Those that do not run, and about which the server has spoken on this stream, or been silent for
  // long enough: not to be missed (again).
  absl::flat_hash_set<std::string> settled_;
};

}  // namespace outrigger::xds
