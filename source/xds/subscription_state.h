// What one stream owes and knows about one resource type: names wanted, versions running, and which
// message to send next, in either protocol. Pure: no I/O, no clock, no resource types.
//
// A wildcard type is subscribed to in the legacy form, an empty list of names, as Envoy does (X23):
// no server in use tells it from "*".
//
// Owned by ads_client. Thread: control. Source: xds_protocol.rst; rules X1-X23, X30-X38.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "xds/protocol.h"
#include "xds/resource.h"

namespace outrigger::xds {

// A request to be serialized: exactly what varies.
struct Request {
  std::string type_url;
  bool carries_node = false;
  // Asked for from now on: what delta says, and what the state of the world lists among all others.
  std::vector<std::string> subscribe;
  // Delta: no more asked for, and at first the versions that run.
  std::vector<std::string> unsubscribe;
  std::vector<std::pair<std::string, std::string>> initial_versions;
  // State of the world: everything asked for, and the last version of the type that was accepted.
  // The names are those of the state that has made the request, as they are when it is sent: there
  // may be tens of thousands, in each answer, too.
  const std::set<std::string>* names = nullptr;
  std::string version;
  std::string nonce;
  std::string error_message;  // NACK when not empty
};

class SubscriptionState {
 public:
  // A wildcard type is asked for from the start or, if not `at_once`, when some name of it is
  // wanted, whichever: from then on it stays asked for, since the legacy form has no end.
  SubscriptionState(Protocol protocol, std::string type_url, bool is_wildcard, bool at_once = true);

  const std::string& type_url() const { return type_url_; }
  bool is_wildcard() const { return is_wildcard_; }

  // The whole set of names wanted now (of a wildcard type: beside all that the server sends of
  // itself; ignored in the state of the world; the empty name stands for that alone). Computes what
  // to subscribe and unsubscribe; nothing is sent until TakeSubscriptionRequest.
  void SetWanted(std::set<std::string> names);
  // These, too: costs what they are, not what all are. Requires: not a wildcard type.
  void AddWanted(const std::set<std::string>& names);
  // Whether a resource or removal of that name concerns us: always, for a wildcard type (X9).
  bool IsWanted(std::string_view name) const;
  // The same of the names alone, whatever else the server sends of a wildcard type.
  bool IsNamed(std::string_view name) const { return wanted_.contains(std::string(name)); }
  bool names_any() const { return !wanted_.empty(); }
  // The server has been asked for this type on this stream; before that it has nothing to answer.
  bool has_asked() const { return has_sent_first_; }
  // A response is everything there is of the type (X20).
  bool takes_whole_sets() const { return protocol_ == Protocol::kStateOfTheWorld && is_wildcard_; }

  // A new stream: what was asked and the nonce are forgotten, versions are kept for its first
  // request. It does not claim them where they are `of_other_server`: names that run are listed
  // without, so that the server says which of them it does not have (X8).
  void OnStreamStart(bool of_other_server = false);
  // The server of the stream has answered: versions of another one are of no use any more.
  void ForgetVersions();
  // The first request of the type on this stream, or a later change of names; nothing when there is
  // nothing more to say. Never mixed with an ACK (X17).
  std::optional<Request> TakeSubscriptionRequest();
  // Whether there is one. An empty first request of a named type would be read as a wildcard
  // subscription (X23): it says nothing.
  bool has_news() const {
    return has_changed_ && (has_sent_first_ || is_wildcard_asked_ || !wanted_.empty());
  }
  // Book-keeping of a response's outcome.
  void OnApplied(const Response& response, const Verdict& verdict);
  // What the first request to another server would be, whatever this stream has sent.
  Request ProbeRequest() const;
  // The ACK or NACK for a response, after OnApplied.
  Request MakeAck(std::string_view nonce, const Verdict& verdict);

  // It runs, though not from a stream: what the next first request claims. Requires: wanted.
  void Claim(const std::string& name, std::string_view version) { NoteRunning(name, version); }
  // It does not run any more, though the server has not said so.
  void Forget(const std::string& name) { running_.erase(name); }

  // Names asked for on this stream.
  const std::set<std::string>& asked() const { return asked_; }
  // Versions in use, by name: what a reconnect may claim (P17).
  const absl::flat_hash_map<std::string, std::string>& running_versions() const { return running_; }
  // Names that run or were refused, and are not there, in order. Valid until a change.
  template <typename IsThere>
  std::vector<std::string_view> MissingFrom(IsThere is_there) const {
    std::vector<std::string_view> missing;
    const auto note = [&](std::string_view name) {
      if (!is_there(name)) missing.push_back(name);
    };
    for (const auto& [name, version] : running_) note(name);
    for (const std::string& name : refused_) note(name);
    std::sort(missing.begin(), missing.end());
    return missing;
  }

 private:
  std::optional<Request> MakeSubscriptionRequest();
  Request NewRequest() const;
  Request FirstRequest(bool claims_versions) const;
  std::optional<Request> TakeDifference();
  std::optional<Request> TakeWholeList();
  Request WholeList() const;
  void NoteRunning(const std::string& name, std::string_view version);

  const Protocol protocol_;
  const std::string type_url_;
  const bool is_wildcard_;
  bool is_wildcard_asked_;  // or is to be
  std::set<std::string> wanted_;
  std::set<std::string> asked_;  // on this stream
  // Asked names that were unwanted for a moment since the last request. If they are wanted again
  // they are asked for again, since what was known of them may be gone here; the server must resend
  // (X33).
  std::set<std::string> let_go_;
  // Names that are wanted and not asked for on this stream or the other way about, and those let
  // go: once the stream has had its first request, no others have to be looked at for the next.
  std::set<std::string> touched_;
  bool has_sent_first_ = false;
  bool claims_versions_ = true;  // they are of the server of this stream
  bool has_changed_ = true;      // since the last request
  absl::flat_hash_map<std::string, std::string> running_;
  // Of a type that is taken whole: refused, and never ran. Its note goes when the server omits it.
  absl::flat_hash_set<std::string> refused_;
  std::string version_;  // of the last response without a mistake (X7)
  std::string nonce_;    // the newest of this stream (X22)
};

}  // namespace outrigger::xds
