// What a route changes in the request line before it goes upstream: path (prefix_rewrite) and
// authority (host_rewrite_literal).
//
// Thread: worker.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "http/message.h"
#include "routing/route_action.h"

namespace outrigger::routing {

struct PathMatch;
struct Route;

// A new path lives in the arena, a new authority in the action. Requires: `route` matches
// `request`.
void RewriteRequest(const ForwardAction& action, const Route& route, http::RequestHead& request,
                    Arena& arena);

// `path`, query included, with the part that `match` matched replaced: the prefix, or for exact and
// regex matches all but the query.
std::string_view RewritePath(const PathMatch& match, std::string_view path,
                             std::string_view replacement, Arena& arena);

}  // namespace outrigger::routing
