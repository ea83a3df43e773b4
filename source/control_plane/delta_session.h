// One delta stream from the server's side: what a node asked for, what it was told, what it is
// due.
//
// Pure: requests in, responses out. A type whose last response is not yet acknowledged gets no
// further one, so that a slow node holds one response per type. Removals wait until everything that
// was added is acknowledged: make before break. What a node rejected is not sent again until it
// changes.
//
// Owned by Session. Thread: the control plane's loop.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "control_plane/resource_view.h"
#include "control_plane/session_ledger.h"
#include "control_plane/verdict.h"
#include "envoy/service/discovery/v3/discovery.pb.h"

namespace outrigger::control_plane {

class DeltaSession {
 public:
  using Request = envoy::service::discovery::v3::DeltaDiscoveryRequest;
  using Response = envoy::service::discovery::v3::DeltaDiscoveryResponse;

  // `only`: the stream is for one type, which requests need not name; unset: for any.
  explicit DeltaSession(std::optional<ResourceType> only = std::nullopt) : ledger_(only) {}

  // A status other than OK ends the stream.
  absl::Status OnRequest(const Request& request);
  // The verdict that came with the last request, once.
  std::optional<Verdict> TakeVerdict() { return ledger_.TakeVerdict(); }
  // Everything of that type that it was told counts as untold: it is sent once more.
  void Resend(ResourceType type);
  // A response of that type has not been answered yet.
  bool awaits_answer(ResourceType type) const { return ledger_.awaits_answer(type); }
  // The responses that are due now, in the order in which to send them.
  std::vector<Response> TakeDue(const ResourceView& view);

  // Of the first request that carried a node.
  const std::string& node_id() const { return ledger_.node_id(); }

 private:
  struct Interest {
    bool is_wildcard = false;
    bool owes_answer = false;  // a first wildcard request is answered even when there is nothing
    std::set<std::string> names;
    std::set<std::string> asked;              // to be answered even when there is no such resource
    std::map<std::string, std::string> told;  // name to version

    bool Wants(const std::string& name) const { return is_wildcard || names.contains(name); }
  };

  Interest& Of(ResourceType type) { return interests_[static_cast<size_t>(type)]; }
  static void Open(const Request& request, Interest& interest);
  static void Subscribe(const Request& request, Interest& interest);
  static void Unsubscribe(const Request& request, Interest& interest);
  std::optional<Response> Upserts(ResourceType type, const ResourcesByName& served);
  std::optional<Response> Removals(ResourceType type, const ResourcesByName& served);
  Response Finish(ResourceType type, const ResourcesByName& served, Response response);

  std::array<Interest, kResourceTypes.size()> interests_;
  SessionLedger ledger_;
};

}  // namespace outrigger::control_plane
