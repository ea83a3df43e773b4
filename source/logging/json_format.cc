#include "logging/json_format.h"

#include "logging/escape.h"
#include "logging/metadata_json.h"

namespace outrigger::logging {

namespace {

// Whatever is written next in a list or an object has a neighbour before it.
void AppendComma(std::string& text) {
  if (text.empty()) return;
  const char last = text.back();
  if (last != '{' && last != '[' && last != ':') text += ',';
}

}  // namespace

void JsonFormat::Key(std::string_view key) {
  std::string json;
  AppendJsonString(key, json);
  json += ':';
  steps_.push_back({Step::Kind::kKey, std::move(json), {}});
}

void JsonFormat::Literal(std::string_view json) {
  steps_.push_back({Step::Kind::kLiteral, std::string(json), {}});
}

// False: the value is not there, and nothing was appended.
bool JsonFormat::AppendTyped(const TextFormat& format, const LogEntry& entry,
                             std::string& text) const {
  const Operator* op = format.only_operator();
  if (op != nullptr && op->is_number) return AppendValue(*op, entry, text);
  if (op != nullptr && op->kind == OperatorKind::kGrpcMessages) {
    return AppendMessagesInJson(entry, text);
  }
  if (op != nullptr && op->kind == OperatorKind::kMetadata) {
    const http::MetadataValue* value = MetadataOf(*op, entry);
    if (value == nullptr || value->kind == http::MetadataValue::Kind::kNull) return false;
    if (value->kind != http::MetadataValue::Kind::kString) {
      AppendJson(*value, text);  // whole: a piece of it would be no JSON
      return true;
    }
  }
  const size_t before = text.size();
  text += '"';
  if (op == nullptr) {
    format.Append(entry, {Escaping::kJson, omits_missing_ ? "" : "-"}, text);
  } else if (AppendValue(*op, entry, text)) {
    EscapeFrom(before + 1, Escaping::kJson, text);
  } else {
    text.resize(before);
    return false;
  }
  text += '"';
  return true;
}

void JsonFormat::Append(const LogEntry& entry, std::string& text) const {
  // A line has no comma before its first bracket, whatever stands before it in `text`.
  bool is_first = true;
  for (const Step& step : steps_) {
    const size_t before = text.size();
    if (step.kind != Step::Kind::kClose && !is_first) AppendComma(text);
    is_first = false;
    if (step.kind != Step::Kind::kValue) {
      text.append(step.json);
      continue;
    }
    if (AppendTyped(step.format, entry, text)) continue;
    const bool has_key = before > 0 && text[before - 1] == ':';
    if (omits_missing_ && has_key) {
      // The key of this value is the step before it.
      text.resize(before - (&step - 1)->json.size());
      if (!text.empty() && text.back() == ',') text.pop_back();
    } else {
      text.append("null");
    }
  }
}

}  // namespace outrigger::logging
