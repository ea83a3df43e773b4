// The envelope of the delta protocol.
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "envoy/service/discovery/v3/discovery.pb.h"
#include "xds/envelope.h"
#include "xds/message.h"
#include "xds/nack_message.h"

namespace outrigger::xds {

namespace discovery = envoy::service::discovery::v3;

std::string SerializeDelta(const Request& request, std::string_view serialized_node) {
  discovery::DeltaDiscoveryRequest proto;
  if (request.carries_node) {
    OUTRIGGER_CHECK(proto.mutable_node()->ParseFromArray(serialized_node.data(),
                                                         static_cast<int>(serialized_node.size())));
  }
  proto.set_type_url(request.type_url);
  for (const std::string& name : request.subscribe) proto.add_resource_names_subscribe(name);
  for (const std::string& name : request.unsubscribe) proto.add_resource_names_unsubscribe(name);
  for (const auto& [name, version] : request.initial_versions) {
    (*proto.mutable_initial_resource_versions())[name] = version;
  }
  proto.set_response_nonce(request.nonce);
  if (!request.error_message.empty()) {
    proto.mutable_error_detail()->set_code(kNackCode);
    proto.mutable_error_detail()->set_message(request.error_message);
  }
  return proto.SerializeAsString();
}

absl::StatusOr<Message> ParseDelta(std::string_view bytes) {
  auto envelope = OpenEnvelope<discovery::DeltaDiscoveryResponse>(bytes);
  if (!envelope.has_value()) return NoResponse(bytes, "DeltaDiscoveryResponse");
  const discovery::DeltaDiscoveryResponse& proto = *envelope->proto;
  Message message;
  message.type_url = proto.type_url();
  message.nonce = proto.nonce();
  message.version = proto.system_version_info();
  message.control_plane_identifier = proto.control_plane().identifier();
  message.items.reserve(envelope->resources.size());
  for (std::string_view resource : envelope->resources) {
    std::optional<MessageItem> item = ReadResource(resource);
    if (!item.has_value()) return NoResponse(bytes, "DeltaDiscoveryResponse");
    message.items.push_back(*std::move(item));
  }
  message.removed.assign(proto.removed_resources().begin(), proto.removed_resources().end());
  message.absences = ReadErrors(proto.resource_errors());
  message.storage = std::move(envelope->proto);
  return message;
}

}  // namespace outrigger::xds
