#include "compiler/resource_types.h"

namespace outrigger::compiler {

std::string_view UrlOf(ResourceType type) {
  switch (type) {
    case ResourceType::kClusters:
      return kClusterType;
    case ResourceType::kEndpoints:
      return kEndpointType;
    case ResourceType::kListeners:
      return kListenerType;
    case ResourceType::kScopes:
      return kScopeType;
    case ResourceType::kRoutes:
      return kRouteType;
    case ResourceType::kHosts:
      return kVirtualHostType;
    case ResourceType::kSecrets:
      return kSecretType;
    case ResourceType::kExtensions:
      return kExtensionType;
    case ResourceType::kRuntimes:
      return kRuntimeType;
  }
  return {};
}

std::optional<ResourceType> ResourceTypeOf(std::string_view type_url) {
  for (const ResourceType type : kResourceTypes) {
    if (UrlOf(type) == type_url) return type;
  }
  return std::nullopt;
}

std::string_view NameOf(ResourceType type) {
  switch (type) {
    case ResourceType::kClusters:
      return "cluster";
    case ResourceType::kEndpoints:
      return "endpoints";
    case ResourceType::kListeners:
      return "listener";
    case ResourceType::kScopes:
      return "scoped_route";
    case ResourceType::kRoutes:
      return "route";
    case ResourceType::kHosts:
      return "virtual_host";
    case ResourceType::kSecrets:
      return "secret";
    case ResourceType::kExtensions:
      return "extension";
    case ResourceType::kRuntimes:
      return "runtime";
  }
  return {};
}

std::string_view PluralOf(ResourceType type) {
  switch (type) {
    case ResourceType::kClusters:
      return "clusters";
    case ResourceType::kEndpoints:
      return "endpoints";
    case ResourceType::kListeners:
      return "listeners";
    case ResourceType::kScopes:
      return "scoped_routes";
    case ResourceType::kRoutes:
      return "routes";
    case ResourceType::kHosts:
      return "virtual_hosts";
    case ResourceType::kSecrets:
      return "secrets";
    case ResourceType::kExtensions:
      return "extensions";
    case ResourceType::kRuntimes:
      return "runtimes";
  }
  return {};
}

}  // namespace outrigger::compiler
