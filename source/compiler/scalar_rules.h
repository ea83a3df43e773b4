// The rules that the API states about plain values: ranges, lengths, patterns, allowed values.
//
// One table of checks for every type of value; proto_rules.cc walks the messages. Only rules that
// the API uses are known (a test walks the whole API to say so). Thread: control.
#pragma once

#include <re2/re2.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "base/validation_errors.h"

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace validate {
class FieldRules;
class StringRules;
}  // namespace validate

namespace outrigger::compiler {

struct EnumNumber {
  int number = 0;
};
// Strings and bytes alike are std::string; the rules tell which is meant.
using Scalar = std::variant<bool, int32_t, int64_t, uint32_t, uint64_t, float, double, EnumNumber,
                            std::string>;

// The value of a field that is no message; `index` < 0: the field is not repeated.
Scalar ReadScalar(const google::protobuf::Message& message,
                  const google::protobuf::FieldDescriptor& field, int index);

class ScalarRules {
 public:
  explicit ScalarRules(ValidationErrors& errors) : errors_(errors) {}

  // Adds an error for each rule that `value`, of that field, breaks.
  void Check(const Scalar& value, const google::protobuf::FieldDescriptor& field,
             const validate::FieldRules& rules);

 private:
  template <typename Rules, typename Number>
  void CheckNumber(const Rules& rules, Number value);
  void CheckEnum(int value, const google::protobuf::FieldDescriptor& field,
                 const validate::FieldRules& rules);
  void CheckString(const validate::StringRules& rules, const std::string& value);
  void CheckHeaderText(const validate::StringRules& rules, std::string_view value);
  void CheckBytes(const validate::FieldRules& rules, const std::string& value);
  const re2::RE2& PatternOf(const validate::StringRules& rules);

  ValidationErrors& errors_;
  // The keys are options of descriptors, which live as long as the program.
  absl::flat_hash_map<const validate::StringRules*, std::unique_ptr<const re2::RE2>> patterns_;
};

}  // namespace outrigger::compiler
