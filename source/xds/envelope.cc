#include "xds/envelope.h"

#include <algorithm>

#include "xds/payload_name.h"

namespace outrigger::xds {

namespace {

constexpr int kNotFound = 5;  // google.rpc.Code
constexpr int64_t kSecondsMax = int64_t{100} * 365 * 24 * 3600;

Duration ToDuration(const google::protobuf::Duration& proto) {
  return std::chrono::seconds(std::clamp<int64_t>(proto.seconds(), 0, kSecondsMax)) +
         std::chrono::nanoseconds(std::clamp(proto.nanos(), 0, 999'999'999));
}

}  // namespace

MessageItem FromEnvelope(const envoy::service::discovery::v3::Resource& resource) {
  MessageItem item;
  item.name = resource.name();
  item.version = resource.version();
  item.type_url = resource.resource().type_url();
  item.bytes = resource.resource().value();
  if (item.name.empty()) item.name = NameInside(item.bytes);
  item.aliases.assign(resource.aliases().begin(), resource.aliases().end());
  if (resource.has_ttl()) item.time_to_live = ToDuration(resource.ttl());
  return item;
}

std::vector<Absence> ReadErrors(
    const google::protobuf::RepeatedPtrField<envoy::service::discovery::v3::ResourceError>&
        errors) {
  std::vector<Absence> absences;
  for (const auto& error : errors) {
    const bool is_unknown = error.error_detail().code() == kNotFound;
    absences.push_back({error.resource_name().name(),
                        is_unknown ? Absence::Kind::kDoesNotExist : Absence::Kind::kError,
                        error.error_detail().message()});
  }
  return absences;
}

}  // namespace outrigger::xds
