#include "test/support/static_bootstrap.h"

#include <fmt/format.h>

namespace outrigger::test {

namespace {

std::string AndMore(const std::string& fields) { return fields.empty() ? "" : ", " + fields; }

std::string ListenerYaml(const StaticListener& listener) {
  return fmt::format(R"(
  - {{name: {0}, address: {{socket_address: {{address: 127.0.0.1, port_value: 0}}}}{1},
      filter_chains: [{{filters: [{{name: http, typed_config: {{
        "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager,
        stat_prefix: {0}{2},
        route_config: {{name: {0}, virtual_hosts: [{{name: all, domains: ["*"], routes: {3}}}]}},
        http_filters: [{{name: router, typed_config: {{
          "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}}}]}}}}]}}]}})",
                     listener.name, AndMore(listener.fields), AndMore(listener.hcm_fields),
                     listener.routes);
}

}  // namespace

std::string StaticBootstrap::ToYaml() const {
  std::string endpoints;
  for (const uint16_t port : upstream_ports) {
    endpoints += fmt::format(
        "{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {}}}}}}}}}, ",
        port);
  }
  std::string yaml = fmt::format(R"(
node: {{id: test-node, cluster: test}}
admin: {{address: {{socket_address: {{address: 127.0.0.1, port_value: 0}}}}}}
static_resources:
  clusters:
  - {{name: service, type: STATIC{0},
      load_assignment: {{cluster_name: service, endpoints: [{{lb_endpoints: [{1}]}}]}}}}
  listeners:)",
                                 AndMore(cluster_fields), endpoints);
  for (const StaticListener& listener : listeners) yaml += ListenerYaml(listener);
  return yaml;
}

}  // namespace outrigger::test
