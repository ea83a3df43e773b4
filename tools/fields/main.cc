// Prints docs/fields.md: what becomes of every field of the API's messages that the tables in
// source/compiler/field_rules_*.h speak of.
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/message.h>

#include <cstdio>
#include <set>
#include <string>
#include <string_view>

#include "compiler/any_content.h"
#include "compiler/proto_rules.h"

namespace outrigger::compiler {
namespace {

constexpr std::string_view kOpening = R"(# Fields

Generated from the tables in `source/compiler/field_rules_*.h`:
`ninja -C build/dev fields && build/dev/fields > docs/fields.md`. A test compares the two.

What Outrigger does with a field that is set: **handled**; **without effect**: accepted, and named by
`outrigger --mode validate` with the reason; **rejected**: the resource is refused with the path of the
field, because leaving the field out would weaken security or change where traffic goes. Messages that
are not here have no effect, and are named too.
)";

std::string_view Name(FieldUse use) {
  switch (use) {
    case FieldUse::kHandled:
      return "handled";
    case FieldUse::kIgnored:
      return "without effect";
    case FieldUse::kRejected:
      return "rejected";
  }
  return "";
}

std::string Line(std::string_view field, const FieldRule& rule) {
  return fmt::format("| {} | {} | {} |\n", field, Name(rule.use), rule.reason);
}

// Of the values of an enum that are taken otherwise than the rest.
std::string ValueLines(std::string_view message_name,
                       const google::protobuf::FieldDescriptor& field) {
  std::string text;
  const auto* values = field.enum_type();
  for (int i = 0; values != nullptr && i < values->value_count(); ++i) {
    const std::string& value = values->value(i)->name();
    if (const FieldRule* rule = FindValueRule(message_name, field.name(), value)) {
      text += Line(fmt::format("`{}: {}`", field.name(), value), *rule);
    }
  }
  return text;
}

// In the order in which the API defines the fields.
std::string Section(const std::string& message_name) {
  std::string text = fmt::format("\n## {}\n\n| field | use | why |\n|---|---|---|\n", message_name);
  const FieldRule* whole = FindFieldRule(message_name, "*");
  bool has_others = false;  // beside the whole
  const auto message = NewMessage(message_name);
  for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
    const auto* field = message->GetDescriptor()->field(i);
    const FieldRule* rule = FindFieldRule(message_name, field->name());
    if (rule == nullptr || rule == whole) continue;
    has_others = true;
    text += Line(
        fmt::format("`{}`{}", field->name(), field->options().deprecated() ? " (deprecated)" : ""),
        *rule);
    text += ValueLines(message_name, *field);
  }
  if (whole != nullptr) text += Line(has_others ? "all others" : "all", *whole);
  return text;
}

int Main() {
  std::string text(kOpening);
  std::set<std::string> messages;
  for (const FieldRule& rule : AllFieldRules()) messages.emplace(rule.message);
  for (const std::string& message : messages) text += Section(message);
  return std::fputs(text.c_str(), stdout) < 0 ? 1 : 0;
}

}  // namespace
}  // namespace outrigger::compiler

int main() { return outrigger::compiler::Main(); }
