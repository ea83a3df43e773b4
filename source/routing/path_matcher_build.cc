// How the routes of a virtual host become what finds them.
#include <algorithm>
#include <deque>
#include <span>
#include <string>
#include <utility>

#include "base/check.h"
#include "routing/path_matcher.h"
#include "routing/route_table.h"

namespace outrigger::routing {

struct PathMatcher::Builder {
  explicit Builder(PathMatcher& built) : matcher(built) {}

  // A path or prefix, and the position of a route that it selects.
  using Selection = std::pair<std::string_view, uint32_t>;
  using Selections = std::span<const Selection>;

  PathMatcher& matcher;
  std::vector<Selection> exact;
  std::vector<Selection> prefix;
  std::vector<uint32_t> ordered;
  std::vector<uint32_t> connect;
  std::deque<std::string> made_prefixes;  // which no route holds

  void Sort(uint32_t position, const PathMatch& path) {
    OUTRIGGER_CHECK(path.kind != PathMatch::Kind::kRegex || path.regex != nullptr);
    if (path.kind == PathMatch::Kind::kConnect) {
      connect.push_back(position);
      return;
    }
    if (path.kind == PathMatch::Kind::kRegex || !path.is_case_sensitive) {
      ordered.push_back(position);
      return;
    }
    switch (path.kind) {
      case PathMatch::Kind::kExact:
        exact.emplace_back(path.text, position);
        return;
      case PathMatch::Kind::kPrefix:
        prefix.emplace_back(path.text, position);
        return;
      case PathMatch::Kind::kSeparatedPrefix:
        // Exactly "the path itself, or anything below it": no boundary check is left for later.
        exact.emplace_back(path.text, position);
        prefix.emplace_back(made_prefixes.emplace_back(path.text + "/"), position);
        return;
      case PathMatch::Kind::kRegex:
      case PathMatch::Kind::kConnect:
        break;
    }
    OUTRIGGER_CHECK(false);
  }

  uint32_t PositionsEnd() const { return static_cast<uint32_t>(matcher.positions_.size()); }
  // Where they begin.
  uint32_t Append(const std::vector<uint32_t>& positions) {
    const uint32_t begin = PositionsEnd();
    matcher.positions_.insert(matcher.positions_.end(), positions.begin(), positions.end());
    return begin;
  }

  // `selections`: of one text, ascending. Routes after `limit` can never be reached.
  Bucket MakeBucket(Selections selections, uint32_t limit) {
    Bucket bucket = {.certain = limit, .begin = PositionsEnd()};
    for (const auto& [text, position] : selections) {
      if (position >= bucket.certain) break;
      if (matcher.routes_[position]->conditions->empty()) {
        bucket.certain = position;
        break;
      }
      matcher.positions_.push_back(position);
    }
    bucket.end = PositionsEnd();
    return bucket;
  }

  // Sorts them and takes them by text.
  static std::vector<Selections> Group(std::vector<Selection>& selections) {
    if (!std::is_sorted(selections.begin(), selections.end())) {
      std::sort(selections.begin(), selections.end());
    }
    std::vector<Selections> groups;
    for (size_t begin = 0, end = 0; begin < selections.size(); begin = end) {
      const std::string_view text = selections[begin].first;
      while (end < selections.size() && selections[end].first == text) ++end;
      groups.push_back(Selections(selections).subspan(begin, end - begin));
    }
    return groups;
  }

  void BuildExact() {
    const std::vector<Selections> groups = Group(exact);
    matcher.exact_.reserve(groups.size());
    for (Selections group : groups) {
      matcher.exact_.emplace(group.front().first, MakeBucket(group, kNone));
    }
  }

  void BuildPrefixes() {
    const std::vector<Selections> groups = Group(prefix);
    std::vector<std::string_view> keys;
    keys.reserve(groups.size());
    for (Selections group : groups) keys.push_back(group.front().first);
    matcher.prefix_tree_ = PrefixTree(keys);
    // In order a prefix comes before all that begin with it: a bucket takes over what the next
    // shorter one knows already, which is the last of those that are prefixes of it.
    std::vector<uint32_t> shorter_ones;
    matcher.prefixes_.reserve(keys.size());
    for (uint32_t i = 0; i < keys.size(); ++i) {
      while (!shorter_ones.empty() && !keys[i].starts_with(keys[shorter_ones.back()])) {
        shorter_ones.pop_back();
      }
      const uint32_t parent = shorter_ones.empty() ? kNone : shorter_ones.back();
      Bucket bucket =
          MakeBucket(groups[i], parent == kNone ? kNone : matcher.prefixes_[parent].certain);
      if (parent != kNone) {
        const Bucket& shorter = matcher.prefixes_[parent];
        bucket.shorter = shorter.begin < shorter.end ? parent : shorter.shorter;
      }
      matcher.prefixes_.push_back(bucket);
      shorter_ones.push_back(i);
    }
  }

  void Build() {
    for (uint32_t i = 0; i < matcher.routes_.size(); ++i) Sort(i, matcher.routes_[i]->path);
    BuildExact();
    BuildPrefixes();
    matcher.ordered_ = Append(ordered);
    matcher.connect_ = Append(connect);
    matcher.positions_.shrink_to_fit();
  }
};

PathMatcher::PathMatcher(const std::vector<Shared<Route>>& routes) : routes_(routes) {
  OUTRIGGER_CHECK(routes.size() < kNone);
  Builder{*this}.Build();
}

}  // namespace outrigger::routing
