// One delta ADS stream from the server's side: what a node asked for, what it was told, what it is
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
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "control_plane/resource_view.h"
#include "control_plane/verdict.h"
#include "envoy/service/discovery/v3/discovery.pb.h"

namespace outrigger::control_plane {

class DeltaSession {
 public:
  using Request = envoy::service::discovery::v3::DeltaDiscoveryRequest;
  using Response = envoy::service::discovery::v3::DeltaDiscoveryResponse;

  // A status other than OK ends the stream.
  absl::Status OnRequest(const Request& request);
  // The verdict that came with the last request, once.
  std::optional<Verdict> TakeVerdict();
  // The responses that are due now, in the order in which to send them.
  std::vector<Response> TakeDue(const ResourceView& view);

  // Of the first request that carried a node.
  const std::string& node_id() const { return node_id_; }

 private:
  struct Interest {
    bool is_open = false;  // the type was asked for on this stream
    bool is_wildcard = false;
    bool owes_answer = false;  // a first wildcard request is answered even when there is nothing
    std::set<std::string> names;
    std::set<std::string> asked;              // to be answered even when there is no such resource
    std::map<std::string, std::string> told;  // name to version
    std::optional<Outstanding> outstanding;

    bool Wants(const std::string& name) const { return is_wildcard || names.contains(name); }
    bool is_ready() const { return is_open && !outstanding.has_value(); }
  };

  Interest& Of(ResourceType type) { return interests_[static_cast<size_t>(type)]; }
  void TakeAnswer(ResourceType type, const Request& request);
  static void Open(const Request& request, Interest& interest);
  static void Subscribe(const Request& request, Interest& interest);
  static void Unsubscribe(const Request& request, Interest& interest);
  static Response Upserts(Interest& interest, const ResourcesByName& served);
  static Response Removals(Interest& interest, const ResourcesByName& served);
  void Finish(ResourceType type, const ResourcesByName& served, Response& response);

  std::array<Interest, kResourceTypes.size()> interests_;
  std::string node_id_;
  std::optional<Verdict> verdict_;
  uint64_t last_nonce_ = 0;
};

}  // namespace outrigger::control_plane
