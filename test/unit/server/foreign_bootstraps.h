// Bootstraps as other projects' agents write them, in our own words: their oddities are what counts
// (xds.md 3.12, 5.1).
//
// Thread: any.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace outrigger {

// go-control-plane's integration test: old fields, clusters without a type, a lone service.
inline std::string GoControlPlaneBootstrap(std::string_view api_type) {
  return fmt::format(R"(
admin:
  access_log_path: /dev/null
  address: {{socket_address: {{address: 127.0.0.1, port_value: 19000}}}}
dynamic_resources:
  ads_config:
    api_type: {}
    transport_api_version: V3
    grpc_services:
      envoy_grpc:
        cluster_name: xds_cluster
  cds_config: {{resource_api_version: V3, ads: {{}}}}
  lds_config: {{resource_api_version: V3, ads: {{}}}}
node: {{cluster: test-cluster, id: test-id}}
static_resources:
  clusters:
  - name: xds_cluster
    connect_timeout: 1s
    http2_protocol_options: {{}}
    load_assignment: {{cluster_name: xds_cluster, endpoints: [{{lb_endpoints: [{{endpoint: {{address:
      {{socket_address: {{address: 127.0.0.1, port_value: 18000}}}}}}}}]}}]}}
  - name: als_cluster
    connect_timeout: 1s
    http2_protocol_options: {{}}
    load_assignment: {{cluster_name: als_cluster, endpoints: [{{lb_endpoints: [{{endpoint: {{address:
      {{socket_address: {{address: 127.0.0.1, port_value: 18090}}}}}}}}]}}]}}
layered_runtime:
  layers:
  - name: runtime-0
    rtds_layer:
      name: runtime-0
      rtds_config:
        resource_api_version: V3
        api_config_source: {{transport_api_version: V3, api_type: GRPC, grpc_services:
          {{envoy_grpc: {{cluster_name: xds_cluster}}}}}}
)",
                     api_type);
}

// istio's: JSON with both spellings, relative socket paths, a compressor, extensions by
// TypedStruct.
inline constexpr std::string_view kIstioText = R"json({
  "application_log_config": {"log_format": {"text_format": "%Y-%m-%dT%T.%fZ %v"}},
  "node": {"id": "sidecar~10.0.0.1~web.default~default.svc", "cluster": "web.default",
    "locality": {}, "metadata": {"LABELS": {"app": "web"}, "ISTIO_VERSION": "1.29.0", "N": 1}},
  "layered_runtime": {"layers": [{"name": "global config", "static_layer": {"a.b": "true"}},
    {"name": "admin", "admin_layer": {}}]},
  "bootstrap_extensions": [{"name": "internal", "typed_config": {
    "@type": "type.googleapis.com/udpa.type.v1.TypedStruct",
    "type_url": "type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener",
    "value": {"buffer_size_kb": 64}}}],
  "stats_config": {"use_all_default_tags": false,
    "stats_tags": [{"tag_name": "listener", "regex": "^listener(?=\\.)"}],
    "stats_matcher": {"inclusion_list": {"patterns": [{"prefix": "reporter="}]}}},
  "admin": {"access_log": [{"name": "log", "typed_config": {
      "@type": "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog",
      "path": "/dev/null"}}],
    "profile_path": "/var/lib/istio/data/envoy.prof",
    "address": {"socket_address": {"address": "127.0.0.1", "port_value": 15000}}},
  "dynamic_resources": {
    "lds_config": {"ads": {}, "initial_fetch_timeout": "0s", "resource_api_version": "V3"},
    "cds_config": {"ads": {}, "initial_fetch_timeout": "0s", "resource_api_version": "V3"},
    "ads_config": {"api_type": "DELTA_GRPC", "set_node_on_first_message_only": true,
      "transport_api_version": "V3",
      "grpc_services": [{"envoy_grpc": {"cluster_name": "xds-grpc"}}]}},
  "static_resources": {
    "clusters": [
      {"name": "prometheus_stats", "type": "STATIC", "connect_timeout": "0.250s",
       "lb_policy": "ROUND_ROBIN", "load_assignment": {"cluster_name": "prometheus_stats",
         "endpoints": [{"lb_endpoints": [{"endpoint": {"address": {"socket_address":
           {"protocol": "TCP", "address": "127.0.0.1", "port_value": 15000}}}}]}]}},
      {"name": "agent", "type": "STATIC", "connect_timeout": "0.250s",
       "load_assignment": {"cluster_name": "agent", "endpoints": [{"lb_endpoints": [{"endpoint":
         {"address": {"socket_address": {"address": "127.0.0.1", "port_value": 15020}}}}]}]}},
      {"name": "sds-grpc", "type": "STATIC", "typed_extension_protocol_options": {
         "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
           "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
           "explicit_http_config": {"http2_protocol_options": {}}}},
       "load_assignment": {"cluster_name": "sds-grpc", "endpoints": [{"lb_endpoints": [{"endpoint":
         {"address": {"pipe": {"path": "./var/run/secrets/workload-spiffe-uds/socket"}}}}]}]}},
      {"name": "xds-grpc", "type": "STATIC", "connectTimeout": "1s",
       "max_requests_per_connection": 1,
       "circuit_breakers": {"thresholds": [
         {"priority": "DEFAULT", "max_connections": 100000, "max_requests": "100000"},
         {"priority": "HIGH", "max_connections": 100000}]},
       "upstream_connection_options": {"tcp_keepalive": {"keepalive_time": 300}},
       "typed_extension_protocol_options": {
         "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
           "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
           "explicit_http_config": {"http2_protocol_options": {}}}},
       "load_assignment": {"cluster_name": "xds-grpc", "endpoints": [{"lb_endpoints": [{"endpoint":
         {"address": {"pipe": {"path": "./etc/istio/proxy/XDS"}}}}]}]}},
      {"name": "zipkin", "type": "TYPE_OF_ZIPKIN", "load_assignment": {"cluster_name": "zipkin",
       "endpoints": [{"lb_endpoints": [{"endpoint": {"address": {"socket_address":
         {"address": "10.0.0.9", "port_value": 9411}}}}]}]}}],
    "listeners": [
      {"address": {"socket_address": {"protocol": "TCP", "address": "0.0.0.0", "port_value": 15090}},
       "bypass_overload_manager": true, "ignore_global_conn_limit": true,
       "filter_chains": [{"filters": [{"name": "hcm", "typed_config": {
         "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
         "codec_type": "AUTO", "stat_prefix": "stats",
         "route_config": {"virtual_hosts": [{"name": "backend", "domains": ["*"],
           "routes": [{"match": {"prefix": "/stats/prometheus"},
             "route": {"cluster": "prometheus_stats"}}]}]},
         "http_filters": [{"name": "compressor", "typed_config": {
             "@type": "type.googleapis.com/envoy.extensions.filters.http.compressor.v3.Compressor",
             "compressor_library": {"name": "gzip", "typed_config": {
               "@type": "type.googleapis.com/udpa.type.v1.TypedStruct", "type_url": "x.y.Gzip"}}}},
           {"name": "router", "typed_config": {
             "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}]}]}]},
  "overload_manager": {"resource_monitors": [{"name": "downstream_connections"}]},
  "cluster_manager": {"enable_deferred_cluster_creation": true},
  "deferred_stat_options": {"enable_deferred_creation_stats": true}})json";

inline std::string IstioBootstrap(std::string_view type_of_zipkin) {
  std::string text(kIstioText);
  constexpr std::string_view kPlace = "TYPE_OF_ZIPKIN";
  return text.replace(text.find(kPlace), kPlace.size(), type_of_zipkin);
}

}  // namespace outrigger
