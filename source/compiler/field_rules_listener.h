// What becomes of the fields of listeners and of HTTP connection managers.
//
// Thread: any (constants).
#pragma once

#include "compiler/field_rules_shared.h"

namespace outrigger::compiler::listener_fields {

using enum FieldUse;

inline constexpr std::string_view kListener = "envoy.config.listener.v3.Listener";
inline constexpr std::string_view kChain = "envoy.config.listener.v3.FilterChain";
inline constexpr std::string_view kFilter = "envoy.config.listener.v3.Filter";
inline constexpr std::string_view kListenerFilter = "envoy.config.listener.v3.ListenerFilter";
inline constexpr std::string_view kHcm =
    "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
inline constexpr std::string_view kHcmUpgrade =
    "envoy.extensions.filters.network.http_connection_manager.v3."
    "HttpConnectionManager.UpgradeConfig";
inline constexpr std::string_view kLocalReply =
    "envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig";
inline constexpr std::string_view kMapper =
    "envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper";
inline constexpr std::string_view kRds =
    "envoy.extensions.filters.network.http_connection_manager.v3.Rds";
inline constexpr std::string_view kScopedRoutes =
    "envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes";
inline constexpr std::string_view kScopeKeys =
    "envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes.ScopeKeyBuilder";
inline constexpr std::string_view kScopeFragment =
    "envoy.extensions.filters.network.http_connection_manager.v3."
    "ScopedRoutes.ScopeKeyBuilder.FragmentBuilder";
inline constexpr std::string_view kScopeField =
    "envoy.extensions.filters.network.http_connection_manager.v3."
    "ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor";
inline constexpr std::string_view kScopeElement =
    "envoy.extensions.filters.network.http_connection_manager.v3."
    "ScopedRoutes.ScopeKeyBuilder.FragmentBuilder.HeaderValueExtractor.KvElement";
inline constexpr std::string_view kScopeList =
    "envoy.extensions.filters.network.http_connection_manager.v3.ScopedRouteConfigurationsList";
inline constexpr std::string_view kScopedRds =
    "envoy.extensions.filters.network.http_connection_manager.v3.ScopedRds";
inline constexpr std::string_view kHttpFilter =
    "envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter";
inline constexpr std::string_view kDiscovery = "envoy.config.core.v3.ExtensionConfigSource";
inline constexpr std::string_view kRouter = "envoy.extensions.filters.http.router.v3.Router";
inline constexpr std::string_view kSocketOption = "envoy.config.core.v3.SocketOption";
inline constexpr std::string_view kChainMatch = "envoy.config.listener.v3.FilterChainMatch";
inline constexpr std::string_view kNoAttemptLog = "requests are logged, attempts are not";
inline constexpr std::string_view kObservesOnly = "left out: it observes only";
inline constexpr std::string_view kOnlyForwardedFor =
    "the client is found by x-forwarded-for or its address";

inline constexpr FieldRule kRules[] = {
    {kListener, "name", kHandled},
    {kListener, "address", kHandled},
    {kListener, "additional_addresses", kHandled},
    {"envoy.config.listener.v3.AdditionalAddress", "*", kHandled},
    {"envoy.config.core.v3.SocketOptionsOverride", "socket_options", kHandled},
    {kListener, "stat_prefix", kHandled},
    {kListener, "filter_chains", kHandled},
    {kListener, "default_filter_chain", kHandled},
    {kListener, "fcds_config", kRejected, kNotYet},
    {kListener, "filter_chain_matcher", kRejected, "filter_chain_match of each chain says it"},
    {kListener, "traffic_direction", kHandled},
    {kListener, "per_connection_buffer_limit_bytes", kHandled},
    {kListener, "tcp_backlog_size", kHandled},
    {kListener, "bind_to_port", kHandled},
    {kListener, "deprecated_v1", kHandled},
    {"envoy.config.listener.v3.Listener.DeprecatedV1", "bind_to_port", kHandled},
    {kListener, "use_original_dst", kHandled},
    {kListener, "transparent", kHandled},
    {kListener, "internal_listener", kRejected, "internal listeners are not supported yet"},
    {kListener, "api_listener", kRejected, "not supported"},
    {kListener, "udp_listener_config", kRejected, "UDP is not supported"},
    {kListener, "listener_filters", kHandled},
    {kListener, "access_log", kHandled},
    {kListener, "drain_type", kHandled},
    {kListener, "connection_balance_config", kIgnored, "connections are balanced anyway"},
    {kListener, "bypass_overload_manager", kIgnored, "nothing is shed by load yet"},
    {kListener, "ignore_global_conn_limit", kHandled},
    {kListener, "continue_on_listener_filters_timeout", kIgnored, "no listener filter waits"},
    {kListener, "listener_filters_timeout", kIgnored, "no listener filter waits"},
    {kListener, "enable_mptcp", kIgnored, "connections are plain TCP"},
    {kListener, "enable_reuse_port", kIgnored, "each worker has a socket of its own anyway"},
    {kListener, "reuse_port", kIgnored, "each worker has a socket of its own anyway"},
    {kListener, "freebind", kIgnored, "an address that is not there is an error"},
    {kListener, "socket_options", kHandled},
    {kSocketOption, "level", kHandled},
    {kSocketOption, "name", kHandled},
    {kSocketOption, "int_value", kHandled},
    {kSocketOption, "buf_value", kHandled},
    {kSocketOption, "state", kHandled},
    {kSocketOption, "type", kHandled},
    {"envoy.config.core.v3.SocketOption.SocketType", "*", kHandled},
    {kSocketOption, "description", kIgnored, kNoReader},
    {kListener, "tcp_fast_open_queue_length", kIgnored, "sockets have the system's options so far"},
    {kListener, "max_connections_to_accept_per_socket_event", kIgnored, "workers accept in turns"},
    {kListener, "metadata", kIgnored, kNoReader},
    {kListenerFilter, "filter_disabled", kIgnored, "the filters that pass do nothing"},
    {kListenerFilter, "name", kHandled},
    {kListenerFilter, "typed_config", kHandled},
    {kListenerFilter, "config_discovery", kHandled},
    {kChain, "name", kHandled},
    {kChain, "filters", kHandled},
    {kChain, "filter_chain_match", kHandled},
    {kChain, "transport_socket", kHandled},
    {kChain, "use_proxy_proto", kHandled},
    {kChain, "metadata", kIgnored, kNoReader},
    {kChain, "transport_socket_connect_timeout", kHandled},
    {kChainMatch, "destination_port", kHandled},
    {kChainMatch, "prefix_ranges", kHandled},
    {kChainMatch, "address_suffix", kRejected, "Envoy does not implement it"},
    {kChainMatch, "suffix_len", kRejected, "Envoy does not implement it"},
    {kChainMatch, "direct_source_prefix_ranges", kHandled},
    {kChainMatch, "source_type", kHandled},
    {kChainMatch, "source_prefix_ranges", kHandled},
    {kChainMatch, "source_ports", kHandled},
    {kChainMatch, "server_names", kHandled},
    {kChainMatch, "transport_protocol", kHandled},
    {kChainMatch, "application_protocols", kHandled},
    {kFilter, "name", kHandled},
    {kFilter, "typed_config", kHandled},
    {kFilter, "config_discovery", kHandled},
    {kHcm, "stat_prefix", kHandled},
    {kHcm, "codec_type", kHandled},
    {kHcm, "rds", kHandled},
    {kHcm, "route_config", kHandled},
    {kHcm, "scoped_routes", kHandled},
    {kHcm, "http_filters", kHandled},
    {kHcm, "server_name", kHandled},
    {kHcm, "common_http_protocol_options", kHandled},
    {kHcm, "max_request_headers_kb", kHandled},
    {kHcm, "stream_idle_timeout", kHandled},
    {kHcm, "drain_timeout", kIgnored, "a draining connection ends after its response"},
    {kHcm, "generate_request_id", kHandled},
    {kHcm, "request_timeout", kHandled},
    {kHcm, "request_headers_timeout", kHandled},
    {kHcm, "use_remote_address", kHandled},
    {kHcm, "normalize_path", kHandled},
    {kHcm, "merge_slashes", kHandled},
    {kHcm, "path_with_escaped_slashes_action", kHandled},
    {kHcm, "path_normalization_options", kRejected, "normalize_path and merge_slashes say it"},
    {kHcm, "strip_matching_host_port", kHandled},
    {kHcm, "strip_any_host_port", kHandled},
    {kHcm, "strip_trailing_host_dot", kHandled},
    {kHcm, "early_header_mutation_extensions", kRejected, kNotYet},
    {kHcm, "typed_header_validation_config", kRejected, kNotYet},
    {kHcm, "forward_client_cert_matcher", kRejected, kNotYet},
    {kHcm, "forward_client_cert_details", kHandled},
    {kHcm, "set_current_client_cert_details", kIgnored, "there are no client certificates"},
    {kHcm, "access_log", kHandled},
    {kHcm, "tracing", kIgnored, "tracing is not supported yet"},
    {kHcm, "upgrade_configs", kHandled},
    {kHcmUpgrade, "upgrade_type", kHandled},
    {kHcmUpgrade, "enabled", kHandled},
    {kHcmUpgrade, "filters", kRejected, "a tunnel passes the filters of the other requests"},
    {kHcm, "local_reply_config", kHandled},
    {kLocalReply, "mappers", kHandled},
    {kLocalReply, "body_format", kHandled},
    {kMapper, "filter", kHandled},
    {kMapper, "status_code", kHandled},
    {kMapper, "body", kHandled},
    {kMapper, "body_format_override", kHandled},
    {kMapper, "headers_to_add", kHandled},
    {kHcm, "access_log_flush_interval", kIgnored, "a line is written at the end"},
    {kHcm, "access_log_options", kIgnored, "a line is written at the end"},
    {kHcm, "flush_access_log_on_new_request", kIgnored, "a line is written at the end"},
    {kHcm, "add_proxy_protocol_connection_state", kIgnored, "there is no PROXY protocol"},
    {kHcm, "add_user_agent", kIgnored, "user-agent is passed on as it came"},
    {kHcm, "always_set_request_id_in_response", kHandled},
    {kHcm, "preserve_external_request_id", kHandled},
    {kHcm, "request_id_extension", kHandled},
    {"envoy.extensions.filters.network.http_connection_manager.v3.RequestIDExtension",
     "typed_config", kHandled},
    {"envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig", "*", kIgnored, "nothing is traced"},
    {kHcm, "append_local_overload", kIgnored, "nothing is shed by load yet"},
    {kHcm, "append_x_forwarded_port", kHandled},
    {kHcm, "delayed_close_timeout", kHandled},
    {kHcm, "stream_flush_timeout", kHandled},
    {kHcm, "http1_safe_max_connection_duration", kIgnored,
     "an HTTP/1 connection ends between two requests anyway"},
    {kHcm, "http_protocol_options", kHandled},
    {kHcm, "http3_protocol_options", kIgnored, "HTTP/3 is not supported"},
    {kHcm, "proxy_100_continue", kIgnored, "100 is answered here"},
    {kHcm, "proxy_status_config", kIgnored, "proxy-status is not written"},
    {kHcm, "scheme_header_transformation", kHandled},
    {"envoy.config.core.v3.SchemeHeaderTransformation", "*", kHandled},
    {kHcm, "server_header_transformation", kHandled},
    {kHcm, "stream_error_on_invalid_http_message", kIgnored,
     "a broken message ends its connection"},
    {kHcm, "via", kHandled},
    {kHcm, "skip_xff_append", kHandled},
    {kHcm, "xff_num_trusted_hops", kHandled},
    {kHcm, "original_ip_detection_extensions", kIgnored, kOnlyForwardedFor},
    {kHcm, "represent_ipv4_remote_address_as_ipv4_mapped_ipv6", kIgnored,
     "addresses are written as they are"},
    {kHcm, "internal_address_config", kHandled},
    {"envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager."
     "InternalAddressConfig",
     "*", kHandled},
    {kHcm, "http2_protocol_options", kHandled},
    {kRds, "config_source", kHandled},
    {kRds, "route_config_name", kHandled},
    {kScopedRoutes, "name", kHandled},
    {kScopedRoutes, "scope_key_builder", kHandled},
    {kScopedRoutes, "rds_config_source", kHandled},
    {kScopedRoutes, "scoped_route_configurations_list", kHandled},
    {kScopedRoutes, "scoped_rds", kHandled},
    {kScopeKeys, "fragments", kHandled},
    {kScopeFragment, "header_value_extractor", kHandled},
    {kScopeField, "name", kHandled},
    {kScopeField, "element_separator", kHandled},
    {kScopeField, "index", kHandled},
    {kScopeField, "element", kHandled},
    {kScopeElement, "separator", kHandled},
    {kScopeElement, "key", kHandled},
    {kScopeList, "scoped_route_configurations", kHandled},
    {kScopedRds, "scoped_rds_config_source", kHandled},
    {kScopedRds, "srds_resources_locator", kRejected, "scopes are taken whole"},
    {kHttpFilter, "name", kHandled},
    {kHttpFilter, "typed_config", kHandled},
    {kHttpFilter, "is_optional", kHandled},
    {kHttpFilter, "disabled", kHandled},
    {kHttpFilter, "config_discovery", kHandled},
    {kDiscovery, "config_source", kHandled},
    {kDiscovery, "default_config", kHandled},
    {kDiscovery, "apply_default_config_without_warming", kHandled},
    {kDiscovery, "type_urls", kHandled},
    {kRouter, "dynamic_stats", kIgnored, "stats have one set"},
    {kRouter, "respect_expected_rq_timeout", kIgnored, "the timeout of the route counts"},
    {kRouter, "start_child_span", kIgnored, "tracing is not supported yet"},
    {kRouter, "strict_check_headers", kIgnored, "requests cannot change retries or timeouts"},
    {kRouter, "suppress_envoy_headers", kHandled},
    {kRouter, "suppress_grpc_request_failure_code_stats", kIgnored, "stats have one set"},
    {kRouter, "upstream_log", kIgnored, kNoAttemptLog},
    {kRouter, "upstream_log_options", kIgnored, kNoAttemptLog},
    {"envoy.extensions.filters.http.compressor.v3.Compressor", "*", kIgnored,
     "left out: responses stay as long as they are"},
    {"envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec", "*", kIgnored,
     "left out: the router does it"},
    {"envoy.extensions.filters.listener.http_inspector.v3.HttpInspector", "*", kIgnored,
     kObservesOnly},
    {"envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector", "*", kIgnored,
     kObservesOnly},
    {kRouter, "upstream_http_filters", kRejected, "upstream HTTP filters are not supported yet"},
};

}  // namespace outrigger::compiler::listener_fields
