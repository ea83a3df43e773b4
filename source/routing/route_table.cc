#include "routing/route_table.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/check.h"

namespace outrigger::routing {

namespace {

void CheckRegex(const StringMatch& match) {
  OUTRIGGER_CHECK(match.kind != StringMatch::Kind::kRegex || match.regex != nullptr);
}

void CheckRegexes(const std::vector<Shared<Route>>& routes) {
  for (const Shared<Route>& route : routes) {
    for (const HeaderMatch& match : route->conditions->headers) CheckRegex(match.string);
    for (const QueryMatch& match : route->conditions->query) CheckRegex(match.string);
  }
}

// Of a route table, virtual host, route or weighted cluster.
template <typename Level>
bool HasFormats(const Level& level) {
  return level.request_headers->has_formats() || level.response_headers->has_formats();
}

bool RouteHasFormats(const Route& route) {
  if (HasFormats(route)) return true;
  const auto* direct = std::get_if<DirectResponse>(&route.action);
  if (direct != nullptr) return direct->format.has_value();
  const auto* forward = std::get_if<ForwardAction>(&route.action);
  return forward != nullptr && std::any_of(forward->clusters.begin(), forward->clusters.end(),
                                           HasFormats<WeightedCluster>);
}

bool NamesClusters(const Route& route) {
  const auto* forward = std::get_if<ForwardAction>(&route.action);
  const auto names = [](const auto& one) { return !one.cluster_header->empty(); };
  return forward != nullptr &&
         (std::any_of(forward->clusters.begin(), forward->clusters.end(), names) ||
          std::any_of(forward->mirrors.begin(), forward->mirrors.end(), names));
}

bool AnyRoute(const RouteTableValues& table, bool (*is_it)(const Route&)) {
  return std::any_of(table.virtual_hosts.begin(), table.virtual_hosts.end(),
                     [is_it](const Shared<VirtualHost>& host) {
                       return std::any_of(host->routes.begin(), host->routes.end(),
                                          [is_it](const auto& route) { return is_it(*route); });
                     });
}

bool AnyHasFormats(const RouteTableValues& table) {
  return HasFormats(table) || AnyRoute(table, RouteHasFormats) ||
         std::any_of(table.virtual_hosts.begin(), table.virtual_hosts.end(),
                     [](const auto& host) { return HasFormats(*host); });
}

}  // namespace

std::shared_ptr<const RouteTable> RouteTable::Build(RouteTableValues values,
                                                    const RouteTable* before) {
  // STYLE: `new`, because std::make_shared cannot reach a private constructor.
  return std::shared_ptr<const RouteTable>(new RouteTable(std::move(values), before));
}

RouteTable::RouteTable(RouteTableValues values, const RouteTable* before)
    : values_(std::move(values)),
      has_formats_(AnyHasFormats(values_)),
      names_clusters_by_request_(AnyRoute(values_, NamesClusters)),
      hosts_(values_.virtual_hosts, values_.ignores_port_in_host) {
  absl::flat_hash_map<const VirtualHost*, std::shared_ptr<const PathMatcher>> former;
  for (size_t i = 0; before != nullptr && i < before->paths_.size(); ++i) {
    former.emplace(before->values_.virtual_hosts[i].get(), before->paths_[i]);
  }
  paths_.reserve(values_.virtual_hosts.size());
  for (const Shared<VirtualHost>& host : values_.virtual_hosts) {
    if (const auto found = former.find(host.get()); found != former.end()) {
      paths_.push_back(found->second);
      continue;
    }
    CheckRegexes(host->routes);
    paths_.push_back(std::make_shared<const PathMatcher>(host->routes));
  }
}

RouteTable::~RouteTable() = default;

RouteMatch RouteTable::Match(const http::RequestHead& request) const {
  const uint32_t host = hosts_.Find(request.authority);
  if (host == HostMatcher::kNone) return {};
  // The host decides: when none of its routes matches, `*` is not asked.
  const Route* route = paths_[host]->Match(request);
  return {.virtual_host = values_.virtual_hosts[host].get(), .route = route};
}

}  // namespace outrigger::routing
