#include "test/support/scoped_resources.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "compiler/proto_yaml.h"
#include "envoy/config/route/v3/scoped_route.pb.h"

namespace outrigger::test {

std::string ScopedListenerYaml(const std::string& name, const std::string& source,
                               const std::string& routes) {
  return fmt::format(
      "{{name: {0}, address: {{socket_address: {{address: 127.0.0.1, port_value: 0}}}}, "
      "filter_chains: [{{filters: [{{name: http, typed_config: {{'@type': type.googleapis.com/"
      "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager, "
      "stat_prefix: {0}, scoped_routes: {{name: hosts, scope_key_builder: {{fragments: "
      "[{{header_value_extractor: {{name: Host, index: 0}}}}]}}, rds_config_source: {{{2}}}, "
      "scoped_rds: {{scoped_rds_config_source: {{{1}}}}}}}, http_filters: [{{name: router, "
      "typed_config: {{'@type': type.googleapis.com/envoy.extensions.filters.http.router.v3."
      "Router}}}}]}}}}]}}]}}",
      name, source, routes.empty() ? source : routes);
}

std::string ScopeYaml(const std::string& name, const std::string& host, const std::string& routes) {
  return fmt::format(
      "{{name: {}, route_configuration_name: {}, key: {{fragments: [{{string_key: {}}}]}}}}", name,
      routes, host);
}

std::string ScopeBytes(const std::string& yaml) {
  envoy::config::route::v3::ScopedRouteConfiguration proto;
  std::vector<std::string> warnings;
  const absl::Status status = compiler::MergeYaml(yaml, {}, proto, warnings);
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n%s\n", status.ToString().c_str(), yaml.c_str());
    std::abort();
  }
  return proto.SerializeAsString();
}

}  // namespace outrigger::test
