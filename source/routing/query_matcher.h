// Whether the query of a request satisfies a route's query match, as Envoy 1.40 decides it.
//
// The parameters stand between `?` and the end, parted by `&`; a name ends at the first `=`.
// Nothing is decoded, case matters, and of repeated parameters the first counts.
//
// Thread: any (pure). Source: envoy/config/route/v3 QueryParameterMatcher.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/string_match.h"

namespace outrigger::routing {

struct QueryMatch {
  enum class Kind : uint8_t { kPresent, kAbsent, kString };
  std::string name;
  Kind kind = Kind::kPresent;
  StringMatch string;
  bool operator==(const QueryMatch&) const = default;
};

// `path` as requested, query included.
bool MatchesQuery(const QueryMatch& match, std::string_view path);

// The value of a parameter, empty for one without `=`; nothing when it is not there.
std::optional<std::string_view> FindQueryParameter(std::string_view path, std::string_view name);

}  // namespace outrigger::routing
