// The envelope of the state-of-the-world protocol.
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "envoy/service/discovery/v3/discovery.pb.h"
#include "xds/envelope.h"
#include "xds/message.h"
#include "xds/message_cut.h"
#include "xds/nack_message.h"
#include "xds/payload_name.h"

namespace outrigger::xds {

namespace {

namespace discovery = envoy::service::discovery::v3;

constexpr std::string_view kEnvelopeType =
    "type.googleapis.com/envoy.service.discovery.v3.Resource";

MessageItem WithoutEnvelope(const AnyBytes& any) {
  MessageItem item;
  item.name = NameInside(any.value);
  item.type_url = any.type_url;
  item.bytes = any.value;
  return item;
}

// An envelope that cannot be read is left as it is: its type is then another than the response's.
MessageItem ReadItem(const AnyBytes& any, const discovery::DiscoveryResponse& response) {
  std::optional<MessageItem> item;
  if (any.type_url == kEnvelopeType && response.type_url() != kEnvelopeType) {
    item = ReadResource(any.value);
  }
  if (!item.has_value()) item = WithoutEnvelope(any);
  if (item->version.empty()) item->version = response.version_info();
  return *std::move(item);
}

}  // namespace

std::string SerializeSotw(const Request& request, std::string_view serialized_node) {
  discovery::DiscoveryRequest proto;
  if (request.carries_node) {
    OUTRIGGER_CHECK(proto.mutable_node()->ParseFromArray(serialized_node.data(),
                                                         static_cast<int>(serialized_node.size())));
  }
  proto.set_type_url(request.type_url);
  proto.set_version_info(request.version);
  proto.set_response_nonce(request.nonce);
  if (!request.error_message.empty()) {
    proto.mutable_error_detail()->set_code(kNackCode);
    proto.mutable_error_detail()->set_message(request.error_message);
  }
  std::string bytes = proto.SerializeAsString();
  if (request.names == nullptr) return bytes;
  for (const std::string& name : *request.names) {
    AppendPart(discovery::DiscoveryRequest::kResourceNamesFieldNumber, name, bytes);
  }
  return bytes;
}

absl::StatusOr<Message> ParseSotw(std::string_view bytes) {
  auto envelope = OpenEnvelope<discovery::DiscoveryResponse>(bytes);
  if (!envelope.has_value()) return NoResponse(bytes, "DiscoveryResponse");
  const discovery::DiscoveryResponse& proto = *envelope->proto;
  Message message;
  message.type_url = proto.type_url();
  message.nonce = proto.nonce();
  message.version = proto.version_info();
  message.control_plane_identifier = proto.control_plane().identifier();
  message.items.reserve(envelope->resources.size());
  for (std::string_view resource : envelope->resources) {
    AnyBytes any;
    if (!ReadAny(resource, any)) return NoResponse(bytes, "DiscoveryResponse");
    message.items.push_back(ReadItem(any, proto));
  }
  message.absences = ReadErrors(proto.resource_errors());
  message.storage = std::move(envelope->proto);
  return message;
}

}  // namespace outrigger::xds
