// How one log writes its lines, or an answer its body: a text, or a JSON object with a line end.
//
// Thread: any (const after compile).
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "logging/json_format.h"
#include "logging/text_format.h"

namespace outrigger::logging {

class LogFormat {
 public:
  LogFormat() = default;
  LogFormat(TextFormat text, bool omits_missing)
      : format_(std::move(text)), missing_(omits_missing ? "" : "-") {}
  explicit LogFormat(JsonFormat json) : format_(std::move(json)) {}

  void AppendLine(const LogEntry& entry, std::string& line) const {
    if (const auto* text = std::get_if<TextFormat>(&format_)) {
      text->Append(entry, {Escaping::kLine, missing_}, line);
      return;
    }
    AppendJson(entry, line);
  }
  // What is filled in stands there as it came: a body is nobody's line.
  void AppendBody(const LogEntry& entry, std::string& body) const {
    if (const auto* text = std::get_if<TextFormat>(&format_)) {
      text->Append(entry, {Escaping::kNone, missing_}, body);
      return;
    }
    AppendJson(entry, body);
  }
  bool is_json() const { return std::holds_alternative<JsonFormat>(format_); }
  bool operator==(const LogFormat&) const = default;

 private:
  void AppendJson(const LogEntry& entry, std::string& text) const {
    std::get<JsonFormat>(format_).Append(entry, text);
    text += '\n';
  }

  std::variant<TextFormat, JsonFormat> format_;
  std::string_view missing_ = "-";  // in a text
};

}  // namespace outrigger::logging
