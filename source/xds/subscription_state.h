// What one stream owes and knows about one resource type: names wanted, versions running, and which
// message to send next. Pure: no I/O, no clock, no resource types.
//
// A wildcard type is subscribed to in the legacy form, an empty list of names, as Envoy does (X23):
// no server in use tells it from "*". Delta today; state-of-the-world adds its own request builder
// over the same names and versions.
//
// Owned by ads_client. Thread: control. Source: xds_protocol.rst Incremental; rules X1-X17,
// X30-X38.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "xds/resource.h"

namespace outrigger::xds {

// A request to be serialized: exactly the fields of DeltaDiscoveryRequest that vary.
struct DeltaRequest {
  std::string type_url;
  bool carries_node = false;
  std::vector<std::string> subscribe;
  std::vector<std::string> unsubscribe;
  std::vector<std::pair<std::string, std::string>> initial_versions;
  std::string response_nonce;
  std::string error_message;  // NACK when not empty
};

class SubscriptionState {
 public:
  SubscriptionState(std::string type_url, bool is_wildcard);

  const std::string& type_url() const { return type_url_; }

  // The whole set of names wanted now (ignored for a wildcard type). Computes what to subscribe and
  // unsubscribe; nothing is sent until TakeSubscriptionRequest.
  void SetWanted(std::set<std::string> names);
  // Whether a resource or removal of that name concerns us: always, for a wildcard type (X9).
  bool IsWanted(std::string_view name) const;
  // The server has been asked for this type on this stream; before that it has nothing to answer.
  bool has_asked() const { return has_sent_first_; }

  // A new stream: what was asked is forgotten, running versions are kept for
  // initial_resource_versions.
  void OnStreamStart();
  // The first request of the type on this stream, or a later change of names; nothing when there is
  // nothing to say. Never carries a nonce (X31), never mixed with an ACK (X17).
  std::optional<DeltaRequest> TakeSubscriptionRequest();
  // The ACK or NACK for a response.
  DeltaRequest MakeAck(std::string_view nonce, const Verdict& verdict) const;
  // Book-keeping of a response's outcome.
  void OnApplied(const Response& response, const Verdict& verdict);

  // Versions in use, by name: what a reconnect may claim (P17).
  const absl::flat_hash_map<std::string, std::string>& running_versions() const { return running_; }

 private:
  DeltaRequest FirstRequest() const;
  void NoteRunning(const std::string& name, std::string_view version);

  const std::string type_url_;
  const bool is_wildcard_;
  std::set<std::string> wanted_;
  std::set<std::string> asked_;  // on this stream
  // Asked names that were unwanted for a moment since the last request. If they are wanted again
  // they are named again, since what was known of them may be gone here; the server must resend
  // (X33).
  std::set<std::string> let_go_;
  bool has_sent_first_ = false;
  absl::flat_hash_map<std::string, std::string> running_;
};

}  // namespace outrigger::xds
