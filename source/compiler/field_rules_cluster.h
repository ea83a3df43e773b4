// What becomes of the fields of clusters.
//
// Thread: any (constants).
#pragma once

#include "compiler/field_rules_shared.h"

namespace outrigger::compiler::cluster_fields {

using enum FieldUse;

inline constexpr std::string_view kCluster = "envoy.config.cluster.v3.Cluster";
inline constexpr std::string_view kEdsConfig = "envoy.config.cluster.v3.Cluster.EdsClusterConfig";
inline constexpr std::string_view kDnsCluster = "envoy.extensions.clusters.dns.v3.DnsCluster";
inline constexpr std::string_view kCommonLb = "envoy.config.cluster.v3.Cluster.CommonLbConfig";
inline constexpr std::string_view kBreakers = "envoy.config.cluster.v3.CircuitBreakers";
inline constexpr std::string_view kThresholds =
    "envoy.config.cluster.v3.CircuitBreakers.Thresholds";
inline constexpr std::string_view kHttp = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
inline constexpr std::string_view kExplicitHttp =
    "envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig";
inline constexpr std::string_view kAsDownstream =
    "envoy.extensions.upstreams.http.v3.HttpProtocolOptions.UseDownstreamHttpConfig";
inline constexpr std::string_view kNegotiated =
    "envoy.extensions.upstreams.http.v3.HttpProtocolOptions.AutoHttpConfig";
inline constexpr std::string_view kNoHttp3 = "HTTP/3 is not supported";
inline constexpr std::string_view kNoSocketChoice = "a cluster has one transport socket so far";
inline constexpr std::string_view kConnectionOptions =
    "envoy.config.cluster.v3.UpstreamConnectionOptions";
inline constexpr std::string_view kPolicy = "envoy.config.cluster.v3.LoadBalancingPolicy";
inline constexpr std::string_view kSubsets = "envoy.config.cluster.v3.Cluster.LbSubsetConfig";
inline constexpr std::string_view kSubsetSelector =
    "envoy.config.cluster.v3.Cluster.LbSubsetConfig.LbSubsetSelector";
inline constexpr std::string_view kLeastRequestConfig =
    "envoy.config.cluster.v3.Cluster.LeastRequestLbConfig";
inline constexpr std::string_view kLeastRequest =
    "envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest";
inline constexpr std::string_view kRandom =
    "envoy.extensions.load_balancing_policies.random.v3.Random";
inline constexpr std::string_view kRoundRobin =
    "envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin";
inline constexpr std::string_view kLocalityLb =
    "envoy.extensions.load_balancing_policies.common.v3.LocalityLbConfig";
inline constexpr std::string_view kNoHashing = "balancing by a hash is round robin so far";
inline constexpr std::string_view kNoSlowStart = "slow start is not supported yet";
inline constexpr std::string_view kNoZones = "zones are not looked at";
inline constexpr std::string_view kNoBias = "the fewest requests count, whatever the weights";

inline constexpr FieldRule kRules[] = {
    {kCluster, "name", kHandled},
    {kCluster, "alt_stat_name", kHandled},
    {kCluster, "type", kHandled},
    {kCluster, "cluster_type", kHandled},
    {kCluster, "eds_cluster_config", kHandled},
    {kCluster, "load_assignment", kHandled},
    {kCluster, "connect_timeout", kHandled},
    {kCluster, "per_connection_buffer_limit_bytes", kHandled},
    {kCluster, "max_requests_per_connection", kHandled},
    {kCluster, "circuit_breakers", kHandled},
    {kCluster, "common_http_protocol_options", kHandled},
    {kCluster, "http_protocol_options", kHandled},
    {kCluster, "http2_protocol_options", kHandled},
    {kCluster, "typed_extension_protocol_options", kHandled},
    {kCluster, "common_lb_config", kHandled},
    {kCluster, "upstream_http_protocol_options", kIgnored,
     "SNI and names are those of the transport socket so far"},
    {kCluster, "protocol_selection", kRejected,
     "upstreams are spoken to in the cluster's protocol"},
    {kCluster, "dns_refresh_rate", kHandled},
    {kCluster, "dns_failure_refresh_rate", kHandled},
    {kCluster, "dns_jitter", kHandled},
    {kCluster, "dns_lookup_family", kHandled},
    {kCluster, "dns_resolvers", kHandled},
    {kCluster, "dns_resolution_config", kHandled},
    {kCluster, "respect_dns_ttl", kHandled},
    {kCluster, "typed_dns_resolver_config", kHandled},
    {kCluster, "use_tcp_for_dns_lookups", kHandled},
    {kCluster, "wait_for_warm_on_init", kHandled},
    {kCluster, "cleanup_interval", kIgnored, "it is for ORIGINAL_DST clusters"},
    {kCluster, "close_connections_on_host_health_failure", kIgnored,
     "health is not checked actively yet"},
    {kCluster, "ignore_health_on_host_removal", kIgnored, "removed endpoints go at once"},
    {kCluster, "lrs_server", kIgnored, "loads are not reported"},
    {kCluster, "lrs_report_endpoint_metrics", kIgnored, "loads are not reported"},
    {kCluster, "metadata", kIgnored, kNoReader},
    {kCluster, "preconnect_policy", kIgnored, "connections are made when they are needed"},
    {kCluster, "track_cluster_stats", kIgnored, "stats have one set"},
    {kCluster, "track_timeout_budgets", kIgnored, "stats have one set"},
    {kCluster, "upstream_connection_options", kHandled},
    {kConnectionOptions, "tcp_keepalive", kHandled},
    {kConnectionOptions, "happy_eyeballs_config", kIgnored, "an endpoint has one address so far"},
    {kConnectionOptions, "set_local_interface_name_on_upstream_connections", kIgnored, kNoReader},
    {"envoy.config.core.v3.TcpKeepalive", "*", kHandled},
    {kCluster, "lb_policy", kHandled},
    {kCluster, "lb_policy=RING_HASH", kIgnored, kNoHashing},
    {kCluster, "lb_policy=MAGLEV", kIgnored, kNoHashing},
    {kCluster, "load_balancing_policy", kHandled},
    {kCluster, "ring_hash_lb_config", kIgnored, kNoHashing},
    {kCluster, "maglev_lb_config", kIgnored, kNoHashing},
    {kCluster, "least_request_lb_config", kHandled},
    {kLeastRequestConfig, "choice_count", kHandled},
    {kLeastRequestConfig, "active_request_bias", kIgnored, kNoBias},
    {kLeastRequestConfig, "slow_start_config", kIgnored, kNoSlowStart},
    {kCluster, "round_robin_lb_config", kIgnored, kNoSlowStart},
    {kPolicy, "policies", kHandled},
    {"envoy.config.cluster.v3.LoadBalancingPolicy.Policy", "typed_extension_config", kHandled},
    {kLeastRequest, "choice_count", kHandled},
    {kLeastRequest, "enable_full_scan", kHandled},
    {kLeastRequest, "selection_method", kHandled},
    {kLeastRequest, "locality_lb_config", kHandled},
    {kLeastRequest, "active_request_bias", kIgnored, kNoBias},
    {kLeastRequest, "slow_start_config", kIgnored, kNoSlowStart},
    {kRandom, "locality_lb_config", kHandled},
    {kRoundRobin, "locality_lb_config", kHandled},
    {kRoundRobin, "slow_start_config", kIgnored, kNoSlowStart},
    {"envoy.extensions.load_balancing_policies.wrr_locality.v3.WrrLocality",
     "endpoint_picking_policy", kHandled},
    {"envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash", "*", kIgnored, kNoHashing},
    {"envoy.extensions.load_balancing_policies.maglev.v3.Maglev", "*", kIgnored, kNoHashing},
    {kLocalityLb, "locality_weighted_lb_config", kHandled},
    {kLocalityLb, "zone_aware_lb_config", kIgnored, kNoZones},
    {kCluster, "original_dst_lb_config", kRejected, kNotYet},
    {kCluster, "lb_subset_config", kHandled},
    {kSubsets, "metadata_fallback_policy", kHandled},
    {kSubsets, "metadata_fallback_policy=FALLBACK_LIST", kRejected,
     "the labels of a request have no list of others to try"},
    {kSubsets, "fallback_policy", kHandled},
    {kSubsets, "default_subset", kHandled},
    {kSubsets, "subset_selectors", kHandled},
    {kSubsets, "locality_weight_aware", kHandled},
    {kSubsets, "scale_locality_weight", kHandled},
    {kSubsets, "panic_mode_any", kHandled},
    {kSubsets, "list_as_any", kHandled},
    {kSubsetSelector, "keys", kHandled},
    {kSubsetSelector, "single_host_per_subset", kHandled},
    {kSubsetSelector, "fallback_policy", kHandled},
    {kSubsetSelector, "fallback_keys_subset", kHandled},
    {kCluster, "health_checks", kIgnored, "active health checks are not supported yet"},
    {kCluster, "outlier_detection", kIgnored, "ejection is not supported yet"},
    {kCluster, "transport_socket", kHandled},
    {kCluster, "transport_socket_matches", kRejected, kNoSocketChoice},
    {kCluster, "transport_socket_matcher", kRejected, kNoSocketChoice},
    {kCluster, "upstream_bind_config", kHandled},
    {kCluster, "upstream_config", kRejected, kNotYet},
    {kCluster, "filters", kRejected, "upstream network filters are not supported yet"},
    {kCluster, "connection_pool_per_downstream_connection", kRejected,
     "connections are shared, and sharing them may mix identities"},
    {"envoy.config.cluster.v3.Cluster.CustomClusterType", "name", kHandled},
    {"envoy.config.cluster.v3.Cluster.CustomClusterType", "typed_config", kHandled},
    {"envoy.config.cluster.v3.Cluster.RefreshRate", "base_interval", kHandled},
    {"envoy.config.cluster.v3.Cluster.RefreshRate", "max_interval", kHandled},
    {kDnsCluster, "dns_refresh_rate", kHandled},
    {kDnsCluster, "dns_failure_refresh_rate", kHandled},
    {kDnsCluster, "dns_jitter", kHandled},
    {kDnsCluster, "dns_lookup_family", kHandled},
    {kDnsCluster, "respect_dns_ttl", kHandled},
    {kDnsCluster, "typed_dns_resolver_config", kHandled},
    {kDnsCluster, "all_addresses_in_single_endpoint", kHandled},
    {"envoy.extensions.clusters.dns.v3.DnsCluster.RefreshRate", "base_interval", kHandled},
    {"envoy.extensions.clusters.dns.v3.DnsCluster.RefreshRate", "max_interval", kHandled},
    {kEdsConfig, "service_name", kHandled},
    {kEdsConfig, "eds_config", kHandled},
    {kCommonLb, "healthy_panic_threshold", kHandled},
    {kCommonLb, "close_connections_on_host_set_change", kIgnored,
     "connections to endpoints that stay are kept"},
    {kCommonLb, "ignore_new_hosts_until_first_hc", kIgnored, "health is not checked actively yet"},
    {kCommonLb, "override_host_status", kIgnored, "no endpoint is asked for by name"},
    {kCommonLb, "update_merge_window", kIgnored, "updates merge anyway"},
    {kCommonLb, "locality_weighted_lb_config", kHandled},
    {kCommonLb, "zone_aware_lb_config", kIgnored, kNoZones},
    {kCommonLb, "consistent_hashing_lb_config", kIgnored, kNoHashing},
    {kBreakers, "thresholds", kHandled},
    {kBreakers, "per_host_thresholds", kIgnored, kNotYet},
    {kThresholds, "priority", kHandled},
    {kThresholds, "max_connections", kHandled},
    {kThresholds, "max_pending_requests", kHandled},
    {kThresholds, "max_requests", kHandled},
    {kThresholds, "max_retries", kIgnored, "retries by policy are not supported yet"},
    {kThresholds, "max_connection_pools", kIgnored, "an endpoint has one pool for each worker"},
    {kThresholds, "track_remaining", kHandled},
    {kThresholds, "retry_budget", kIgnored, "max_retries counts"},
    {kHttp, "explicit_http_config", kHandled},
    {kHttp, "common_http_protocol_options", kHandled},
    {kHttp, "upstream_http_protocol_options", kIgnored,
     "SNI and names are those of the transport socket so far"},
    {kHttp, "use_downstream_protocol_config", kHandled},
    {kHttp, "auto_config", kHandled},
    {kHttp, "http_filters", kRejected, "upstream HTTP filters are not supported yet"},
    {kHttp, "header_validation_config", kRejected, kNotYet},
    {kHttp, "request_mirror_policies", kIgnored, "mirroring is not supported yet"},
    {kHttp, "retry_policy", kIgnored, "retries by policy are not supported yet"},
    {kHttp, "outlier_detection", kIgnored, "ejection is not supported yet"},
    {kHttp, "hash_policy", kIgnored, kNoHashing},
    {kExplicitHttp, "http_protocol_options", kHandled},
    {kExplicitHttp, "http2_protocol_options", kHandled},
    {kExplicitHttp, "http3_protocol_options", kRejected, kNoHttp3},
    {kAsDownstream, "http_protocol_options", kHandled},
    {kAsDownstream, "http2_protocol_options", kHandled},
    {kAsDownstream, "http3_protocol_options", kRejected, kNoHttp3},
    {kNegotiated, "http_protocol_options", kHandled},
    {kNegotiated, "http2_protocol_options", kHandled},
    {kNegotiated, "http3_protocol_options", kRejected, kNoHttp3},
    {kNegotiated, "alternate_protocols_cache_options", kRejected, kNoHttp3},
};

}  // namespace outrigger::compiler::cluster_fields
