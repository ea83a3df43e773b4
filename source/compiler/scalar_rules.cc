#include "compiler/scalar_rules.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "http/syntax.h"
#include "validate/validate.pb.h"

namespace outrigger::compiler {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

template <typename Allowed, typename Value>
bool Holds(const Allowed& allowed, const Value& value) {
  return std::find(allowed.begin(), allowed.end(), value) != allowed.end();
}

size_t CodePoints(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string Counted(std::string_view how, uint64_t count, std::string_view what) {
  return fmt::format("must have {} {} {}{}", how, count, what, count == 1 ? "" : "s");
}

}  // namespace

Scalar ReadScalar(const Message& message, const FieldDescriptor& field, int index) {
  const Reflection& reflection = *message.GetReflection();
  const auto read = [&](auto single, auto repeated) {
    return index < 0 ? (reflection.*single)(message, &field)
                     : (reflection.*repeated)(message, &field, index);
  };
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return read(&Reflection::GetBool, &Reflection::GetRepeatedBool);
    case FieldDescriptor::CPPTYPE_INT32:
      return read(&Reflection::GetInt32, &Reflection::GetRepeatedInt32);
    case FieldDescriptor::CPPTYPE_INT64:
      return read(&Reflection::GetInt64, &Reflection::GetRepeatedInt64);
    case FieldDescriptor::CPPTYPE_UINT32:
      return read(&Reflection::GetUInt32, &Reflection::GetRepeatedUInt32);
    case FieldDescriptor::CPPTYPE_UINT64:
      return read(&Reflection::GetUInt64, &Reflection::GetRepeatedUInt64);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return read(&Reflection::GetFloat, &Reflection::GetRepeatedFloat);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return read(&Reflection::GetDouble, &Reflection::GetRepeatedDouble);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumNumber{read(&Reflection::GetEnumValue, &Reflection::GetRepeatedEnumValue)};
    case FieldDescriptor::CPPTYPE_STRING:
      return read(&Reflection::GetString, &Reflection::GetRepeatedString);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return false;  // a message: the caller does not ask for one
}

void ScalarRules::Check(const Scalar& value, const FieldDescriptor& field,
                        const validate::FieldRules& rules) {
  const auto check = [&](const auto& plain) {
    using Type = std::decay_t<decltype(plain)>;
    if constexpr (std::is_same_v<Type, bool>) {
      if (rules.bool_().has_const_() && plain != rules.bool_().const_()) {
        errors_.Add(fmt::format("must be {}", rules.bool_().const_()));
      }
    } else if constexpr (std::is_same_v<Type, int32_t>) {
      CheckNumber(rules.int32(), plain);
    } else if constexpr (std::is_same_v<Type, int64_t>) {
      CheckNumber(rules.int64(), plain);
    } else if constexpr (std::is_same_v<Type, uint32_t>) {
      CheckNumber(rules.uint32(), plain);
    } else if constexpr (std::is_same_v<Type, uint64_t>) {
      CheckNumber(rules.uint64(), plain);
    } else if constexpr (std::is_same_v<Type, float>) {
      CheckNumber(rules.float_(), plain);
    } else if constexpr (std::is_same_v<Type, double>) {
      CheckNumber(rules.double_(), plain);
    } else if constexpr (std::is_same_v<Type, EnumNumber>) {
      CheckEnum(plain.number, field, rules);
    } else if (rules.has_string()) {
      CheckString(rules.string(), plain);
    } else {
      CheckBytes(rules, plain);
    }
  };
  std::visit(check, value);
}

// The rules of all numbers have the same fields, whatever their type.
template <typename Rules, typename Number>
void ScalarRules::CheckNumber(const Rules& rules, Number value) {
  if constexpr (std::is_floating_point_v<Number>) {
    // Every comparison with it is false: no range would hold it back.
    if (std::isnan(value)) errors_.Add("must be a number");
  }
  if (rules.has_const_() && value != rules.const_()) {
    errors_.Add(fmt::format("must be {}", rules.const_()));
  }
  if (rules.has_gte() && value < rules.gte()) {
    errors_.Add(fmt::format("must be at least {}", rules.gte()));
  }
  if (rules.has_gt() && value <= rules.gt()) {
    errors_.Add(fmt::format("must be greater than {}", rules.gt()));
  }
  if (rules.has_lte() && value > rules.lte()) {
    errors_.Add(fmt::format("must be at most {}", rules.lte()));
  }
  if (rules.has_lt() && value >= rules.lt()) {
    errors_.Add(fmt::format("must be less than {}", rules.lt()));
  }
  if (!rules.in().empty() && !Holds(rules.in(), value)) {
    errors_.Add(fmt::format("must be one of {}", fmt::join(rules.in(), ", ")));
  }
  if (Holds(rules.not_in(), value)) {
    errors_.Add(fmt::format("must be none of {}", fmt::join(rules.not_in(), ", ")));
  }
}

void ScalarRules::CheckEnum(int value, const FieldDescriptor& field,
                            const validate::FieldRules& rules) {
  const auto* named = field.enum_type()->FindValueByNumber(value);
  if (rules.enum_().defined_only() && named == nullptr) {
    errors_.Add(fmt::format("{} is no value of {}", value, field.enum_type()->full_name()));
  }
  const bool is_excluded = Holds(rules.enum_().not_in(), value) ||
                           (!rules.enum_().in().empty() && !Holds(rules.enum_().in(), value));
  if (!is_excluded) return;
  errors_.Add(
      fmt::format("must not be {}", named == nullptr ? std::to_string(value) : named->name()));
}

void ScalarRules::CheckString(const validate::StringRules& rules, const std::string& value) {
  if (rules.ignore_empty() && value.empty()) return;
  if (rules.has_const_() && value != rules.const_()) {
    errors_.Add(fmt::format("must be \"{}\"", rules.const_()));
  }
  if (rules.has_min_len() && CodePoints(value) < rules.min_len()) {
    errors_.Add(Counted("at least", rules.min_len(), "character"));
  }
  if (rules.has_max_len() && CodePoints(value) > rules.max_len()) {
    errors_.Add(Counted("at most", rules.max_len(), "character"));
  }
  if (rules.has_min_bytes() && value.size() < rules.min_bytes()) {
    errors_.Add(Counted("at least", rules.min_bytes(), "byte"));
  }
  if (rules.has_max_bytes() && value.size() > rules.max_bytes()) {
    errors_.Add(Counted("at most", rules.max_bytes(), "byte"));
  }
  if (rules.has_prefix() && !value.starts_with(rules.prefix())) {
    errors_.Add(fmt::format("must start with \"{}\"", rules.prefix()));
  }
  if (rules.has_suffix() && !value.ends_with(rules.suffix())) {
    errors_.Add(fmt::format("must end with \"{}\"", rules.suffix()));
  }
  if (rules.has_contains() && value.find(rules.contains()) == std::string::npos) {
    errors_.Add(fmt::format("must contain \"{}\"", rules.contains()));
  }
  if (rules.has_pattern() && !re2::RE2::PartialMatch(value, PatternOf(rules))) {
    errors_.Add(fmt::format("must match {}", rules.pattern()));
  }
  if (!rules.in().empty() && !Holds(rules.in(), value)) {
    errors_.Add(fmt::format("must be one of {}", fmt::join(rules.in(), ", ")));
  }
  if (Holds(rules.not_in(), value)) {
    errors_.Add(fmt::format("must be none of {}", fmt::join(rules.not_in(), ", ")));
  }
  CheckHeaderText(rules, value);
}

void ScalarRules::CheckHeaderText(const validate::StringRules& rules, std::string_view value) {
  const bool is_name = rules.well_known_regex() == validate::HTTP_HEADER_NAME;
  if (!is_name && rules.well_known_regex() != validate::HTTP_HEADER_VALUE) return;
  if (!rules.strict()) {
    if (value.find_first_of(std::string_view("\0\r\n", 3)) != std::string_view::npos) {
      errors_.Add("must hold no NUL, CR or LF");
    }
  } else if (is_name) {
    if (value.starts_with(':')) value.remove_prefix(1);
    if (!http::IsToken(value)) {
      errors_.Add("must be a header name");
    }
  } else if (std::any_of(value.begin(), value.end(), [](char c) {
               return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
             })) {
    errors_.Add("must hold no control character");
  }
}

void ScalarRules::CheckBytes(const validate::FieldRules& rules, const std::string& value) {
  if (rules.bytes().has_min_len() && value.size() < rules.bytes().min_len()) {
    errors_.Add(Counted("at least", rules.bytes().min_len(), "byte"));
  }
  if (rules.bytes().has_max_len() && value.size() > rules.bytes().max_len()) {
    errors_.Add(Counted("at most", rules.bytes().max_len(), "byte"));
  }
}

const re2::RE2& ScalarRules::PatternOf(const validate::StringRules& rules) {
  auto& pattern = patterns_[&rules];
  if (pattern == nullptr) pattern = std::make_unique<const re2::RE2>(rules.pattern());
  return *pattern;
}

}  // namespace outrigger::compiler
