#include "logging/metadata_json.h"

#include <fmt/format.h>

#include <cmath>

#include "base/check.h"
#include "logging/escape.h"

namespace outrigger::logging {

namespace {

using ValueKind = http::MetadataValue::Kind;

// JSON has no word for what is no number: a string, as protobuf writes it.
void AppendJsonNumber(double number, std::string& text) {
  if (std::isnan(number)) {
    text.append("\"NaN\"");
  } else if (std::isinf(number)) {
    text.append(number > 0 ? "\"Infinity\"" : "\"-Infinity\"");
  } else {
    text.append(fmt::format("{}", number));
  }
}

void AppendItems(const http::MetadataValue& value, std::string& text) {
  const bool has_keys = value.kind == ValueKind::kStruct;
  text += has_keys ? '{' : '[';
  for (size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) text += ',';
    if (has_keys) {
      AppendJsonString(value.keys[i], text);
      text += ':';
    }
    AppendJson(value.items[i], text);
  }
  text += has_keys ? '}' : ']';
}

}  // namespace

void AppendJson(const http::MetadataValue& value, std::string& text) {
  switch (value.kind) {
    case ValueKind::kNull:
      text.append("null");
      return;
    case ValueKind::kNumber:
      AppendJsonNumber(value.number, text);
      return;
    case ValueKind::kString:
      AppendJsonString(value.text, text);
      return;
    case ValueKind::kBool:
      text.append(value.is_true ? "true" : "false");
      return;
    case ValueKind::kList:
    case ValueKind::kStruct:
      AppendItems(value, text);
      return;
  }
  OUTRIGGER_CHECK(false);
}

void AppendPlain(const http::MetadataValue& value, std::string& text) {
  if (value.kind == ValueKind::kString) {
    text.append(value.text);
  } else {
    AppendJson(value, text);
  }
}

}  // namespace outrigger::logging
