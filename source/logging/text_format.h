// A format string, compiled: literal text and operators, in order. Envoy's language: %NAME%,
// %NAME(parameters)%, %NAME(parameters):length%, and %% for a percent sign.
//
// Knows nothing of access logs: values of one exchange in, text out.
//
// Thread: any (const after compile).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "logging/escape.h"
#include "logging/format_operator.h"
#include "logging/log_entry.h"

namespace outrigger::logging {

// What the process says of itself, for operators that do not change.
struct FormatEnvironment {
  std::string host_name;
  // Null where there is no such variable.
  const char* (*variable)(const std::string& name) = nullptr;

  static FormatEnvironment OfProcess();
};

// How values become text.
struct TextRules {
  Escaping escaping = Escaping::kNone;
  std::string_view missing = "-";  // for a value that is not there
  size_t bytes_max = SIZE_MAX;     // behind it the text is cut off
};

class TextFormat {
 public:
  static constexpr size_t kPiecesMax = 1000;
  using Piece = std::variant<std::string, Operator>;

  // An error says what is wrong where: "%NOPE% is not supported".
  static absl::StatusOr<TextFormat> Compile(std::string_view text,
                                            const FormatEnvironment& environment);

  void Append(const LogEntry& entry, const TextRules& rules, std::string& text) const;

  const std::vector<Piece>& pieces() const { return pieces_; }
  bool is_empty() const { return pieces_.empty(); }
  // Without an operator it is always this; null: it has one.
  const std::string* constant() const;
  // The one operator that it consists of; null: it is more, or less.
  const Operator* only_operator() const {
    return pieces_.size() == 1 ? std::get_if<Operator>(&pieces_[0]) : nullptr;
  }
  bool operator==(const TextFormat&) const = default;

 private:
  void AddLiteral(std::string_view text);

  std::vector<Piece> pieces_;
};

}  // namespace outrigger::logging
