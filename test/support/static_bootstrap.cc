#include "test/support/static_bootstrap.h"

#include <fmt/format.h>

namespace outrigger::test {

namespace {

std::string AndMore(const std::string& fields) { return fields.empty() ? "" : ", " + fields; }

std::string Before(const std::string& filters) { return filters.empty() ? "" : filters + ", "; }

std::string TcpListenerYaml(const StaticListener& listener) {
  return fmt::format(R"(
  - {{name: {0}, address: {{socket_address: {{address: {3}, port_value: 0}}}}{1},
      filter_chains: [{{filters: [{5}{{name: tcp, typed_config: {{
        "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy,
        stat_prefix: {0}, {2}}}}}]{4}}}]}})",
                     listener.name, AndMore(listener.fields), listener.tcp_fields, listener.address,
                     AndMore(listener.chain_fields), Before(listener.network_filters));
}

std::string ListenerYaml(const StaticListener& listener) {
  if (!listener.tcp_fields.empty()) return TcpListenerYaml(listener);
  return fmt::format(R"(
  - {{name: {0}, address: {{socket_address: {{address: {4}, port_value: 0}}}}{1},
      filter_chains: [{{filters: [{9}{{name: http, typed_config: {{
        "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager,
        stat_prefix: {0}{2},
        route_config: {{name: {0}{6}, virtual_hosts: [
          {{name: all, domains: ["*"]{7}, routes: {3}}}]}},
        http_filters: [{8}{{name: router, typed_config: {{
          "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router{10}}}}}]}}}}]{5}}}]}})",
                     listener.name, AndMore(listener.fields), AndMore(listener.hcm_fields),
                     listener.routes, listener.address, AndMore(listener.chain_fields),
                     AndMore(listener.table_fields), AndMore(listener.host_fields),
                     Before(listener.filters), Before(listener.network_filters),
                     AndMore(listener.router_fields));
}

std::string ClusterYaml(const std::string& name, const std::string& fields,
                        const std::string& endpoint_fields, const std::vector<uint16_t>& ports) {
  std::string endpoints;
  for (const uint16_t port : ports) {
    endpoints += fmt::format(
        "{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: "
        "{}}}}}{}}}}}, ",
        port, AndMore(endpoint_fields));
  }
  return fmt::format(R"(
  - {{name: {2}, type: STATIC{0},
      load_assignment: {{cluster_name: {2}, endpoints: [{{lb_endpoints: [{1}]}}]}}}})",
                     AndMore(fields), endpoints, name);
}

std::string ControlPlaneCluster(uint16_t port, const std::string& fields) {
  return fmt::format(R"(
  - {{name: xds, type: STATIC{1}, typed_extension_protocol_options: {{
        envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {{
          "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions,
          explicit_http_config: {{http2_protocol_options: {{}}}}}}}},
      load_assignment: {{cluster_name: xds, endpoints: [{{lb_endpoints: [{{endpoint: {{
        address: {{socket_address: {{address: 127.0.0.1, port_value: {0}}}}}}}}}]}}]}}}})",
                     port, AndMore(fields));
}

std::string DynamicResources(const StaticBootstrap& bootstrap) {
  return fmt::format(R"(
dynamic_resources:
  ads_config: {{api_type: {0}, transport_api_version: V3,
               grpc_services: [{{envoy_grpc: {{cluster_name: xds{1}}}}}]{2}}}
  cds_config: {{ads: {{}}, resource_api_version: V3{3}}}
  lds_config: {{ads: {{}}, resource_api_version: V3{3}}})",
                     bootstrap.ads_api_type, AndMore(bootstrap.ads_fields),
                     AndMore(bootstrap.ads_config_fields), AndMore(bootstrap.source_fields));
}

}  // namespace

std::string StaticBootstrap::ToYaml() const {
  std::string yaml = R"(
node: {id: test-node, cluster: test}
admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
static_resources:)";
  if (!secrets.empty()) yaml += "\n  secrets: " + secrets;
  yaml += "\n  clusters:";
  if (!listeners.empty())
    yaml += ClusterYaml("service", cluster_fields, endpoint_fields, upstream_ports);
  for (const auto& [name, port] : more_clusters) yaml += ClusterYaml(name, "", "", {port});
  if (ads_port != 0) yaml += ControlPlaneCluster(ads_port, ads_cluster_fields);
  if (!listeners.empty()) yaml += "\n  listeners:";
  for (const StaticListener& listener : listeners) yaml += ListenerYaml(listener);
  if (ads_port != 0) yaml += DynamicResources(*this);
  return yaml;
}

}  // namespace outrigger::test
