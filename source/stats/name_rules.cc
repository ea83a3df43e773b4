#include "stats/name_rules.h"

#include <algorithm>

namespace outrigger::stats {

namespace {

// No name that begins with `start` begins with `prefix`.
bool RulesOut(const StringMatch& prefix, std::string_view start) {
  if (prefix.kind != StringMatch::Kind::kPrefix || prefix.ignores_case) return false;
  return !prefix.text.starts_with(start) && !start.starts_with(prefix.text);
}

}  // namespace

NameRules::Verdict NameRules::OfScope(std::string_view start) const {
  const auto matches_all = [&](const StringMatch& pattern) {
    const bool looks_ahead =
        pattern.kind == StringMatch::Kind::kPrefix || pattern.kind == StringMatch::Kind::kContains;
    return looks_ahead && pattern.Matches(start);
  };
  if (std::any_of(patterns.begin(), patterns.end(), matches_all)) {
    return takes_matching ? Verdict::kAll : Verdict::kNone;
  }
  const bool matches_none =
      std::all_of(patterns.begin(), patterns.end(),
                  [&](const StringMatch& pattern) { return RulesOut(pattern, start); });
  if (!matches_none) return Verdict::kByName;
  return takes_matching ? Verdict::kNone : Verdict::kAll;
}

bool NameRules::Takes(std::string_view name) const {
  const bool matches = std::any_of(patterns.begin(), patterns.end(),
                                   [&](const StringMatch& one) { return one.Matches(name); });
  return matches == takes_matching;
}

}  // namespace outrigger::stats
