// What the envelopes of both protocols have in common: resources, with a time to live or without,
// and errors in place of resources.
//
// There may be tens of thousands of resources, most of them as they were: they are not copied, and
// nothing is allocated for one, but where they have aliases.
//
// Thread: any (pure).
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "envoy/service/discovery/v3/discovery.pb.h"
#include "xds/message.h"
#include "xds/message_cut.h"

namespace outrigger::xds {

// A response, and its resources as they stand in it.
template <typename Proto>
struct Envelope {
  std::shared_ptr<const Proto> proto;  // without them
  std::vector<std::string_view> resources;
};

// Unset when the bytes are no such response.
template <typename Proto>
std::optional<Envelope<Proto>> OpenEnvelope(std::string_view bytes) {
  std::optional<MessageCut> cut = CutMessage(bytes, Proto::kResourcesFieldNumber);
  auto proto = std::make_shared<Proto>();
  if (!cut.has_value() || !proto->ParseFromString(cut->rest)) return std::nullopt;
  return Envelope<Proto>{std::move(proto), std::move(cut->parts)};
}

// Why a stream whose messages these are is given up.
absl::Status NoResponse(std::string_view bytes, std::string_view type);

struct AnyBytes {
  std::string_view type_url;
  std::string_view value;
};

// Of a google.protobuf.Any; false when the bytes are none. A field that is missing stays as it is.
bool ReadAny(std::string_view bytes, AnyBytes& any);

// An envoy.service.discovery.v3.Resource; unset when the bytes are none.
std::optional<MessageItem> ReadResource(std::string_view bytes);

std::vector<Absence> ReadErrors(
    const google::protobuf::RepeatedPtrField<envoy::service::discovery::v3::ResourceError>& errors);

}  // namespace outrigger::xds
