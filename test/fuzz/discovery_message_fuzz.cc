// Responses are cut by hand, since most of what is in them is not looked at: protobuf's own parsers
// must see the same in them.
#include "base/check.h"
#include "envoy/service/discovery/v3/discovery.pb.h"
#include "xds/message.h"
#include "xds/payload_name.h"

namespace outrigger::xds {
namespace {

namespace discovery = envoy::service::discovery::v3;

constexpr char kEnvelopeType[] = "type.googleapis.com/envoy.service.discovery.v3.Resource";

void CheckItem(const MessageItem& item, const discovery::Resource& resource) {
  OUTRIGGER_CHECK(resource.name().empty() || item.name == resource.name());
  OUTRIGGER_CHECK(item.type_url == resource.resource().type_url());
  OUTRIGGER_CHECK(item.bytes == resource.resource().value());
  OUTRIGGER_CHECK(item.aliases.size() == static_cast<size_t>(resource.aliases_size()));
  for (int i = 0; i < resource.aliases_size(); ++i) {
    OUTRIGGER_CHECK(item.aliases[static_cast<size_t>(i)] == resource.aliases(i));
  }
  OUTRIGGER_CHECK(item.time_to_live.has_value() == resource.has_ttl());
  if (resource.name().empty()) OUTRIGGER_CHECK(item.name == NameInside(item.bytes));
}

void CheckDelta(std::string_view bytes, const discovery::DeltaDiscoveryResponse& proto) {
  const absl::StatusOr<Message> message = ParseDelta(bytes);
  OUTRIGGER_CHECK(message.ok());
  OUTRIGGER_CHECK(message->type_url == proto.type_url());
  OUTRIGGER_CHECK(message->nonce == proto.nonce());
  OUTRIGGER_CHECK(message->version == proto.system_version_info());
  OUTRIGGER_CHECK(message->items.size() == static_cast<size_t>(proto.resources_size()));
  OUTRIGGER_CHECK(message->removed.size() == static_cast<size_t>(proto.removed_resources_size()));
  OUTRIGGER_CHECK(message->absences.size() == static_cast<size_t>(proto.resource_errors_size()));
  for (int i = 0; i < proto.resources_size(); ++i) {
    const MessageItem& item = message->items[static_cast<size_t>(i)];
    OUTRIGGER_CHECK(item.version == proto.resources(i).version());
    CheckItem(item, proto.resources(i));
  }
}

void CheckSotw(std::string_view bytes, const discovery::DiscoveryResponse& proto) {
  const absl::StatusOr<Message> message = ParseSotw(bytes);
  OUTRIGGER_CHECK(message.ok());
  OUTRIGGER_CHECK(message->type_url == proto.type_url());
  OUTRIGGER_CHECK(message->nonce == proto.nonce());
  OUTRIGGER_CHECK(message->version == proto.version_info());
  OUTRIGGER_CHECK(message->items.size() == static_cast<size_t>(proto.resources_size()));
  for (int i = 0; i < proto.resources_size(); ++i) {
    const MessageItem& item = message->items[static_cast<size_t>(i)];
    const google::protobuf::Any& any = proto.resources(i);
    discovery::Resource wrapped;
    if (any.type_url() == kEnvelopeType && proto.type_url() != kEnvelopeType) {
      if (wrapped.ParseFromString(any.value())) CheckItem(item, wrapped);
      continue;
    }
    OUTRIGGER_CHECK(item.type_url == any.type_url());
    OUTRIGGER_CHECK(item.bytes == any.value());
    OUTRIGGER_CHECK(item.version == proto.version_info());
  }
}

}  // namespace
}  // namespace outrigger::xds

// What protobuf takes for a response is one, with the same content. Of bytes that it refuses some
// are taken: nobody looks into a field that is not used.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace outrigger::xds;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  discovery::DeltaDiscoveryResponse delta;
  if (delta.ParseFromArray(data, static_cast<int>(size))) {
    CheckDelta(bytes, delta);
  } else {
    static_cast<void>(ParseDelta(bytes));
  }
  discovery::DiscoveryResponse sotw;
  if (sotw.ParseFromArray(data, static_cast<int>(size))) {
    CheckSotw(bytes, sotw);
  } else {
    static_cast<void>(ParseSotw(bytes));
  }
  return 0;
}
