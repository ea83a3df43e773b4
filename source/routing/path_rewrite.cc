#include "routing/path_rewrite.h"

#include <algorithm>
#include <array>

#include "routing/route_table.h"

namespace outrigger::routing {

void RewriteRequest(const ForwardAction& action, const Route& route, http::RequestHead& request,
                    Arena& arena) {
  if (action.host_rewrite.has_value()) {
    request.headers.Set("x-envoy-original-host", request.authority);
    request.authority = *action.host_rewrite;
  }
  if (action.prefix_rewrite.has_value() && !request.is_connect()) {
    request.headers.Set("x-envoy-original-path", request.path);
    request.path = RewritePath(route.path, request.path, *action.prefix_rewrite, arena);
  }
}

std::string_view RewritePath(const PathMatch& match, std::string_view path,
                             std::string_view replacement, Arena& arena) {
  size_t matched = PathWithoutQuery(path).size();
  if (match.kind == PathMatch::Kind::kPrefix || match.kind == PathMatch::Kind::kSeparatedPrefix) {
    matched = std::min(matched, match.text.size());
  }
  const std::array pieces = {replacement, path.substr(matched)};
  return arena.Join(pieces);
}

}  // namespace outrigger::routing
