#include "logging/text_format.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "logging/operator_parser.h"

namespace outrigger::logging {

namespace {

bool IsJson(const Operator& op, const LogEntry& entry) {
  if (op.kind == OperatorKind::kGrpcMessages) return true;
  if (op.kind != OperatorKind::kMetadata) return false;
  const http::MetadataValue* value = MetadataOf(op, entry);
  return value != nullptr && value->kind != http::MetadataValue::Kind::kString;
}

}  // namespace

FormatEnvironment FormatEnvironment::OfProcess() {
  char name[256] = {};
  if (gethostname(name, sizeof name - 1) != 0) name[0] = '\0';
  return {name, [](const std::string& variable) -> const char* {
            return std::getenv(variable.c_str());  // NOLINT(concurrency-mt-unsafe): control only
          }};
}

absl::StatusOr<TextFormat> TextFormat::Compile(std::string_view text,
                                               const FormatEnvironment& environment) {
  TextFormat format;
  while (!text.empty()) {
    if (format.pieces_.size() >= kPiecesMax) {
      return absl::InvalidArgumentError(
          fmt::format("must have at most {} operators and texts between them", kPiecesMax));
    }
    const size_t percent = text.find('%');
    format.AddLiteral(text.substr(0, percent));
    if (percent == text.npos) break;
    text.remove_prefix(percent);
    if (text.starts_with("%%")) {
      format.AddLiteral("%");
      text.remove_prefix(2);
      continue;
    }
    absl::StatusOr<Operator> op = ParseOperator(text, environment);
    if (!op.ok()) return op.status();
    format.pieces_.emplace_back(*std::move(op));
  }
  return format;
}

void TextFormat::AddLiteral(std::string_view text) {
  if (text.empty()) return;
  if (!pieces_.empty()) {
    if (auto* literal = std::get_if<std::string>(&pieces_.back())) {
      literal->append(text);
      return;
    }
  }
  pieces_.emplace_back(std::string(text));
}

const std::string* TextFormat::constant() const {
  static const std::string kNothing;
  if (pieces_.empty()) return &kNothing;
  return pieces_.size() == 1 ? std::get_if<std::string>(&pieces_[0]) : nullptr;
}

void TextFormat::Append(const LogEntry& entry, const TextRules& rules, std::string& text) const {
  const size_t begin = text.size();
  for (const Piece& piece : pieces_) {
    const size_t start = text.size();
    if (const auto* literal = std::get_if<std::string>(&piece)) {
      text.append(*literal);
      // The configuration's own quotes and line ends are meant, but not inside a JSON string.
      if (rules.escaping == Escaping::kJson) EscapeFrom(start, rules.escaping, text);
    } else if (AppendValue(std::get<Operator>(piece), entry, text)) {
      // JSON has its control characters escaped, and is to be read as JSON.
      const bool is_json =
          rules.escaping == Escaping::kLine && IsJson(std::get<Operator>(piece), entry);
      if (!is_json) EscapeFrom(start, rules.escaping, text);
    } else {
      text.append(rules.missing);
    }
    if (text.size() - begin <= rules.bytes_max) continue;
    text.resize(begin + rules.bytes_max);
    return;
  }
}

}  // namespace outrigger::logging
