#include "ctl/lint_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "admin/json_builder.h"

namespace outrigger::ctl {

namespace {

struct FieldLine {
  std::string_view field;  // empty: the whole resource
  std::string_view reason;
};

// "path: reason". Keys of maps, in brackets, may hold anything; a path has no blanks otherwise.
FieldLine Split(std::string_view line) {
  int depth = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '[' || line[i] == '{') ++depth;
    if (line[i] == ']' || line[i] == '}') --depth;
    if (depth > 0) continue;
    if (line[i] == ' ') break;
    if (line.substr(i, 2) == ": ") return {line.substr(0, i), line.substr(i + 2)};
  }
  return {{}, line};
}

bool IsPassing(const compiler::Examination& examination, const std::string& mistake) {
  const auto& passing = examination.passing;
  return std::find(passing.begin(), passing.end(), mistake) != passing.end();
}

// Those that hold on every machine.
std::vector<std::string> Rejections(const compiler::Examination& examination) {
  std::vector<std::string> rejections;
  for (const std::string& mistake : examination.mistakes) {
    if (!IsPassing(examination, mistake)) rejections.push_back(mistake);
  }
  return rejections;
}

void AppendLines(std::string_view what, const std::vector<std::string>& lines, std::string& text) {
  for (const std::string& line : lines) text += fmt::format("  {}: {}\n", what, line);
}

void WriteReasons(std::string_view key, const std::vector<std::string>& lines,
                  admin::JsonBuilder& json) {
  json.Key(key);
  json.BeginArray();
  for (const std::string& line : lines) {
    const FieldLine split = Split(line);
    json.BeginObject();
    json.StringField("field", split.field);
    json.StringField("reason", split.reason);
    json.EndObject();
  }
  json.EndArray();
}

void WriteResource(const LintedResource& resource, admin::JsonBuilder& json) {
  const compiler::Examination& examination = resource.examination;
  json.BeginObject();
  json.StringField("type", resource.type);
  json.StringField("name", resource.name);
  WriteReasons("rejected", Rejections(examination), json);
  WriteReasons("without_effect", examination.ignored, json);
  WriteReasons("not_checked", examination.passing, json);
  json.Key("handled");
  json.BeginArray();
  for (const std::string& field : examination.handled) json.String(field);
  json.EndArray();
  json.EndObject();
}

void WriteFile(const LintedFile& file, admin::JsonBuilder& json) {
  json.BeginObject();
  json.StringField("path", file.path);
  if (!file.kind.empty()) json.StringField("kind", file.kind);
  if (!file.error.empty()) json.StringField("error", file.error);
  json.Key("resources");
  json.BeginArray();
  for (const LintedResource& resource : file.resources) WriteResource(resource, json);
  json.EndArray();
  json.EndObject();
}

}  // namespace

LintReport::Counts LintReport::Count() const {
  Counts counts;
  for (const LintedFile& file : files_) {
    counts.unreadable += file.error.empty() ? 0 : 1;
    counts.resources += file.resources.size();
    for (const LintedResource& resource : file.resources) {
      const compiler::Examination& examination = resource.examination;
      counts.rejected += Rejections(examination).empty() ? 0 : 1;
      counts.without_effect += examination.ignored.size();
      counts.not_checked += examination.passing.size();
      counts.handled += examination.handled.size();
    }
  }
  return counts;
}

std::string LintReport::ToText(const LintOptions& options) const {
  std::string text;
  for (const LintedFile& file : files_) {
    if (!file.error.empty()) text += fmt::format("{}: cannot be read: {}\n", file.path, file.error);
    for (const LintedResource& resource : file.resources) {
      const compiler::Examination& examination = resource.examination;
      text += fmt::format("{}: {} {}: {} fields handled\n", file.path, resource.type,
                          resource.name.empty() ? "(unnamed)" : resource.name,
                          examination.handled.size());
      AppendLines("rejected", Rejections(examination), text);
      AppendLines("without effect", examination.ignored, text);
      AppendLines("not checked", examination.passing, text);
      if (options.shows_handled) AppendLines("handled", examination.handled, text);
    }
  }
  const Counts counts = Count();
  text += fmt::format(
      "{} resources in {} files: {} rejected; fields: {} handled, {} without effect\n",
      counts.resources, files_.size(), counts.rejected, counts.handled, counts.without_effect);
  return text;
}

std::string LintReport::ToJson() const {
  admin::JsonBuilder json;
  json.BeginObject();
  json.Key("files");
  json.BeginArray();
  for (const LintedFile& file : files_) WriteFile(file, json);
  json.EndArray();
  const Counts counts = Count();
  json.Key("summary");
  json.BeginObject();
  json.LiteralField("files", std::to_string(files_.size()));
  json.LiteralField("unreadable_files", std::to_string(counts.unreadable));
  json.LiteralField("resources", std::to_string(counts.resources));
  json.LiteralField("rejected_resources", std::to_string(counts.rejected));
  json.LiteralField("fields_handled", std::to_string(counts.handled));
  json.LiteralField("fields_without_effect", std::to_string(counts.without_effect));
  json.LiteralField("fields_not_checked", std::to_string(counts.not_checked));
  json.EndObject();
  json.EndObject();
  return json.Take();  // with a newline behind it
}

int LintReport::ExitStatus(const LintOptions& options) const {
  const Counts counts = Count();
  if (counts.unreadable > 0) return 2;
  if (counts.rejected > 0) return 1;
  return options.is_strict && counts.without_effect > 0 ? 1 : 0;
}

}  // namespace outrigger::ctl
