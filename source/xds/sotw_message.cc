// The envelope of the state-of-the-world protocol.
#include <deque>
#include <limits>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "envoy/service/discovery/v3/discovery.pb.h"
#include "xds/envelope.h"
#include "xds/message.h"
#include "xds/nack_message.h"
#include "xds/payload_name.h"

namespace outrigger::xds {

namespace {

namespace discovery = envoy::service::discovery::v3;

constexpr std::string_view kEnvelopeType =
    "type.googleapis.com/envoy.service.discovery.v3.Resource";

struct Storage {
  discovery::DiscoveryResponse response;
  std::deque<discovery::Resource> envelopes;  // their addresses stay
};

MessageItem WithoutEnvelope(const google::protobuf::Any& any) {
  MessageItem item;
  item.name = NameInside(any.value());
  item.type_url = any.type_url();
  item.bytes = any.value();
  return item;
}

// An envelope that cannot be read is left as it is: its type is then another than the response's.
MessageItem ReadItem(const google::protobuf::Any& any, Storage& storage) {
  MessageItem item;
  if (any.type_url() != kEnvelopeType || storage.response.type_url() == kEnvelopeType ||
      !storage.envelopes.emplace_back().ParseFromString(any.value())) {
    item = WithoutEnvelope(any);
  } else {
    item = FromEnvelope(storage.envelopes.back());
  }
  if (item.version.empty()) item.version = storage.response.version_info();
  return item;
}

}  // namespace

std::string SerializeSotw(const Request& request, std::string_view serialized_node) {
  discovery::DiscoveryRequest proto;
  if (request.carries_node) {
    OUTRIGGER_CHECK(proto.mutable_node()->ParseFromArray(serialized_node.data(),
                                                         static_cast<int>(serialized_node.size())));
  }
  proto.set_type_url(request.type_url);
  for (const std::string& name : request.names) proto.add_resource_names(name);
  proto.set_version_info(request.version);
  proto.set_response_nonce(request.nonce);
  if (!request.error_message.empty()) {
    proto.mutable_error_detail()->set_code(kNackCode);
    proto.mutable_error_detail()->set_message(request.error_message);
  }
  return proto.SerializeAsString();
}

absl::StatusOr<Message> ParseSotw(std::string_view bytes) {
  auto storage = std::make_shared<Storage>();
  const discovery::DiscoveryResponse& proto = storage->response;
  if (bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max()) ||
      !storage->response.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::InvalidArgumentError(
        absl::StrCat("a message of ", bytes.size(), " bytes is not a DiscoveryResponse"));
  }
  Message message;
  message.type_url = proto.type_url();
  message.nonce = proto.nonce();
  message.version = proto.version_info();
  message.control_plane_identifier = proto.control_plane().identifier();
  message.items.reserve(static_cast<size_t>(proto.resources_size()));
  for (const auto& any : proto.resources()) message.items.push_back(ReadItem(any, *storage));
  message.absences = ReadErrors(proto.resource_errors());
  message.storage = std::move(storage);
  return message;
}

}  // namespace outrigger::xds
