#include "routing/path_matcher.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "base/absl_view.h"
#include "base/check.h"
#include "re2/re2.h"
#include "routing/route_table.h"

namespace outrigger::routing {

namespace {

// For the ordered list only: what the hash and the tree cannot find.
bool MatchesPath(const PathMatch& match, std::string_view path) {
  switch (match.kind) {
    case PathMatch::Kind::kPrefix:
      return absl::StartsWithIgnoreCase(AbslView(path), match.text);
    case PathMatch::Kind::kExact:
      return absl::EqualsIgnoreCase(AbslView(path), match.text);
    case PathMatch::Kind::kSeparatedPrefix:
      return absl::StartsWithIgnoreCase(AbslView(path), match.text) &&
             (path.size() == match.text.size() || path[match.text.size()] == '/');
    case PathMatch::Kind::kRegex:
      // is_case_sensitive has no effect on a regular expression, as in Envoy.
      return re2::RE2::FullMatch(path, *match.regex);
    case PathMatch::Kind::kConnect:
      break;
  }
  OUTRIGGER_CHECK(false);
}

}  // namespace

std::string_view PathWithoutQuery(std::string_view path) {
  return path.substr(0, path.find_first_of("?#"));
}

const Route* PathMatcher::Match(const http::RequestHead& request) const {
  if (request.is_connect()) return MatchConnect(request);
  if (request.path.empty()) return nullptr;
  const std::string_view path = PathWithoutQuery(request.path);
  const auto exact = exact_.find(path);
  const uint32_t prefix =
      prefix_tree_.FindLongest(path.size(), [path](size_t i) { return path[i]; });

  // Certain matches first: only routes before them are worth a look at the rest.
  uint32_t first = kNone;
  if (exact != exact_.end()) first = exact->second.certain;
  if (prefix != kNone) first = std::min(first, prefixes_[prefix].certain);
  if (exact != exact_.end()) first = FirstInBucket(exact->second, request, first);
  for (uint32_t at = prefix; at != kNone; at = prefixes_[at].shorter) {
    first = FirstInBucket(prefixes_[at], request, first);
  }
  first = FirstInOrder(path, request, first);
  return first == kNone ? nullptr : routes_[first].get();
}

const Route* PathMatcher::MatchConnect(const http::RequestHead& request) const {
  for (const uint32_t position : connect()) {
    const Route& route = *routes_[position];
    if (Satisfies(route.conditions, request)) return &route;
  }
  return nullptr;
}

uint32_t PathMatcher::FirstInBucket(const Bucket& bucket, const http::RequestHead& request,
                                    uint32_t limit) const {
  for (uint32_t i = bucket.begin; i < bucket.end; ++i) {
    const uint32_t position = positions_[i];
    if (position >= limit) break;
    if (Satisfies(routes_[position]->conditions, request)) return position;
  }
  return limit;
}

uint32_t PathMatcher::FirstInOrder(std::string_view path, const http::RequestHead& request,
                                   uint32_t limit) const {
  for (const uint32_t position : ordered()) {
    if (position >= limit) break;
    const Route& route = *routes_[position];
    if (MatchesPath(route.path, path) && Satisfies(route.conditions, request)) return position;
  }
  return limit;
}

}  // namespace outrigger::routing
