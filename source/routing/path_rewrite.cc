#include "routing/path_rewrite.h"

#include <algorithm>
#include <array>

#include "routing/route_table.h"

namespace outrigger::routing {

namespace {

size_t MatchedSize(const PathMatch& match, std::string_view path) {
  const bool is_prefix =
      match.kind == PathMatch::Kind::kPrefix || match.kind == PathMatch::Kind::kSeparatedPrefix;
  return is_prefix ? std::min(path.size(), match.text.size()) : path.size();
}

}  // namespace

void RewritePath(const PathRewrite& rewrite, const Route& route, http::RequestHead& request,
                 Arena& arena) {
  if (std::holds_alternative<std::monostate>(rewrite) || request.is_connect()) return;
  const std::string_view path = RewrittenPath(rewrite, route.path, request.path, arena);
  request.headers.Set(kOriginalPath, request.path);
  request.path = path;
}

std::string_view RewrittenPath(const PathRewrite& rewrite, const PathMatch& match,
                               std::string_view path, Arena& arena) {
  const std::string_view matchable = PathWithoutQuery(path);
  if (const auto* prefix = std::get_if<PrefixRewrite>(&rewrite)) {
    const std::array pieces = {std::string_view(prefix->replacement),
                               path.substr(MatchedSize(match, matchable))};
    return arena.Join(pieces);
  }
  const auto* regex = std::get_if<RegexRewrite>(&rewrite);
  if (regex == nullptr) return path;
  const std::string_view replaced = ReplaceAll(*regex, matchable, arena);
  if (replaced.empty()) return path;
  const std::array pieces = {replaced, path.substr(matchable.size())};
  return arena.Join(pieces);
}

}  // namespace outrigger::routing
