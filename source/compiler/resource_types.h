// The types of resources: how messages name them, and people.
//
// Thread: any (constants).
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>

namespace outrigger::compiler {

inline constexpr std::string_view kClusterType =
    "type.googleapis.com/envoy.config.cluster.v3.Cluster";
inline constexpr std::string_view kEndpointType =
    "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
inline constexpr std::string_view kListenerType =
    "type.googleapis.com/envoy.config.listener.v3.Listener";
inline constexpr std::string_view kRouteType =
    "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";
inline constexpr std::string_view kVirtualHostType =
    "type.googleapis.com/envoy.config.route.v3.VirtualHost";
inline constexpr std::string_view kScopeType =
    "type.googleapis.com/envoy.config.route.v3.ScopedRouteConfiguration";
inline constexpr std::string_view kSecretType =
    "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";
// Configurations of filters.
inline constexpr std::string_view kExtensionType =
    "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig";

inline constexpr std::string_view kRuntimeType =
    "type.googleapis.com/envoy.service.runtime.v3.Runtime";

enum class ResourceType {
  kClusters,
  kEndpoints,
  kListeners,
  kScopes,
  kRoutes,
  kHosts,
  kSecrets,
  kExtensions,
  kRuntimes
};
inline constexpr ResourceType kResourceTypes[] = {
    ResourceType::kClusters, ResourceType::kEndpoints,  ResourceType::kListeners,
    ResourceType::kScopes,   ResourceType::kRoutes,     ResourceType::kHosts,
    ResourceType::kSecrets,  ResourceType::kExtensions, ResourceType::kRuntimes};
inline constexpr size_t kResourceTypeCount = std::size(kResourceTypes);

// Unset: not known here.
std::optional<ResourceType> ResourceTypeOf(std::string_view type_url);
std::string_view UrlOf(ResourceType type);
// One of them: "cluster", "endpoints", "listener", "scoped_route", "route", "virtual_host",
// "secret", "extension", "runtime".
std::string_view NameOf(ResourceType type);
// All of them: "clusters", "routes".
std::string_view PluralOf(ResourceType type);

}  // namespace outrigger::compiler
