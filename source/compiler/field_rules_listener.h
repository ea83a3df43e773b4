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
inline constexpr std::string_view kRds =
    "envoy.extensions.filters.network.http_connection_manager.v3.Rds";
inline constexpr std::string_view kHttpFilter =
    "envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter";
inline constexpr std::string_view kRouter = "envoy.extensions.filters.http.router.v3.Router";
inline constexpr std::string_view kOneChain =
    "one filter chain that matches everything is supported so far";
inline constexpr std::string_view kNoPathRules =
    "requests would be routed by a path that was not normalised";

inline constexpr FieldRule kRules[] = {
    {kListener, "name", kHandled},
    {kListener, "address", kHandled},
    {kListener, "additional_addresses", kRejected, "one address is supported so far"},
    {kListener, "stat_prefix", kHandled},
    {kListener, "filter_chains", kHandled},
    {kListener, "default_filter_chain", kHandled},
    {kListener, "fcds_config", kRejected, kNotYet},
    {kListener, "filter_chain_matcher", kRejected, kOneChain},
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
    {kListener, "access_log", kIgnored, "access logs are not supported yet"},
    {kListener, "drain_type", kIgnored, "a change drains nothing"},
    {kListener, "connection_balance_config", kIgnored, "connections are balanced anyway"},
    {kListenerFilter, "name", kHandled},
    {kListenerFilter, "typed_config", kHandled},
    {kListenerFilter, "config_discovery", kRejected, kNotYet},
    {kChain, "name", kHandled},
    {kChain, "filters", kHandled},
    {kChain, "filter_chain_match", kHandled},
    {kChain, "transport_socket", kHandled},
    {kChain, "use_proxy_proto", kHandled},
    {"envoy.config.listener.v3.FilterChainMatch", "*", kRejected, kOneChain},
    {kFilter, "name", kHandled},
    {kFilter, "typed_config", kHandled},
    {kFilter, "config_discovery", kRejected, kNotYet},
    {kHcm, "stat_prefix", kHandled},
    {kHcm, "codec_type", kHandled},
    {kHcm, "rds", kHandled},
    {kHcm, "route_config", kHandled},
    {kHcm, "scoped_routes", kRejected, kNotYet},
    {kHcm, "http_filters", kHandled},
    {kHcm, "server_name", kHandled},
    {kHcm, "common_http_protocol_options", kHandled},
    {kHcm, "max_request_headers_kb", kHandled},
    {kHcm, "stream_idle_timeout", kHandled},
    {kHcm, "drain_timeout", kHandled},
    {kHcm, "generate_request_id", kHandled},
    // These four are compiled; the data plane does not act on them yet.
    {kHcm, "request_timeout", kIgnored, "stream_idle_timeout counts"},
    {kHcm, "request_headers_timeout", kIgnored, "stream_idle_timeout counts"},
    {kHcm, "use_remote_address", kIgnored, "x-forwarded-for is passed on as it came"},
    {kHcm, "normalize_path", kHandled},
    {kHcm, "merge_slashes", kRejected, kNoPathRules},
    {kHcm, "path_with_escaped_slashes_action", kHandled},
    {kHcm, "path_normalization_options", kRejected, kNoPathRules},
    {kHcm, "strip_matching_host_port", kRejected, "hosts would be matched with their port"},
    {kHcm, "strip_any_host_port", kRejected, "hosts would be matched with their port"},
    {kHcm, "strip_trailing_host_dot", kRejected, "hosts would be matched with their dot"},
    {kHcm, "early_header_mutation_extensions", kRejected, kNotYet},
    {kHcm, "typed_header_validation_config", kRejected, kNotYet},
    {kHcm, "forward_client_cert_matcher", kRejected, kNotYet},
    {kHcm, "forward_client_cert_details", kIgnored, "there are no client certificates"},
    {kHcm, "set_current_client_cert_details", kIgnored, "there are no client certificates"},
    {kHcm, "access_log", kIgnored, "access logs are not supported yet"},
    {kHcm, "tracing", kIgnored, "tracing is not supported yet"},
    {kHcm, "upgrade_configs", kIgnored, "upgrades are refused"},
    {kHcm, "local_reply_config", kIgnored, "local replies have one form"},
    {kHcm, "http2_protocol_options", kIgnored, "HTTP/2 is not supported yet"},
    {kRds, "config_source", kHandled},
    {kRds, "route_config_name", kHandled},
    {kHttpFilter, "name", kHandled},
    {kHttpFilter, "typed_config", kHandled},
    {kHttpFilter, "is_optional", kHandled},
    {kHttpFilter, "disabled", kHandled},
    {kHttpFilter, "config_discovery", kRejected, kNotYet},
    {kRouter, "upstream_http_filters", kRejected, "upstream HTTP filters are not supported yet"},
};

}  // namespace outrigger::compiler::listener_fields
