// The messages that have a notation of their own in JSON and YAML.
#include <fmt/format.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/message.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/field_mask_util.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "compiler/any_content.h"
#include "compiler/wrapper_types.h"
#include "compiler/yaml_fields.h"

namespace outrigger::compiler {

namespace {

// Types that real bootstraps carry, that the API package lacks, and that are safe to let through
// empty.
bool IsAcceptedUnknownType(std::string_view type) {
  static constexpr std::string_view kAccepted[] = {
      "istio.workload.BootstrapExtension",
      "stats.PluginConfig",
  };
  return std::find(std::begin(kAccepted), std::end(kAccepted), type) != std::end(kAccepted);
}

// "1.5s", at most nine digits behind the point.
bool ParseDuration(std::string_view text, google::protobuf::Duration& duration) {
  constexpr int64_t kSecondsMax = 315'576'000'000;  // duration.proto: 10,000 years
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  if (!text.ends_with('s')) return false;
  text.remove_suffix(1);
  const size_t point = std::min(text.find('.'), text.size());
  const auto parse = [](std::string_view digits, auto& number) {
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return !digits.starts_with('-') && result.ec == std::errc() &&
           result.ptr == digits.data() + digits.size();
  };
  int64_t seconds = 0;
  if (!parse(text.substr(0, point), seconds) || seconds > kSecondsMax) return false;
  int32_t nanoseconds = 0;
  if (point < text.size()) {
    std::string digits(text.substr(point + 1));
    if (digits.empty() || digits.size() > 9) return false;
    digits.resize(9, '0');
    if (!parse(digits, nanoseconds)) return false;
  }
  duration.set_seconds(is_negative ? -seconds : seconds);
  duration.set_nanos(is_negative ? -nanoseconds : nanoseconds);
  return true;
}

}  // namespace

bool YamlFields::MergeWellKnown(const YamlNode& node, Message& message) {
  const google::protobuf::Descriptor& descriptor = *message.GetDescriptor();
  const std::string& name = descriptor.full_name();
  if (!name.starts_with("google.protobuf.")) return false;
  if (name == "google.protobuf.Any") {
    MergeAny(node, message);
  } else if (name == "google.protobuf.Struct") {
    MergeStruct(node, message);
  } else if (name == "google.protobuf.Value") {
    MergeValue(node, message);
  } else if (name == "google.protobuf.ListValue") {
    MergeList(node, message);
  } else if (name == "google.protobuf.Duration") {
    MergeDuration(node, message);
  } else if (name == "google.protobuf.Timestamp") {
    MergeTimestamp(node, message);
  } else if (name == "google.protobuf.FieldMask") {
    MergeFieldMask(node, message);
  } else if (IsWrapper(descriptor)) {
    PutScalar(node, *descriptor.FindFieldByName("value"), message);
  } else {
    return false;
  }
  return true;
}

void YamlFields::MergeDuration(const YamlNode& node, Message& message) {
  // As protobuf's own parser takes it, though its specification does not say so.
  if (node.is_map()) return MergeFields(node, message, {});
  auto& duration = static_cast<google::protobuf::Duration&>(message);
  if (!node.is_scalar()) {
    errors_.Add(fmt::format("must be a duration such as \"0.25s\", is {}", KindName(node)));
  } else if (!ParseDuration(node.scalar, duration)) {
    errors_.Add(fmt::format("must be a duration such as \"0.25s\", is \"{}\"", node.scalar));
  }
}

void YamlFields::MergeTimestamp(const YamlNode& node, Message& message) {
  auto& timestamp = static_cast<google::protobuf::Timestamp&>(message);
  if (node.is_scalar() && google::protobuf::util::TimeUtil::FromString(node.scalar, &timestamp)) {
    return;
  }
  errors_.Add("must be a time such as \"2026-11-24T12:00:00Z\"");
}

void YamlFields::MergeFieldMask(const YamlNode& node, Message& message) {
  auto& mask = static_cast<google::protobuf::FieldMask&>(message);
  if (node.is_scalar() &&
      google::protobuf::util::FieldMaskUtil::FromJsonString(node.scalar, &mask)) {
    return;
  }
  errors_.Add("must be field paths such as \"name,connectTimeout\"");
}

void YamlFields::MergeAny(const YamlNode& node, Message& message) {
  auto& any = static_cast<google::protobuf::Any&>(message);
  const YamlNode* type = node.Find("@type");
  if (!node.is_map() || type == nullptr || !type->is_scalar()) {
    errors_.Add("must be an object with \"@type\"");
    return;
  }
  const std::string& url = type->scalar;
  const std::string name(TypeName(url));
  any.set_type_url(url.find('/') == std::string::npos ? "type.googleapis.com/" + url : url);
  const ValidationErrors::ScopedField scope(errors_, fmt::format("{{{}}}", name));
  const std::unique_ptr<Message> content = NewMessage(name);
  if (content == nullptr) {
    if (options_.keeps_unknown_types) return;
    if (IsAcceptedUnknownType(name)) {
      Warn("is not known and has no effect");
    } else {
      errors_.Add(fmt::format("unknown type {}", url));
    }
    return;
  }
  // A type with a notation of its own keeps it inside an Any, under `value`.
  const YamlNode* value = node.Find("value");
  if (name.starts_with("google.protobuf.") && value != nullptr && node.map.size() == 2) {
    MergeMessage(*value, *content);
  } else {
    MergeFields(node, *content, "@type");
  }
  any.set_value(content->SerializeAsString());
}

void YamlFields::MergeStruct(const YamlNode& node, Message& message) {
  if (!node.is_map()) {
    errors_.Add(fmt::format("must be an object, is {}", KindName(node)));
    return;
  }
  auto& fields = *static_cast<google::protobuf::Struct&>(message).mutable_fields();
  for (const YamlEntry& entry : node.map) MergeValue(entry.value, fields[entry.key]);
}

void YamlFields::MergeList(const YamlNode& node, Message& message) {
  if (!node.is_list()) {
    errors_.Add(fmt::format("must be a list, is {}", KindName(node)));
    return;
  }
  auto& list = static_cast<google::protobuf::ListValue&>(message);
  for (const YamlNode& element : node.list) MergeValue(element, *list.add_values());
}

void YamlFields::MergeValue(const YamlNode& node, Message& message) {
  auto& value = static_cast<google::protobuf::Value&>(message);
  double number = 0;
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      value.set_null_value(google::protobuf::NULL_VALUE);
      break;
    case YamlNode::Kind::kMap:
      MergeStruct(node, *value.mutable_struct_value());
      break;
    case YamlNode::Kind::kList:
      MergeList(node, *value.mutable_list_value());
      break;
    case YamlNode::Kind::kScalar:
      if (const std::optional<bool> word = ParseYamlBool(node)) {
        value.set_bool_value(*word);
      } else if (!node.was_quoted && ParseYamlNumber(node.scalar, number)) {
        value.set_number_value(number);
      } else {
        value.set_string_value(node.scalar);
      }
      break;
  }
}

}  // namespace outrigger::compiler
