#include <fmt/format.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "compiler/any_content.h"
#include "compiler/proto_rules.h"

namespace outrigger::compiler {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::string_view kNothingReadsIt = "nothing reads it";

class UseWalk {
 public:
  UseWalk(ValidationErrors& errors, std::vector<std::string>& ignored)
      : errors_(errors), ignored_(ignored) {}
  UseWalk(ValidationErrors& errors, std::vector<std::string>& ignored,
          std::vector<std::string>& handled)
      : errors_(errors), ignored_(ignored), handled_(&handled) {}

  void Walk(const Message& message, int depth) {
    if (depth > kNestingMax) return;  // CheckValidationRules has said so
    std::vector<const FieldDescriptor*> set;
    message.GetReflection()->ListFields(message, &set);
    for (const FieldDescriptor* field : set) {
      const ValidationErrors::ScopedField scope(errors_, field->name());
      const FieldRule* rule = RuleFor(message, *field);
      switch (rule == nullptr ? FieldUse::kIgnored : rule->use) {
        case FieldUse::kRejected:
          errors_.Add(fmt::format("is not supported: {}", rule->reason));
          break;
        case FieldUse::kIgnored:
          Note(rule == nullptr ? kNothingReadsIt : rule->reason);
          break;
        case FieldUse::kHandled:
          NoteHandled(rule->field == "*" || IsInnermost(message, *field));
          if (rule->field != "*") Descend(message, *field, depth);
          break;
      }
    }
  }

 private:
  static const FieldRule* RuleFor(const Message& message, const FieldDescriptor& field) {
    const std::string& name = message.GetDescriptor()->full_name();
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM && !field.is_repeated()) {
      const auto& value = message.GetReflection()->GetEnum(message, &field)->name();
      if (const FieldRule* rule = FindValueRule(name, field.name(), value)) return rule;
    }
    return FindFieldRule(name, field.name());
  }

  void Note(std::string_view reason) {
    if (ignored_.size() >= kIgnoredMax) return;
    ignored_.push_back(fmt::format("{}: {}", errors_.path(), reason));
  }

  // Nothing is set below it, or no rules go further.
  static bool IsInnermost(const Message& message, const FieldDescriptor& field) {
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return true;
    const std::string& name = field.message_type()->full_name();
    if (name.starts_with("google.protobuf.")) return name != "google.protobuf.Any";
    if (field.is_repeated()) return false;
    std::vector<const FieldDescriptor*> set;
    const Message& content = message.GetReflection()->GetMessage(message, &field);
    content.GetReflection()->ListFields(content, &set);
    return set.empty();
  }

  void NoteHandled(bool is_innermost) {
    if (handled_ == nullptr || !is_innermost || handled_->size() >= kHandledMax) return;
    handled_->emplace_back(errors_.path());
  }

  void Descend(const Message& message, const FieldDescriptor& field, int depth) {
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return;
    if (!field.is_repeated()) {
      Enter(message.GetReflection()->GetMessage(message, &field), depth);
      return;
    }
    for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i) {
      const Message& element = message.GetReflection()->GetRepeatedMessage(message, &field, i);
      if (field.is_map()) {
        EnterMapEntry(element, depth);
      } else {
        const ValidationErrors::ScopedField scope(errors_, "", static_cast<size_t>(i));
        Enter(element, depth);
      }
    }
  }

  void EnterMapEntry(const Message& entry, int depth) {
    const FieldDescriptor& key = *entry.GetDescriptor()->map_key();
    const FieldDescriptor& value = *entry.GetDescriptor()->map_value();
    if (value.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return;
    const bool is_text = key.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    const ValidationErrors::ScopedField scope(
        errors_,
        is_text ? fmt::format("[{}]", entry.GetReflection()->GetString(entry, &key)) : "[]");
    Enter(entry.GetReflection()->GetMessage(entry, &value), depth);
  }

  void Enter(const Message& message, int depth) {
    const std::string& name = message.GetDescriptor()->full_name();
    if (name == "google.protobuf.Any") {
      // What its type means is decided by the compiler that looks at it.
      if (any_depth_ >= kAnyNestingMax) return;  // CheckValidationRules has said so
      const auto content = UnpackAny(static_cast<const google::protobuf::Any&>(message));
      if (content == nullptr) {
        Note("its content is not known here");
        return;
      }
      const ValidationErrors::ScopedField scope(errors_,
                                                fmt::format("{{{}}}", content->GetTypeName()));
      const FieldRule* rule = FindFieldRule(content->GetDescriptor()->full_name(), "*");
      if (rule != nullptr && rule->use == FieldUse::kIgnored) {
        Note(rule->reason);
        return;
      }
      ++any_depth_;
      Walk(*content, depth + 1);
      --any_depth_;
    } else if (!name.starts_with("google.protobuf.")) {
      Walk(message, depth + 1);
    }
  }

  ValidationErrors& errors_;
  std::vector<std::string>& ignored_;
  std::vector<std::string>* const handled_ = nullptr;  // null: nobody asks
  int any_depth_ = 0;
};

}  // namespace

void CheckFieldUse(const Message& message, ValidationErrors& errors,
                   std::vector<std::string>& ignored) {
  UseWalk(errors, ignored).Walk(message, 0);
}

std::vector<std::string> HandledFields(const Message& message) {
  ValidationErrors unused;
  std::vector<std::string> ignored;
  std::vector<std::string> handled;
  UseWalk(unused, ignored, handled).Walk(message, 0);
  return handled;
}

}  // namespace outrigger::compiler
