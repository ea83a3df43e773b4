#include "compiler/proto_rules.h"

#include <fmt/format.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/message.h>

#include <memory>
#include <type_traits>

#include "absl/container/flat_hash_set.h"
#include "compiler/any_content.h"
#include "compiler/rule_plan.h"
#include "compiler/scalar_rules.h"
#include "compiler/wrapper_types.h"
#include "validate/validate.pb.h"

namespace outrigger::compiler {

namespace {

using DurationProto = google::protobuf::Duration;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

__int128 Nanoseconds(const DurationProto& duration) {
  return static_cast<__int128>(duration.seconds()) * 1'000'000'000 + duration.nanos();
}

std::string Text(const DurationProto& duration) {
  return fmt::format("{:g}s", static_cast<double>(duration.seconds()) + duration.nanos() / 1e9);
}

void CheckDuration(const validate::DurationRules& rules, const DurationProto& value,
                   ValidationErrors& errors) {
  constexpr int64_t kSecondsMax = 315'576'000'000;  // duration.proto: 10,000 years
  const bool is_mixed =
      (value.seconds() > 0 && value.nanos() < 0) || (value.seconds() < 0 && value.nanos() > 0);
  if (std::abs(value.nanos()) > 999'999'999 || value.seconds() > kSecondsMax ||
      value.seconds() < -kSecondsMax || is_mixed) {
    errors.Add("is no valid duration");
    return;
  }
  // Nothing in the API takes time back: every reader of a duration may rely on it.
  if (value.seconds() < 0 || value.nanos() < 0) {
    errors.Add("must not be negative");
    return;
  }
  if (rules.has_gt() && Nanoseconds(value) <= Nanoseconds(rules.gt())) {
    errors.Add("must be more than " + Text(rules.gt()));
  }
  if (rules.has_gte() && Nanoseconds(value) < Nanoseconds(rules.gte())) {
    errors.Add("must be at least " + Text(rules.gte()));
  }
  if (rules.has_lt() && Nanoseconds(value) >= Nanoseconds(rules.lt())) {
    errors.Add("must be less than " + Text(rules.lt()));
  }
  if (rules.has_lte() && Nanoseconds(value) > Nanoseconds(rules.lte())) {
    errors.Add("must be at most " + Text(rules.lte()));
  }
}

std::string Text(const Scalar& value) {
  const auto text = [](const auto& plain) {
    if constexpr (std::is_same_v<std::decay_t<decltype(plain)>, EnumNumber>) {
      return std::to_string(plain.number);
    } else {
      return fmt::format("{}", plain);
    }
  };
  return std::visit(text, value);
}

// What the API says of itself does not change: each thread that checks reads it once.
RulePlans& Plans() {
  static thread_local RulePlans plans;
  return plans;
}

class RuleWalk {
 public:
  explicit RuleWalk(ValidationErrors& errors) : errors_(errors), scalars_(errors) {}

  void CheckMessage(const Message& message, int depth) {
    if (depth > kNestingMax) {
      errors_.Add(fmt::format("is nested deeper than {} messages", kNestingMax));
      return;
    }
    const RulePlan& plan = plans_.Of(*message.GetDescriptor());
    if (plan.is_disabled) return;
    const Reflection& reflection = *message.GetReflection();
    for (const auto* oneof : plan.required_oneofs) {
      if (reflection.HasOneof(message, oneof)) continue;
      const ValidationErrors::ScopedField scope(errors_, oneof->name());
      errors_.Add(fmt::format("one of its fields must be set: {}", Members(*oneof)));
    }
    for (const CheckedField& field : plan.fields) CheckField(message, field, depth);
  }

 private:
  static std::string Members(const google::protobuf::OneofDescriptor& oneof) {
    std::string names;
    for (int i = 0; i < oneof.field_count(); ++i) {
      if (!names.empty()) names += ", ";
      names += oneof.field(i)->name();
    }
    return names;
  }

  void CheckField(const Message& message, const CheckedField& checked, int depth) {
    const FieldDescriptor& field = *checked.field;
    const Reflection& reflection = *message.GetReflection();
    if (field.is_repeated()) {
      if (!checked.has_rules && reflection.FieldSize(message, &field) == 0) return;
      const ValidationErrors::ScopedField scope(errors_, field.name());
      return field.is_map() ? CheckMap(message, checked, depth)
                            : CheckRepeated(message, checked, depth);
    }
    const bool is_there = !field.has_presence() || reflection.HasField(message, &field);
    // Any other unset field has no value that could be wrong.
    if (!is_there && !checked.is_required) return;
    const ValidationErrors::ScopedField scope(errors_, field.name());
    if (!is_there) return errors_.Add("is required");
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      CheckMessageValue(reflection.GetMessage(message, &field), *checked.rules, depth);
    } else {
      scalars_.Check(ReadScalar(message, field, -1), field, *checked.rules);
    }
  }

  void CheckRepeated(const Message& message, const CheckedField& checked, int depth) {
    const FieldDescriptor& field = *checked.field;
    const validate::FieldRules& rules = *checked.rules;
    const int size = message.GetReflection()->FieldSize(message, &field);
    const auto count = static_cast<uint64_t>(size);
    if (rules.repeated().has_min_items() && count < rules.repeated().min_items()) {
      errors_.Add(fmt::format("must have at least {} element(s)", rules.repeated().min_items()));
    }
    if (rules.repeated().has_max_items() && count > rules.repeated().max_items()) {
      errors_.Add(fmt::format("must have at most {} element(s)", rules.repeated().max_items()));
      return;
    }
    absl::flat_hash_set<std::string> seen;
    const bool is_message = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    for (int i = 0; i < size; ++i) {
      const ValidationErrors::ScopedField scope(errors_, "", static_cast<size_t>(i));
      if (is_message) {
        const Message& element = message.GetReflection()->GetRepeatedMessage(message, &field, i);
        CheckMessageValue(element, rules.repeated().items(), depth);
        continue;
      }
      const Scalar value = ReadScalar(message, field, i);
      scalars_.Check(value, field, rules.repeated().items());
      if (rules.repeated().unique() && !seen.insert(Text(value)).second) {
        errors_.Add(fmt::format("{} is there twice", Text(value)));
      }
    }
  }

  void CheckMap(const Message& message, const CheckedField& checked, int depth) {
    const FieldDescriptor& field = *checked.field;
    const auto& rules = checked.rules->map();
    const int size = message.GetReflection()->FieldSize(message, &field);
    if (rules.has_min_pairs() && static_cast<uint64_t>(size) < rules.min_pairs()) {
      errors_.Add(fmt::format("must have at least {} element(s)", rules.min_pairs()));
    }
    const FieldDescriptor& key_field = *field.message_type()->map_key();
    const FieldDescriptor& value_field = *field.message_type()->map_value();
    for (int i = 0; i < size; ++i) {
      const Message& entry = message.GetReflection()->GetRepeatedMessage(message, &field, i);
      const Scalar key = ReadScalar(entry, key_field, -1);
      const ValidationErrors::ScopedField scope(errors_, fmt::format("[{}]", Text(key)));
      scalars_.Check(key, key_field, rules.keys());
      if (value_field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        const Message& value = entry.GetReflection()->GetMessage(entry, &value_field);
        CheckMessageValue(value, rules.values(), depth);
      } else {
        scalars_.Check(ReadScalar(entry, value_field, -1), value_field, rules.values());
      }
    }
  }

  void CheckMessageValue(const Message& value, const validate::FieldRules& rules, int depth) {
    const Descriptor& descriptor = *value.GetDescriptor();
    const std::string& name = descriptor.full_name();
    if (!name.starts_with("google.protobuf.")) {
      if (!rules.message().skip()) CheckMessage(value, depth + 1);
    } else if (name == "google.protobuf.Any") {
      CheckAny(static_cast<const google::protobuf::Any&>(value), depth);
    } else if (name == "google.protobuf.Duration") {
      CheckDuration(rules.duration(), static_cast<const DurationProto&>(value), errors_);
    } else if (IsWrapper(descriptor)) {
      // Rules of a scalar on a wrapper hold for what it wraps.
      scalars_.Check(ReadScalar(value, *descriptor.field(0), -1), *descriptor.field(0), rules);
    }
  }

  void CheckAny(const google::protobuf::Any& any, int depth) {
    if (any_depth_ >= kAnyNestingMax) {
      errors_.Add(fmt::format("is nested deeper than {} Anys", kAnyNestingMax));
      return;
    }
    const std::unique_ptr<Message> content = UnpackAny(any);
    if (content == nullptr) return;  // the compiler that looks at it says so
    const ValidationErrors::ScopedField scope(
        errors_, fmt::format("{{{}}}", content->GetDescriptor()->full_name()));
    ++any_depth_;
    CheckMessage(*content, depth + 1);
    --any_depth_;
  }

  ValidationErrors& errors_;
  RulePlans& plans_ = Plans();
  ScalarRules scalars_;
  int any_depth_ = 0;
};

}  // namespace

void CheckValidationRules(const Message& message, ValidationErrors& errors) {
  RuleWalk(errors).CheckMessage(message, 0);
}

}  // namespace outrigger::compiler
