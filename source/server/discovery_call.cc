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
};

constexpr Row kRows[] = {
    {"", "envoy.service.discovery.v3.AggregatedDiscoveryService", "AggregatedResources"},
    {compiler::kClusterType, "envoy.service.cluster.v3.ClusterDiscoveryService", "Clusters"},
    {compiler::kEndpointType, "envoy.service.endpoint.v3.EndpointDiscoveryService", "Endpoints"},
    {compiler::kListenerType, "envoy.service.listener.v3.ListenerDiscoveryService", "Listeners"},
    {compiler::kRouteType, "envoy.service.route.v3.RouteDiscoveryService", "Routes"},
    {compiler::kVirtualHostType, "envoy.service.route.v3.VirtualHostDiscoveryService",
     "VirtualHosts"},
    {compiler::kScopeType, "envoy.service.route.v3.ScopedRoutesDiscoveryService", "ScopedRoutes"},
    {compiler::kSecretType, "envoy.service.secret.v3.SecretDiscoveryService", "Secrets"},
    {compiler::kExtensionType, "envoy.service.extension.v3.ExtensionConfigDiscoveryService",
     "ExtensionConfigs"},
    {compiler::kRuntimeType, "envoy.service.runtime.v3.RuntimeDiscoveryService", "Runtime"},
};

}  // namespace

ByteStreamCall DiscoveryCall(const compiler::AdsSource& source, std::string_view type_url) {
  const auto row = std::ranges::find(kRows, type_url, &Row::type_url);
  OUTRIGGER_CHECK(row != std::end(kRows));
  const bool is_delta = source.protocol == xds::Protocol::kDelta;
  return {fmt::format("/{}/{}{}", row->service, is_delta ? "Delta" : "Stream", row->resources),
          source.initial_metadata};
}

}  // namespace outrigger
