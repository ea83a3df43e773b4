// What becomes of the fields of the bootstrap. Its static resources go through the compilers like
// any other, so nothing is said of them here.
//
// Thread: any (constants).
#pragma once

#include "compiler/field_rules_shared.h"

namespace outrigger::compiler::bootstrap_fields {

using enum FieldUse;

inline constexpr std::string_view kBootstrap = "envoy.config.bootstrap.v3.Bootstrap";
inline constexpr std::string_view kDynamic = "envoy.config.bootstrap.v3.Bootstrap.DynamicResources";
inline constexpr std::string_view kAdmin = "envoy.config.bootstrap.v3.Admin";
inline constexpr std::string_view kApiSource = "envoy.config.core.v3.ApiConfigSource";
inline constexpr std::string_view kGrpcService = "envoy.config.core.v3.GrpcService";
inline constexpr std::string_view kEnvoyGrpc = "envoy.config.core.v3.GrpcService.EnvoyGrpc";

inline constexpr std::string_view kRuntimeLayer = "envoy.config.bootstrap.v3.RuntimeLayer";
inline constexpr std::string_view kStatsConfig = "envoy.config.metrics.v3.StatsConfig";
inline constexpr std::string_view kOverload = "envoy.config.overload.v3.OverloadManager";

inline constexpr std::string_view kShedsNothing = "of load, only connections are limited yet";
inline constexpr std::string_view kTriesForEver = "the stream is tried for ever";
inline constexpr std::string_view kNoNames = "names are plain names";
inline constexpr std::string_view kStatsOneSet = "stats are pulled";

inline constexpr std::string_view kOwnDns = "each cluster says whom to ask for names";

inline constexpr std::string_view kClusterManager = "envoy.config.bootstrap.v3.ClusterManager";

inline constexpr FieldRule kRules[] = {
    {kBootstrap, "node", kHandled},
    {"envoy.config.core.v3.Node", "*", kHandled},
    {kBootstrap, "static_resources", kHandled},
    {"envoy.config.bootstrap.v3.Bootstrap.StaticResources", "clusters", kHandled},
    {"envoy.config.bootstrap.v3.Bootstrap.StaticResources", "listeners", kHandled},
    {"envoy.config.bootstrap.v3.Bootstrap.StaticResources", "secrets", kHandled},
    {kBootstrap, "node_context_params", kIgnored, kNoNames},
    {kBootstrap, "config_sources", kIgnored, kNoNames},
    {kBootstrap, "default_config_source", kIgnored, kNoNames},
    {kBootstrap, "cluster_manager", kHandled},
    {kClusterManager, "upstream_bind_config", kHandled},
    {kClusterManager, "*", kIgnored, kNotYet},
    {kBootstrap, "hds_config", kIgnored, "health is not reported to a health discovery service"},
    {kBootstrap, "flags_path", kIgnored, "flags come from the command line"},
    {kBootstrap, "stats_config", kHandled},
    {kStatsConfig, "stats_tags", kHandled},
    {kStatsConfig, "use_all_default_tags", kHandled},
    {kStatsConfig, "stats_matcher", kHandled},
    {kStatsConfig, "histogram_bucket_settings", kIgnored, "buckets are Envoy's default ones"},
    {"envoy.config.metrics.v3.TagSpecifier", "*", kHandled},
    {"envoy.config.metrics.v3.StatsMatcher", "*", kHandled},
    {"envoy.type.matcher.v3.ListStringMatcher", "*", kHandled},
    {kBootstrap, "stats_sinks", kIgnored, kStatsOneSet},
    {kBootstrap, "stats_flush_interval", kIgnored, kStatsOneSet},
    {kBootstrap, "stats_flush_on_admin", kIgnored, kStatsOneSet},
    {kBootstrap, "stats_eviction_interval", kIgnored, kStatsOneSet},
    {kBootstrap, "stats_server_version_override", kIgnored, kStatsOneSet},
    {kBootstrap, "deferred_stat_options", kIgnored, "stats are made when they are first counted"},
    {kBootstrap, "enable_dispatcher_stats", kIgnored, kStatsOneSet},
    {kBootstrap, "watchdog", kIgnored,
     "misses are counted after 200 ms and 1 s, nothing ends the process"},
    {kBootstrap, "watchdogs", kIgnored,
     "misses are counted after 200 ms and 1 s, nothing ends the process"},
    {kBootstrap, "fatal_actions", kIgnored, "a broken invariant ends the process"},
    {kBootstrap, "tracing", kIgnored, "tracing is not supported yet"},
    {kBootstrap, "layered_runtime", kHandled},
    {"envoy.config.bootstrap.v3.LayeredRuntime", "layers", kHandled},
    {kRuntimeLayer, "name", kHandled},
    {kRuntimeLayer, "static_layer", kHandled},
    {kRuntimeLayer, "disk_layer", kIgnored, "folders of values are not read"},
    {kRuntimeLayer, "admin_layer", kIgnored, "the runtime is not changed by hand"},
    {kRuntimeLayer, "rtds_layer", kHandled},
    {"envoy.config.bootstrap.v3.RuntimeLayer.RtdsLayer", "*", kHandled},
    {"envoy.service.runtime.v3.Runtime", "*", kHandled},
    {kBootstrap, "overload_manager", kHandled},
    {kOverload, "resource_monitors", kHandled},
    {kOverload, "refresh_interval", kIgnored, "what is limited is counted as it comes"},
    {kOverload, "actions", kIgnored, kShedsNothing},
    {kOverload, "loadshed_points", kIgnored, kShedsNothing},
    {kOverload, "buffer_factory_config", kIgnored, kShedsNothing},
    {"envoy.config.overload.v3.ResourceMonitor", "name", kHandled},
    {"envoy.config.overload.v3.ResourceMonitor", "typed_config", kHandled},
    {"envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
     "max_active_downstream_connections", kHandled},
    {kBootstrap, "header_prefix", kIgnored, "headers of the proxy's own begin with x-envoy"},
    {kBootstrap, "use_tcp_for_dns_lookups", kIgnored, kOwnDns},
    {kBootstrap, "dns_resolution_config", kIgnored, kOwnDns},
    {kBootstrap, "typed_dns_resolver_config", kIgnored, kOwnDns},
    {kBootstrap, "bootstrap_extensions", kIgnored, "what needs one is rejected where it is used"},
    {kBootstrap, "default_socket_interface", kIgnored, "there is one"},
    {kBootstrap, "certificate_provider_instances", kIgnored, "TLS is not spoken yet"},
    {kBootstrap, "inline_headers", kIgnored, "it would change nothing that can be seen"},
    {kBootstrap, "perf_tracing_file_path", kIgnored, "profiles are taken from outside"},
    {kBootstrap, "default_regex_engine", kIgnored, "regular expressions are RE2's"},
    {kBootstrap, "xds_delegate_extension", kIgnored, "not supported"},
    {kBootstrap, "xds_config_tracker_extension", kIgnored, "not supported"},
    {kBootstrap, "listener_manager", kIgnored, "there is one"},
    {kBootstrap, "application_log_config", kIgnored, "log lines have one format"},
    {kBootstrap, "grpc_async_client_manager_config", kIgnored, "there is one stream"},
    {kBootstrap, "memory_allocator_manager", kIgnored, "memory goes back by itself"},
    {kBootstrap, "dynamic_resources", kHandled},
    {kDynamic, "lds_config", kHandled},
    {kDynamic, "cds_config", kHandled},
    {kDynamic, "ads_config", kHandled},
    {kDynamic, "lds_resources_locator", kRejected, "collections are not supported"},
    {kDynamic, "cds_resources_locator", kRejected, "collections are not supported"},
    {kBootstrap, "admin", kHandled},
    {kAdmin, "address", kHandled},
    {kAdmin, "access_log", kIgnored, "requests to admin are not logged"},
    {kAdmin, "access_log_path", kIgnored, "requests to admin are not logged"},
    {kAdmin, "profile_path", kIgnored, "profiles are taken from outside"},
    {kAdmin, "socket_options", kIgnored, "sockets have the system's options so far"},
    {kAdmin, "ignore_global_conn_limit", kIgnored, "admin is never counted"},
    {kAdmin, "allow_paths", kRejected, "every page would be served"},
    {kApiSource, "api_type", kHandled},
    {kApiSource, "transport_api_version", kHandled},
    {kApiSource, "grpc_services", kHandled},
    {kApiSource, "set_node_on_first_message_only", kHandled},
    {kApiSource, "cluster_names", kHandled},
    {kApiSource, "refresh_delay", kHandled},
    {kApiSource, "request_timeout", kHandled},
    {kApiSource, "rate_limit_settings", kHandled},
    {"envoy.config.core.v3.RateLimitSettings", "*", kHandled},
    {kApiSource, "config_validators", kRejected, kNotYet},
    {kGrpcService, "envoy_grpc", kHandled},
    {kGrpcService, "initial_metadata", kHandled},
    {kGrpcService, "google_grpc", kRejected, "name an envoy_grpc cluster instead"},
    {kGrpcService, "timeout", kIgnored, "the stream has no end"},
    {kGrpcService, "retry_policy", kIgnored, "envoy_grpc.retry_policy counts"},
    {kEnvoyGrpc, "skip_envoy_headers", kIgnored, "none is written"},
    {kEnvoyGrpc, "cluster_name", kHandled},
    {kEnvoyGrpc, "authority", kHandled},
    {kEnvoyGrpc, "retry_policy", kHandled},
    {kEnvoyGrpc, "max_receive_message_length", kIgnored, "messages of any size are taken"},
    {"envoy.config.core.v3.RetryPolicy", "retry_back_off", kHandled},
    {"envoy.config.core.v3.RetryPolicy", "num_retries", kIgnored, kTriesForEver},
    {"envoy.config.core.v3.RetryPolicy", "retry_on", kIgnored, kTriesForEver},
    {"envoy.config.core.v3.RetryPolicy", "retry_priority", kIgnored, kTriesForEver},
    {"envoy.config.core.v3.RetryPolicy", "retry_host_predicate", kIgnored, kTriesForEver},
    {"envoy.config.core.v3.RetryPolicy", "host_selection_retry_max_attempts", kIgnored,
     kTriesForEver},
    {"envoy.config.core.v3.BackoffStrategy", "*", kHandled},
};

}  // namespace outrigger::compiler::bootstrap_fields
