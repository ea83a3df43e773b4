#include "compiler/yaml_fields.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <type_traits>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "compiler/any_content.h"

namespace outrigger::compiler {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Reflection;

template <typename Number>
bool ParseNumber(std::string_view text, Number& number) {
  double real = 0;
  if constexpr (std::is_integral_v<Number>) {
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    if (result.ec == std::errc() && result.ptr == text.data() + text.size()) return true;
    // 2^53: beyond it a double no longer names one integer.
    if (!ParseYamlNumber(text, real) || std::trunc(real) != real || std::abs(real) > 0x1p53) {
      return false;
    }
  } else if (!ParseYamlNumber(text, real)) {
    return false;
  }
  if (real < static_cast<double>(std::numeric_limits<Number>::lowest()) ||
      real > static_cast<double>(std::numeric_limits<Number>::max())) {
    return false;
  }
  number = static_cast<Number>(real);
  return true;
}

}  // namespace

std::string_view KindName(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "empty";
    case YamlNode::Kind::kScalar:
      return "a plain value";
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "an object";
  }
  return "";
}

std::optional<bool> ParseYamlBool(const YamlNode& node) {
  if (!node.is_scalar() || node.was_quoted) return std::nullopt;
  if (node.scalar.empty()) return std::nullopt;
  const std::string lower = absl::AsciiStrToLower(node.scalar);
  // Capital letters: none, the first, or all.
  const bool is_first_only = absl::AsciiStrToLower(node.scalar.substr(1)) == node.scalar.substr(1);
  if (!is_first_only && absl::AsciiStrToUpper(lower) != node.scalar) return std::nullopt;
  if (lower == "true" || lower == "yes" || lower == "on" || lower == "y") return true;
  if (lower == "false" || lower == "no" || lower == "off" || lower == "n") return false;
  return std::nullopt;
}

bool ParseYamlNumber(std::string_view text, double& number) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  return result.ec == std::errc() && result.ptr == text.data() + text.size() &&
         std::isfinite(number);
}

void YamlFields::MergeMessage(const YamlNode& node, Message& message) {
  if (MergeWellKnown(node, message) || node.is_null()) return;
  if (!node.is_map()) {
    errors_.Add(fmt::format("must be an object, is {}", KindName(node)));
    return;
  }
  MergeFields(node, message, {});
}

void YamlFields::MergeFields(const YamlNode& node, Message& message, std::string_view skipped_key) {
  absl::flat_hash_set<const Field*> seen;
  for (const YamlEntry& entry : node.map) {
    if (!skipped_key.empty() && entry.key == skipped_key) continue;
    const Field* field = FindFieldOfKey(*message.GetDescriptor(), entry.key);
    if (field == nullptr) {
      SkipUnknownField(entry, message);
      continue;
    }
    const ValidationErrors::ScopedField scope(errors_, field->name());
    if (seen.insert(field).second) {
      SetField(entry.value, *field, message);
    } else {
      errors_.Add(fmt::format("is there twice (line {})", entry.line));
    }
  }
}

void YamlFields::SkipUnknownField(const YamlEntry& entry, const Message& message) {
  const ValidationErrors::ScopedField scope(errors_, entry.key);
  const std::string what = fmt::format("no such field in {} (line {})",
                                       message.GetDescriptor()->full_name(), entry.line);
  if (options_.allows_unknown_fields) {
    Warn(what);
  } else {
    errors_.Add(what);
  }
}

void YamlFields::Warn(std::string_view what) {
  if (warnings_.size() >= kWarningsMax) return;
  warnings_.push_back(fmt::format("{}: {}", errors_.path(), what));
}

void YamlFields::SetField(const YamlNode& node, const Field& field, Message& message) {
  const bool is_message = field.cpp_type() == Field::CPPTYPE_MESSAGE;
  const bool has_null =  // null is a value of its own there
      is_message && !field.is_repeated() &&
      field.message_type()->full_name() == "google.protobuf.Value";
  if (node.is_null() && !has_null) return;  // the same as not there
  if (field.is_map()) {
    AddMapEntries(node, field, message);
  } else if (field.is_repeated()) {
    SetList(node, field, message);
  } else {
    CheckOneof(field, message);
    if (is_message) {
      MergeMessage(node, *message.GetReflection()->MutableMessage(&message, &field));
    } else {
      PutScalar(node, field, message);
    }
  }
}

void YamlFields::CheckOneof(const Field& field, const Message& message) {
  const auto* oneof = field.real_containing_oneof();
  if (oneof == nullptr) return;
  const Field* set = message.GetReflection()->GetOneofFieldDescriptor(message, oneof);
  if (set == nullptr || set == &field) return;
  errors_.Add(fmt::format("must not be set together with {}", set->name()));
}

void YamlFields::SetList(const YamlNode& node, const Field& field, Message& message) {
  if (!node.is_list()) {
    AddElement(node, field, message);  // a lone object where a list is due
    return;
  }
  for (size_t i = 0; i < node.list.size(); ++i) {
    const ValidationErrors::ScopedField scope(errors_, "", i);
    AddElement(node.list[i], field, message);
  }
}

void YamlFields::AddElement(const YamlNode& node, const Field& field, Message& message) {
  if (field.cpp_type() != Field::CPPTYPE_MESSAGE) {
    PutScalar(node, field, message);
    return;
  }
  if (node.is_null() && field.message_type()->full_name() != "google.protobuf.Value") {
    errors_.Add("must be an object, is empty");
    return;
  }
  MergeMessage(node, *message.GetReflection()->AddMessage(&message, &field));
}

void YamlFields::AddMapEntries(const YamlNode& node, const Field& field, Message& message) {
  if (!node.is_map()) {
    errors_.Add(fmt::format("must be an object, is {}", KindName(node)));
    return;
  }
  const Descriptor& entry_type = *field.message_type();
  for (const YamlEntry& pair : node.map) {
    const ValidationErrors::ScopedField scope(errors_, fmt::format("[{}]", pair.key));
    Message& entry = *message.GetReflection()->AddMessage(&message, &field);
    YamlNode key;
    key.kind = YamlNode::Kind::kScalar;
    key.scalar = pair.key;
    PutScalar(key, *entry_type.map_key(), entry);
    SetField(pair.value, *entry_type.map_value(), entry);
  }
}

void YamlFields::PutScalar(const YamlNode& node, const Field& field, Message& message) {
  if (!node.is_scalar()) {
    errors_.Add(fmt::format("must be a plain value, is {}", KindName(node)));
    return;
  }
  switch (field.cpp_type()) {
    case Field::CPPTYPE_STRING:
      return PutString(node, field, message);
    case Field::CPPTYPE_BOOL:
      return PutBool(node, field, message);
    case Field::CPPTYPE_ENUM:
      return PutEnum(node, field, message);
    default:
      return PutNumber(node, field, message);
  }
}

void YamlFields::PutString(const YamlNode& node, const Field& field, Message& message) {
  std::string value = node.scalar;
  if (field.type() == Field::TYPE_BYTES && !absl::Base64Unescape(node.scalar, &value) &&
      !absl::WebSafeBase64Unescape(node.scalar, &value)) {
    errors_.Add("must be base64");
  } else if (field.is_repeated()) {
    message.GetReflection()->AddString(&message, &field, std::move(value));
  } else {
    message.GetReflection()->SetString(&message, &field, std::move(value));
  }
}

void YamlFields::PutBool(const YamlNode& node, const Field& field, Message& message) {
  std::optional<bool> value = ParseYamlBool(node);
  if (node.scalar == "true" || node.scalar == "false") value = node.scalar == "true";
  if (!value.has_value()) {
    errors_.Add(fmt::format("must be true or false, is \"{}\"", node.scalar));
  } else if (field.is_repeated()) {
    message.GetReflection()->AddBool(&message, &field, *value);
  } else {
    message.GetReflection()->SetBool(&message, &field, *value);
  }
}

void YamlFields::PutEnum(const YamlNode& node, const Field& field, Message& message) {
  const EnumValueDescriptor* value = nullptr;
  int number = 0;
  if (ParseNumber(node.scalar, number)) value = field.enum_type()->FindValueByNumber(number);
  for (int i = 0; value == nullptr && i < field.enum_type()->value_count(); ++i) {
    const EnumValueDescriptor* candidate = field.enum_type()->value(i);
    if (absl::EqualsIgnoreCase(candidate->name(), node.scalar)) value = candidate;
  }
  if (value == nullptr) {
    errors_.Add(
        fmt::format("\"{}\" is no value of {}", node.scalar, field.enum_type()->full_name()));
  } else if (field.is_repeated()) {
    message.GetReflection()->AddEnum(&message, &field, value);
  } else {
    message.GetReflection()->SetEnum(&message, &field, value);
  }
}

void YamlFields::PutNumber(const YamlNode& node, const Field& field, Message& message) {
  const Reflection& reflection = *message.GetReflection();
  // STYLE: one lambda for six types that differ in the names of two functions.
  const auto put = [&](auto number, auto set, auto add) {
    if (!ParseNumber(node.scalar, number)) {
      errors_.Add(fmt::format("must be a number ({}), is \"{}\"", field.type_name(), node.scalar));
    } else if (field.is_repeated()) {
      (reflection.*add)(&message, &field, number);
    } else {
      (reflection.*set)(&message, &field, number);
    }
  };
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32:
      return put(int32_t{}, &Reflection::SetInt32, &Reflection::AddInt32);
    case Field::CPPTYPE_UINT32:
      return put(uint32_t{}, &Reflection::SetUInt32, &Reflection::AddUInt32);
    case Field::CPPTYPE_INT64:
      return put(int64_t{}, &Reflection::SetInt64, &Reflection::AddInt64);
    case Field::CPPTYPE_UINT64:
      return put(uint64_t{}, &Reflection::SetUInt64, &Reflection::AddUInt64);
    case Field::CPPTYPE_FLOAT:
      return put(float{}, &Reflection::SetFloat, &Reflection::AddFloat);
    default:
      return put(double{}, &Reflection::SetDouble, &Reflection::AddDouble);
  }
}

}  // namespace outrigger::compiler
