#include "control_plane/resource_type.h"

#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/config/core/v3/extension.pb.h"
#include "envoy/config/endpoint/v3/endpoint.pb.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "envoy/config/route/v3/route.pb.h"
#include "envoy/config/route/v3/scoped_route.pb.h"
#include "envoy/extensions/transport_sockets/tls/v3/secret.pb.h"

namespace outrigger::control_plane {

namespace {

namespace endpoint = envoy::config::endpoint::v3;
namespace tls = envoy::extensions::transport_sockets::tls::v3;

struct TypeRow {
  std::string_view folder;
  std::string_view url;
  std::string_view name_field;
  DiscoveryName service;
};

const TypeRow& RowFor(ResourceType type) {
  static constexpr std::array<TypeRow, kResourceTypes.size()> kRows = {{
      {"clusters",
       "type.googleapis.com/envoy.config.cluster.v3.Cluster",
       "name",
       {"envoy.service.cluster.v3.ClusterDiscoveryService", "Clusters"}},
      {"endpoints",
       "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
       "cluster_name",
       {"envoy.service.endpoint.v3.EndpointDiscoveryService", "Endpoints"}},
      {"secrets",
       "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
       "name",
       {"envoy.service.secret.v3.SecretDiscoveryService", "Secrets"}},
      {"extensions",
       "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig",
       "name",
       {"envoy.service.extension.v3.ExtensionConfigDiscoveryService", "ExtensionConfigs"}},
      {"listeners",
       "type.googleapis.com/envoy.config.listener.v3.Listener",
       "name",
       {"envoy.service.listener.v3.ListenerDiscoveryService", "Listeners"}},
      {"scoped_routes",
       "type.googleapis.com/envoy.config.route.v3.ScopedRouteConfiguration",
       "name",
       {"envoy.service.route.v3.ScopedRoutesDiscoveryService", "ScopedRoutes"}},
      {"routes",
       "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
       "name",
       {"envoy.service.route.v3.RouteDiscoveryService", "Routes"}},
      {"virtual_hosts",
       "type.googleapis.com/envoy.config.route.v3.VirtualHost",
       "name",
       {"envoy.service.route.v3.VirtualHostDiscoveryService", "VirtualHosts"}},
  }};
  return kRows[static_cast<size_t>(type)];
}

}  // namespace

std::string_view FolderName(ResourceType type) { return RowFor(type).folder; }
std::string_view TypeUrl(ResourceType type) { return RowFor(type).url; }
DiscoveryName NameOfService(ResourceType type) { return RowFor(type).service; }

std::optional<ResourceType> FindTypeByFolder(std::string_view folder) {
  for (const ResourceType type : kResourceTypes) {
    if (FolderName(type) == folder) return type;
  }
  return std::nullopt;
}

std::optional<ResourceType> FindTypeByUrl(std::string_view type_url) {
  for (const ResourceType type : kResourceTypes) {
    if (TypeUrl(type) == type_url) return type;
  }
  return std::nullopt;
}

std::unique_ptr<google::protobuf::Message> NewMessage(ResourceType type) {
  switch (type) {
    case ResourceType::kCluster:
      return std::make_unique<envoy::config::cluster::v3::Cluster>();
    case ResourceType::kEndpoint:
      return std::make_unique<endpoint::ClusterLoadAssignment>();
    case ResourceType::kSecret:
      return std::make_unique<tls::Secret>();
    case ResourceType::kExtension:
      return std::make_unique<envoy::config::core::v3::TypedExtensionConfig>();
    case ResourceType::kListener:
      return std::make_unique<envoy::config::listener::v3::Listener>();
    case ResourceType::kScope:
      return std::make_unique<envoy::config::route::v3::ScopedRouteConfiguration>();
    case ResourceType::kRoute:
      return std::make_unique<envoy::config::route::v3::RouteConfiguration>();
    case ResourceType::kHost:
      return std::make_unique<envoy::config::route::v3::VirtualHost>();
  }
  return nullptr;
}

std::string NameOf(ResourceType type, const google::protobuf::Message& message) {
  const auto* field =
      message.GetDescriptor()->FindFieldByName(std::string(RowFor(type).name_field));
  return message.GetReflection()->GetString(message, field);
}

}  // namespace outrigger::control_plane
