// Bootstraps for tests: static listeners, one cluster `service`, a control plane if there is one,
// and what a test wants different, in YAML flow style.
//
// Thread: any (pure).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace outrigger::test {

struct StaticListener {
  std::string name = "ingress";
  std::string address = "127.0.0.1";  // the kernel chooses the port
  std::string fields;                 // of the Listener: "traffic_direction: OUTBOUND"
  std::string chain_fields = {};      // of its filter chain: "transport_socket: {...}"
  std::string hcm_fields;             // of the HttpConnectionManager: "stream_idle_timeout: 1s"
  std::string table_fields = {};      // of its RouteConfiguration: "response_headers_to_add: [...]"
  std::string host_fields = {};       // of the one virtual host: "require_tls: ALL"
  // Of that host, for every domain.
  std::string routes = "[{match: {prefix: /}, route: {cluster: service}}]";
  std::string filters = {};        // HTTP filters before the router: "{name: cors, ...}, {...}"
  std::string router_fields = {};  // of the router: "suppress_envoy_headers: true"
  // Of a TcpProxy, which then takes the place of HTTP: "cluster: service".
  std::string tcp_fields = {};
  std::string network_filters = {};  // before either: "{name: rbac, ...}, {...}"
};

struct StaticBootstrap {
  std::vector<uint16_t> upstream_ports = {};  // of cluster `service`
  std::vector<StaticListener> listeners = {StaticListener()};
  std::string cluster_fields = {};   // of the Cluster: "connect_timeout: 1s"
  std::string endpoint_fields = {};  // of each of its endpoints: "hostname: a"
  uint16_t ads_port = 0;        // takes clusters and listeners from there as well; 0: from nowhere
  std::string ads_fields = {};  // of its envoy_grpc: "authority: x"
  std::string ads_api_type = "DELTA_GRPC";
  std::string ads_config_fields = {};   // of ads_config: "rate_limit_settings: {}"
  std::string source_fields = {};       // of cds_config and lds_config: "initial_fetch_timeout: 1s"
  std::string ads_cluster_fields = {};  // of its Cluster: "transport_socket: {...}"
  std::string secrets = {};             // static ones: "[{name: a, tls_certificate: {...}}]"
  // Further static clusters of one endpoint each.
  std::map<std::string, uint16_t> more_clusters = {};
  std::string ToYaml() const;
};

}  // namespace outrigger::test
