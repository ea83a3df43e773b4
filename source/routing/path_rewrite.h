// What a route changes in the path before it goes upstream, or into a redirect.
//
// Thread: worker (pure).
#pragma once

#include <string_view>

#include "base/arena.h"
#include "http/message.h"
#include "routing/route_action.h"

namespace outrigger::routing {

struct PathMatch;
struct Route;

inline constexpr std::string_view kOriginalPath = "x-envoy-original-path";

// A new path lives in the arena; the old one goes into kOriginalPath. CONNECT has no path.
// Requires: `route` matches `request`.
void RewritePath(const PathRewrite& rewrite, const Route& route, http::RequestHead& request,
                 Arena& arena);

// `path`, query included, with what `rewrite` replaces: the prefix that `match` matched (for exact
// and regex matches all but the query), or what an expression finds in all but the query. Unchanged
// where nothing would be left.
std::string_view RewrittenPath(const PathRewrite& rewrite, const PathMatch& match,
                               std::string_view path, Arena& arena);

}  // namespace outrigger::routing
