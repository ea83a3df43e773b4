#include "stats/tag_rules.h"

#include <re2/re2.h>

#include <algorithm>

namespace outrigger::stats {

namespace {

// Where a part lies in a text that has more around it, so that `^` and `$` match the ends of whole
// names only.
struct Part {
  std::string text;
  size_t begin = 0;
  size_t end = 0;
};

TagRules::Extracted Extract(const std::vector<TagRule>& rules, const Part& part) {
  TagRules::Extracted extracted;
  std::vector<bool> is_taken(part.text.size(), false);
  for (const TagRule& rule : rules) {
    if (rule.regex == nullptr) continue;
    re2::StringPiece groups[3];
    const int count = std::min(rule.regex->NumberOfCapturingGroups() + 1, 3);
    if (!rule.regex->Match(part.text, part.begin, part.end, re2::RE2::UNANCHORED, groups, count) ||
        groups[1].data() == nullptr) {
      continue;
    }
    const re2::StringPiece value = count > 2 ? groups[2] : groups[1];
    AppendLabel(rule.label, {value.data(), value.size()}, extracted.labels);
    const auto first = is_taken.begin() + (groups[1].data() - part.text.data());
    std::fill(first, first + static_cast<std::ptrdiff_t>(groups[1].size()), true);
  }
  for (size_t i = part.begin; i < part.end; ++i) {
    if (!is_taken[i]) extracted.rest += part.text[i];
  }
  return extracted;
}

}  // namespace

void AppendLabel(std::string_view name, std::string_view value, std::string& labels) {
  if (!labels.empty()) labels += ',';
  labels.append(name).append("=\"");
  for (char c : value) {
    if (c == '\\' || c == '"') labels += '\\';
    if (c == '\n') {
      labels += "\\n";
    } else {
      labels += c;
    }
  }
  labels += '"';
}

TagRules::Extracted TagRules::FromScope(std::string_view start) const {
  return Extract(rules, {std::string(start).append("x"), 0, start.size()});
}

TagRules::Extracted TagRules::FromMetric(std::string_view name) const {
  return Extract(rules, {std::string(".").append(name), 1, name.size() + 1});
}

std::string TagRules::FixedLabels() const {
  std::string labels;
  for (const TagRule& rule : rules) {
    if (rule.regex == nullptr) AppendLabel(rule.label, rule.value, labels);
  }
  return labels;
}

}  // namespace outrigger::stats
