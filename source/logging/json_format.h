// A JSON object of format strings, compiled: what is written once and for all, and the values
// between. A string that is one operator becomes that value (a number, a string, null), any other
// string a string.
//
// Thread: any (const after compile).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logging/log_entry.h"
#include "logging/text_format.h"

namespace outrigger::logging {

class JsonFormat {
 public:
  // `omits_missing`: a key whose value is not there is left out.
  explicit JsonFormat(bool omits_missing = false) : omits_missing_(omits_missing) {}

  // Built in the order in which it is written; who builds it keeps brackets in pairs.
  void Open(char bracket) { steps_.push_back({Step::Kind::kOpen, std::string(1, bracket), {}}); }
  void Close(char bracket) { steps_.push_back({Step::Kind::kClose, std::string(1, bracket), {}}); }
  // Of the next step.
  void Key(std::string_view key);
  // A number, a boolean, null: as it is written.
  void Literal(std::string_view json);
  void Value(TextFormat format) { steps_.push_back({Step::Kind::kValue, {}, std::move(format)}); }

  void Append(const LogEntry& entry, std::string& text) const;
  bool operator==(const JsonFormat&) const = default;

 private:
  struct Step {
    enum class Kind { kOpen, kClose, kKey, kLiteral, kValue };
    Kind kind;
    std::string json;
    TextFormat format;
    bool operator==(const Step&) const = default;
  };
  bool AppendTyped(const TextFormat& format, const LogEntry& entry, std::string& text) const;

  std::vector<Step> steps_;
  bool omits_missing_;
};

}  // namespace outrigger::logging
