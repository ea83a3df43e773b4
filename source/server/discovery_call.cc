#include "server/discovery_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/check.h"
#include "compiler/configuration.h"

namespace outrigger {

namespace {

struct Row {
  std::string_view type_url;
  std::string_view service;
  std::string_view resources;
  std::string_view path;
};

constexpr Row kRows[] = {
    {"", "envoy.service.discovery.v3.AggregatedDiscoveryService", "AggregatedResources", ""},
    {compiler::kClusterType, "envoy.service.cluster.v3.ClusterDiscoveryService", "Clusters",
     "/v3/discovery:clusters"},
    {compiler::kEndpointType, "envoy.service.endpoint.v3.EndpointDiscoveryService", "Endpoints",
     "/v3/discovery:endpoints"},
    {compiler::kListenerType, "envoy.service.listener.v3.ListenerDiscoveryService", "Listeners",
     "/v3/discovery:listeners"},
    {compiler::kRouteType, "envoy.service.route.v3.RouteDiscoveryService", "Routes",
     "/v3/discovery:routes"},
    {compiler::kVirtualHostType, "envoy.service.route.v3.VirtualHostDiscoveryService",
     "VirtualHosts", ""},
    {compiler::kScopeType, "envoy.service.route.v3.ScopedRoutesDiscoveryService", "ScopedRoutes",
     "/v3/discovery:scoped-routes"},
    {compiler::kSecretType, "envoy.service.secret.v3.SecretDiscoveryService", "Secrets",
     "/v3/discovery:secrets"},
    {compiler::kExtensionType, "envoy.service.extension.v3.ExtensionConfigDiscoveryService",
     "ExtensionConfigs", "/v3/discovery:extension_configs"},
    {compiler::kRuntimeType, "envoy.service.runtime.v3.RuntimeDiscoveryService", "Runtime",
     "/v3/discovery:runtime"},
};

const Row& RowOf(std::string_view type_url) {
  const auto row = std::ranges::find(kRows, type_url, &Row::type_url);
  OUTRIGGER_CHECK(row != std::end(kRows));
  return *row;
}

}  // namespace

ByteStreamCall DiscoveryCall(const compiler::AdsSource& source, std::string_view type_url) {
  const Row& row = RowOf(type_url);
  const bool is_delta = source.protocol == xds::Protocol::kDelta;
  return {fmt::format("/{}/{}{}", row.service, is_delta ? "Delta" : "Stream", row.resources),
          source.initial_metadata};
}

std::string_view DiscoveryPath(std::string_view type_url) { return RowOf(type_url).path; }

}  // namespace outrigger
