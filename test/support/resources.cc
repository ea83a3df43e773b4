#include "test/support/resources.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "compiler/proto_yaml.h"
#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/config/core/v3/extension.pb.h"
#include "envoy/config/endpoint/v3/endpoint.pb.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "envoy/config/route/v3/route.pb.h"
#include "envoy/extensions/transport_sockets/tls/v3/secret.pb.h"
#include "envoy/service/runtime/v3/rtds.pb.h"

namespace outrigger::test {

namespace {

template <typename Proto>
Proto FromYaml(const std::string& yaml) {
  Proto proto;
  std::vector<std::string> warnings;
  const absl::Status status = compiler::MergeYaml(yaml, {}, proto, warnings);
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n%s\n", status.ToString().c_str(), yaml.c_str());
    std::abort();
  }
  return proto;
}

}  // namespace

std::string ClusterBytes(const std::string& yaml) {
  return FromYaml<envoy::config::cluster::v3::Cluster>(yaml).SerializeAsString();
}

std::string EdsClusterBytes(const std::string& name, const std::string& service_name) {
  const std::string service = service_name.empty() ? "" : "service_name: " + service_name + ", ";
  return ClusterBytes(
      fmt::format("{{name: {}, type: EDS, connect_timeout: 5s, eds_cluster_config: {{{}eds_config: "
                  "{{ads: {{}}}}}}}}",
                  name, service));
}

std::string EndpointsBytes(const std::string& cluster, const std::vector<uint16_t>& ports) {
  envoy::config::endpoint::v3::ClusterLoadAssignment assignment;
  assignment.set_cluster_name(cluster);
  auto& locality = *assignment.add_endpoints();
  for (uint16_t port : ports) {
    auto& address = *locality.add_lb_endpoints()->mutable_endpoint()->mutable_address();
    address.mutable_socket_address()->set_address("127.0.0.1");
    address.mutable_socket_address()->set_port_value(port);
  }
  return assignment.SerializeAsString();
}

std::string AssignmentBytes(const std::string& yaml) {
  return FromYaml<envoy::config::endpoint::v3::ClusterLoadAssignment>(yaml).SerializeAsString();
}

std::string RouteBytes(const std::string& yaml) {
  return FromYaml<envoy::config::route::v3::RouteConfiguration>(yaml).SerializeAsString();
}

std::string ListenerBytes(const std::string& yaml) {
  return FromYaml<envoy::config::listener::v3::Listener>(yaml).SerializeAsString();
}

std::string SecretBytes(const std::string& yaml) {
  return FromYaml<envoy::extensions::transport_sockets::tls::v3::Secret>(yaml).SerializeAsString();
}

std::string ExtensionBytes(const std::string& yaml) {
  return FromYaml<envoy::config::core::v3::TypedExtensionConfig>(yaml).SerializeAsString();
}

std::string RuntimeBytes(const std::string& yaml) {
  return FromYaml<envoy::service::runtime::v3::Runtime>(yaml).SerializeAsString();
}

std::string RouteYaml(const std::string& name, const std::string& cluster) {
  return fmt::format(R"(
name: {}
virtual_hosts:
- name: all
  domains: ["*"]
  routes:
  - match: {{prefix: "/"}}
    route: {{cluster: {}}}
)",
                     name, cluster);
}

std::string ListenerYaml(const std::string& name, const std::string& route_name, uint16_t port) {
  return fmt::format(R"(
name: {0}
address: {{socket_address: {{address: 127.0.0.1, port_value: {2}}}}}
filter_chains:
- filters:
  - name: http
    typed_config:
      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
      stat_prefix: {0}
      rds: {{route_config_name: {1}, config_source: {{ads: {{}}}}}}
      http_filters:
      - name: router
        typed_config: {{"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
)",
                     name, route_name, port);
}

}  // namespace outrigger::test
