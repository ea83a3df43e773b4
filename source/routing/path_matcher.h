// Which of one virtual host's routes a request takes: the first, in order, that matches.
//
// Case-sensitive exact paths are found by hash and prefixes by a radix tree; each leads to the one
// route that matches for certain and to the routes before it that have conditions. Regular
// expressions and paths that ignore case stay an ordered list. Of all candidates the least position
// wins, so the answer is that of a scan in order, and no route is examined twice.
//
// Borrows the routes, which outlive it. Thread: any (const after construction).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/shared.h"
#include "http/message.h"
#include "routing/prefix_tree.h"

namespace outrigger::routing {

struct PathMatch;
struct Route;

// The path that routes are matched against: without query (and fragment, which no codec lets
// through).
std::string_view PathWithoutQuery(std::string_view path);

class PathMatcher {
 public:
  explicit PathMatcher(const std::vector<Shared<Route>>& routes);

  // Null when no route matches. CONNECT takes the routes of its own kind, and no other
  // request does. Allocates nothing.
  const Route* Match(const http::RequestHead& request) const;

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  // The routes that one exact path or one prefix selects.
  struct Bucket {
    // The first route that matches without a look at conditions; of a prefix, shorter prefixes
    // included.
    uint32_t certain = kNone;
    // Routes before `certain` that have conditions, ascending: a range of positions_.
    uint32_t begin = 0;
    uint32_t end = 0;
    // The next shorter prefix that has conditional routes.
    uint32_t shorter = kNone;
  };
  struct Builder;

  uint32_t FirstInBucket(const Bucket& bucket, const http::RequestHead& request,
                         uint32_t limit) const;
  using Positions = std::span<const uint32_t>;
  Positions ordered() const { return Positions(positions_).subspan(ordered_, connect_ - ordered_); }
  Positions connect() const { return Positions(positions_).subspan(connect_); }
  const Route* MatchConnect(const http::RequestHead& request) const;
  uint32_t FirstInOrder(std::string_view path, const http::RequestHead& request,
                        uint32_t limit) const;

  const std::vector<Shared<Route>>& routes_;
  absl::flat_hash_map<std::string_view, Bucket> exact_;  // keys are views into the routes
  PrefixTree prefix_tree_;
  std::vector<Bucket> prefixes_;  // by key of prefix_tree_
  // Of routes: those of the buckets' ranges, from ordered_ on those that are tried in order, from
  // connect_ on those for CONNECT.
  std::vector<uint32_t> positions_;
  uint32_t ordered_ = 0;
  uint32_t connect_ = 0;
};

}  // namespace outrigger::routing
