// What is checked of every message alike, by reflection: the rules that the API states about itself
// (`validate.rules`), and what becomes of every field that was set.
//
// Thread: control.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/validation_errors.h"

namespace google::protobuf {
class Message;
}

namespace outrigger::compiler {

// Deeper messages are refused: nothing real comes near it (R67).
inline constexpr int kNestingMax = 64;
// Each level of Any holds a copy of what is below it.
inline constexpr int kAnyNestingMax = 16;

// What is said of bytes that are no message of their type.
inline constexpr std::string_view kCannotBeParsed = "resource cannot be parsed";

// Adds an error for each broken `validate.rules` option in `message` and everything below it, the
// content of known Anys included.
void CheckValidationRules(const google::protobuf::Message& message, ValidationErrors& errors);

// How a set field is taken. A field that no table names is ignored and listed; of the messages that
// the tables speak of, they name every field.
enum class FieldUse { kHandled, kIgnored, kRejected };

struct FieldRule {
  std::string_view message;  // full name: "envoy.config.cluster.v3.Cluster"
  // "lb_policy"; "lb_policy=MAGLEV": one value of an enum; "*": the whole message, with everything
  // below it.
  std::string_view field;
  FieldUse use;
  std::string_view reason = {};  // why it is ignored or rejected
};

// Every rule of every compiler; docs/fields.md is made from it.
std::span<const FieldRule> AllFieldRules();
// The rule for that field, or for its whole message; null when no table names either.
const FieldRule* FindFieldRule(std::string_view message, std::string_view field);
// The rule for that value of an enum; null when no table names it.
const FieldRule* FindValueRule(std::string_view message, std::string_view field,
                               std::string_view value);

// Walks every set field of `message`: rejected ones become errors, ignored ones are appended to
// `ignored` as "path: reason", at most kIgnoredMax of them.
inline constexpr size_t kIgnoredMax = 1000;
void CheckFieldUse(const google::protobuf::Message& message, ValidationErrors& errors,
                   std::vector<std::string>& ignored);
// The paths of the fields that are set and heeded, of those that hold others the innermost; at most
// kHandledMax of them.
inline constexpr size_t kHandledMax = 100'000;
std::vector<std::string> HandledFields(const google::protobuf::Message& message);

}  // namespace outrigger::compiler
