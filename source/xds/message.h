// A response of either protocol, parsed as far as one can without knowing a type, and requests to
// bytes. delta_message.cc and sotw_message.cc know the envelopes; nobody else does.
//
// Thread: any (pure). Source: envoy/service/discovery/v3/discovery.proto.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "xds/protocol.h"
#include "xds/resource.h"
#include "xds/subscription_state.h"

namespace outrigger::xds {

// One resource as it stands in a response.
struct MessageItem {
  std::string_view name;      // the envelope's, else the payload's (X38); empty: neither has one
  std::string_view version;   // its own, else the response's
  std::string_view type_url;  // of the payload; empty: there is no payload
  std::string_view bytes;
  std::vector<std::string_view> aliases;  // X37
  std::optional<Duration> time_to_live;   // X43
};

// What it hands out points into the bytes it was read from, or into `storage`.
struct Message {
  std::string_view type_url;
  std::string_view nonce;
  std::string_view version;  // of the type (state of the world), or of the system (delta)
  std::string_view control_plane_identifier;
  std::vector<MessageItem> items;
  std::vector<std::string_view> removed;
  std::vector<Absence> absences;  // resource_errors (X46)
  std::shared_ptr<const void> storage;
};

absl::StatusOr<Message> ParseDelta(std::string_view bytes);
absl::StatusOr<Message> ParseSotw(std::string_view bytes);
inline absl::StatusOr<Message> ParseMessage(Protocol protocol, std::string_view bytes) {
  return protocol == Protocol::kDelta ? ParseDelta(bytes) : ParseSotw(bytes);
}

// `serialized_node` is used when the request carries the node. Requires: it parses as a Node.
std::string SerializeDelta(const Request& request, std::string_view serialized_node);
std::string SerializeSotw(const Request& request, std::string_view serialized_node);
inline std::string SerializeRequest(Protocol protocol, const Request& request,
                                    std::string_view serialized_node) {
  return protocol == Protocol::kDelta ? SerializeDelta(request, serialized_node)
                                      : SerializeSotw(request, serialized_node);
}

}  // namespace outrigger::xds
