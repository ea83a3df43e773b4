#include "routing/query_matcher.h"

#include "base/check.h"

namespace outrigger::routing {

std::optional<std::string_view> FindQueryParameter(std::string_view path, std::string_view name) {
  size_t at = path.find('?');
  while (at != std::string_view::npos) {
    const size_t begin = at + 1;
    at = path.find('&', begin);
    const std::string_view parameter = path.substr(begin, at - begin);
    const size_t equals = parameter.find('=');
    if (parameter.substr(0, equals) != name) continue;
    return equals == std::string_view::npos ? std::string_view() : parameter.substr(equals + 1);
  }
  return std::nullopt;
}

bool MatchesQuery(const QueryMatch& match, std::string_view path) {
  const std::optional<std::string_view> value = FindQueryParameter(path, match.name);
  switch (match.kind) {
    case QueryMatch::Kind::kPresent:
      return value.has_value();
    case QueryMatch::Kind::kAbsent:
      return !value.has_value();
    case QueryMatch::Kind::kString:
      return value.has_value() && match.string.Matches(*value);
  }
  OUTRIGGER_CHECK(false);
}

}  // namespace outrigger::routing
