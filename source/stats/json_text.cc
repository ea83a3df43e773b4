#include "stats/json_text.h"

#include "base/append_format.h"

namespace outrigger::stats {

void AppendJsonString(std::string_view text, std::string& json) {
  json += '"';
  for (char c : text) {
    switch (c) {
      case '"':
      case '\\':
        json += '\\';
        json += c;
        break;
      case '\n':
        json += "\\n";
        break;
      case '\r':
        json += "\\r";
        break;
      case '\t':
        json += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          AppendFormat(json, "\\u{:04x}", static_cast<int>(c));
        } else {
          json += c;
        }
    }
  }
  json += '"';
}

std::string JsonString(std::string_view text) {
  std::string json;
  AppendJsonString(text, json);
  return json;
}

}  // namespace outrigger::stats
