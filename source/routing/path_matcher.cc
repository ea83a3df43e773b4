#include "routing/path_matcher.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

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

struct PathMatcher::Builder {
  // The positions of the routes that one exact path or prefix selects, ascending.
  using Positions = std::vector<uint32_t>;

  PathMatcher& matcher;
  absl::flat_hash_map<std::string_view, Positions> exact;
  absl::flat_hash_map<std::string, Positions> prefix;

  void Sort(uint32_t position, const PathMatch& path) {
    OUTRIGGER_CHECK(path.kind != PathMatch::Kind::kRegex || path.regex != nullptr);
    if (path.kind == PathMatch::Kind::kConnect) {
      matcher.connect_.push_back(position);
      return;
    }
    if (path.kind == PathMatch::Kind::kRegex || !path.is_case_sensitive) {
      matcher.ordered_.push_back(position);
      return;
    }
    switch (path.kind) {
      case PathMatch::Kind::kExact:
        exact[path.text].push_back(position);
        return;
      case PathMatch::Kind::kPrefix:
        prefix[path.text].push_back(position);
        return;
      case PathMatch::Kind::kSeparatedPrefix:
        // Exactly "the path itself, or anything below it": no boundary check is left for later.
        exact[path.text].push_back(position);
        prefix[path.text + "/"].push_back(position);
        return;
      case PathMatch::Kind::kRegex:
      case PathMatch::Kind::kConnect:
        break;
    }
    OUTRIGGER_CHECK(false);
  }

  // Routes after `limit` can never be reached.
  Bucket MakeBucket(const Positions& positions, uint32_t limit) {
    Bucket bucket = {.certain = limit, .begin = static_cast<uint32_t>(matcher.conditional_.size())};
    for (const uint32_t position : positions) {
      if (position >= bucket.certain) break;
      if (matcher.routes_[position]->conditions->empty()) {
        bucket.certain = position;
        break;
      }
      matcher.conditional_.push_back(position);
    }
    bucket.end = static_cast<uint32_t>(matcher.conditional_.size());
    return bucket;
  }

  void BuildPrefixes() {
    std::vector<std::string> keys;
    keys.reserve(prefix.size());
    for (const auto& [key, positions] : prefix) keys.push_back(key);
    // Shorter first: a bucket takes over what the next shorter prefix already knows.
    std::sort(keys.begin(), keys.end(), [](const std::string& a, const std::string& b) {
      return std::pair(a.size(), std::string_view(a)) < std::pair(b.size(), std::string_view(b));
    });
    matcher.prefix_tree_ = PrefixTree(keys);
    for (const std::string& key : keys) {
      // The empty prefix is a prefix of itself: it has no shorter one.
      const uint32_t parent =
          key.empty() ? kNone : matcher.prefix_tree_.FindLongest(key.size() - 1, [&key](size_t i) {
            return key[i];
          });
      Bucket bucket =
          MakeBucket(prefix[key], parent == kNone ? kNone : matcher.prefixes_[parent].certain);
      if (parent != kNone) {
        const Bucket& shorter = matcher.prefixes_[parent];
        bucket.shorter = shorter.begin < shorter.end ? parent : shorter.shorter;
      }
      matcher.prefixes_.push_back(bucket);
    }
  }

  void Build() {
    for (uint32_t i = 0; i < matcher.routes_.size(); ++i) Sort(i, matcher.routes_[i]->path);
    BuildPrefixes();
    matcher.exact_.reserve(exact.size());
    for (const auto& [path, positions] : exact) {
      matcher.exact_.emplace(path, MakeBucket(positions, kNone));
    }
    matcher.conditional_.shrink_to_fit();
  }
};

PathMatcher::PathMatcher(const std::vector<Shared<Route>>& routes) {
  OUTRIGGER_CHECK(routes.size() < kNone);
  routes_.reserve(routes.size());
  for (const Shared<Route>& route : routes) routes_.push_back(route.get());
  Builder{.matcher = *this, .exact = {}, .prefix = {}}.Build();
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
  return first == kNone ? nullptr : routes_[first];
}

const Route* PathMatcher::MatchConnect(const http::RequestHead& request) const {
  for (const uint32_t position : connect_) {
    const Route& route = *routes_[position];
    if (Satisfies(route.conditions, request)) return &route;
  }
  return nullptr;
}

uint32_t PathMatcher::FirstInBucket(const Bucket& bucket, const http::RequestHead& request,
                                    uint32_t limit) const {
  for (uint32_t i = bucket.begin; i < bucket.end; ++i) {
    const uint32_t position = conditional_[i];
    if (position >= limit) break;
    if (Satisfies(routes_[position]->conditions, request)) return position;
  }
  return limit;
}

uint32_t PathMatcher::FirstInOrder(std::string_view path, const http::RequestHead& request,
                                   uint32_t limit) const {
  for (const uint32_t position : ordered_) {
    if (position >= limit) break;
    const Route& route = *routes_[position];
    if (MatchesPath(route.path, path) && Satisfies(route.conditions, request)) return position;
  }
  return limit;
}

}  // namespace outrigger::routing
