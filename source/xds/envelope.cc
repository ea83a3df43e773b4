#include "xds/envelope.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/absl_view.h"
#include "google/protobuf/any.pb.h"
#include "xds/payload_name.h"
#include "xds/utf8.h"
#include "xds/wire_fields.h"

namespace outrigger::xds {

namespace {

using envoy::service::discovery::v3::Resource;
using google::protobuf::Any;

constexpr int kNotFound = 5;  // google.rpc.Code
constexpr int64_t kSecondsMax = int64_t{100} * 365 * 24 * 3600;

Duration ToDuration(const google::protobuf::Duration& proto) {
  return std::chrono::seconds(std::clamp<int64_t>(proto.seconds(), 0, kSecondsMax)) +
         std::chrono::nanoseconds(std::clamp(proto.nanos(), 0, 999'999'999));
}

}  // namespace

absl::Status NoResponse(std::string_view bytes, std::string_view type) {
  return absl::InvalidArgumentError(
      absl::StrCat("a message of ", bytes.size(), " bytes is not a ", AbslView(type)));
}

bool ReadAny(std::string_view bytes, AnyBytes& any) {
  WireFields fields(bytes);
  while (fields.Next()) {
    if (fields.tag() == WireFields::TagOf(Any::kTypeUrlFieldNumber))
      any.type_url = fields.content();
    if (fields.tag() == WireFields::TagOf(Any::kValueFieldNumber)) any.value = fields.content();
  }
  return fields.ok() && IsUtf8(any.type_url);
}

std::optional<MessageItem> ReadResource(std::string_view bytes) {
  MessageItem item;
  AnyBytes payload;
  std::optional<google::protobuf::Duration> time_to_live;
  WireFields fields(bytes);
  while (fields.Next()) {
    const std::string_view content = fields.content();
    switch (fields.tag()) {
      case WireFields::TagOf(Resource::kNameFieldNumber):
        item.name = content;
        break;
      case WireFields::TagOf(Resource::kVersionFieldNumber):
        item.version = content;
        break;
      case WireFields::TagOf(Resource::kResourceFieldNumber):
        if (!ReadAny(content, payload)) return std::nullopt;
        break;
      case WireFields::TagOf(Resource::kAliasesFieldNumber):
        if (!IsUtf8(content)) return std::nullopt;
        item.aliases.push_back(content);
        break;
      case WireFields::TagOf(Resource::kTtlFieldNumber):
        if (!time_to_live.has_value()) time_to_live.emplace();
        if (!time_to_live->MergeFromString({content.data(), content.size()})) return std::nullopt;
        break;
    }
  }
  if (!fields.ok() || !IsUtf8(item.name) || !IsUtf8(item.version)) return std::nullopt;
  item.type_url = payload.type_url;
  item.bytes = payload.value;
  if (item.name.empty()) item.name = NameInside(item.bytes);
  if (time_to_live.has_value()) item.time_to_live = ToDuration(*time_to_live);
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
