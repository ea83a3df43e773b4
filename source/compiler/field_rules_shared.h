// What the shared pieces of several resources do with their fields: addresses, sources of
// configuration, headers, matchers.
//
// Thread: any (constants).
#pragma once

#include "compiler/proto_rules.h"

namespace outrigger::compiler {

// Reasons that several tables give.
inline constexpr std::string_view kNotYet = "not supported yet";
inline constexpr std::string_view kNoReader = "nothing reads it yet";
inline constexpr std::string_view kAdsOrFiles = "resources come over streams or from files";

namespace shared_fields {

using enum FieldUse;

inline constexpr std::string_view kAddress = "envoy.config.core.v3.Address";
inline constexpr std::string_view kSocketAddress = "envoy.config.core.v3.SocketAddress";
inline constexpr std::string_view kBind = "envoy.config.core.v3.BindConfig";
inline constexpr std::string_view kConfigSource = "envoy.config.core.v3.ConfigSource";
inline constexpr std::string_view kHeaderOption = "envoy.config.core.v3.HeaderValueOption";
inline constexpr std::string_view kHttpOptions = "envoy.config.core.v3.HttpProtocolOptions";
inline constexpr std::string_view kHttp1Options = "envoy.config.core.v3.Http1ProtocolOptions";
inline constexpr std::string_view kKeyFormat =
    "envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat";
inline constexpr std::string_view kHttp2Options = "envoy.config.core.v3.Http2ProtocolOptions";
inline constexpr std::string_view kTransportSocket = "envoy.config.core.v3.TransportSocket";
inline constexpr std::string_view kStringMatcher = "envoy.type.matcher.v3.StringMatcher";
inline constexpr std::string_view kCares =
    "envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig";
inline constexpr std::string_view kDataSource = "envoy.config.core.v3.DataSource";

inline constexpr FieldRule kRules[] = {
    {kAddress, "socket_address", kHandled},
    {kAddress, "pipe", kHandled},
    {kAddress, "envoy_internal_address", kRejected, "internal listeners are not supported yet"},
    {kSocketAddress, "protocol", kHandled},
    {kSocketAddress, "address", kHandled},
    {kSocketAddress, "port_value", kHandled},
    {kSocketAddress, "named_port", kRejected, "ports must be numbers"},
    {kSocketAddress, "resolver_name", kRejected,
     "resolvers are those of typed_dns_resolver_config"},
    {kSocketAddress, "network_namespace_filepath", kRejected,
     "other network namespaces are not supported"},
    {kSocketAddress, "ipv4_compat", kIgnored, "an IPv6 listener takes IPv6 only"},
    {"envoy.config.core.v3.Pipe", "path", kHandled},
    {"envoy.config.core.v3.Pipe", "mode", kHandled},
    {kConfigSource, "ads", kHandled},
    {kConfigSource, "resource_api_version", kHandled},
    {kConfigSource, "initial_fetch_timeout", kHandled},
    {kConfigSource, "path", kHandled},
    {kConfigSource, "path_config_source", kHandled},
    {"envoy.config.core.v3.PathConfigSource", "path", kHandled},
    {"envoy.config.core.v3.PathConfigSource", "watched_directory", kHandled},
    {"envoy.config.core.v3.WatchedDirectory", "path", kHandled},
    {kConfigSource, "api_config_source", kHandled},
    {kConfigSource, "authorities", kIgnored, "names are plain names"},
    {kConfigSource, "self", kRejected, kAdsOrFiles},
    {kBind, "source_address", kHandled},
    {kBind, "extra_source_addresses", kHandled},
    {kBind, "freebind", kHandled},
    {kBind, "socket_options", kHandled},
    {kBind, "additional_source_addresses", kRejected, "extra_source_addresses names them"},
    {kBind, "local_address_selector", kRejected, "the first of the destination's family is taken"},
    {"envoy.config.core.v3.ExtraSourceAddress", "*", kHandled},
    {"envoy.config.core.v3.Metadata", "filter_metadata", kHandled},
    {"envoy.config.core.v3.Metadata", "typed_filter_metadata", kIgnored, kNoReader},
    {kHeaderOption, "header", kHandled},
    {kHeaderOption, "append", kHandled},
    {kHeaderOption, "append_action", kHandled},
    {kHeaderOption, "keep_empty_value", kHandled},
    {"envoy.config.core.v3.CidrRange", "*", kHandled},
    {"envoy.config.core.v3.HeaderValue", "*", kHandled},
    {kDataSource, "inline_string", kHandled},
    {kDataSource, "inline_bytes", kHandled},
    {kDataSource, "filename", kHandled},
    {kDataSource, "environment_variable", kHandled},
    {kDataSource, "watched_directory", kIgnored, "files are read once so far"},
    {kTransportSocket, "name", kHandled},
    {kTransportSocket, "typed_config", kHandled},
    {kHttp1Options, "accept_http_10", kHandled},
    {kHttp1Options, "default_host_for_http_10", kHandled},
    {kHttp1Options, "header_key_format", kHandled},
    {kHttp1Options, "allow_absolute_url", kIgnored, "absolute targets are always understood"},
    {kHttp1Options, "allow_chunked_length", kRejected, "it lets requests be smuggled"},
    {kHttp1Options, "enable_trailers", kIgnored, "trailers always pass"},
    {kHttp1Options, "send_fully_qualified_url", kRejected, kNotYet},
    {kHttp1Options, "ignore_http_11_upgrade", kIgnored,
     "an upgrade that is not configured is refused"},
    {kHttp1Options, "*", kIgnored, "HTTP/1 is read one way, the strict one"},
    {kKeyFormat, "proper_case_words", kHandled},
    {kKeyFormat, "stateful_formatter", kHandled},
    {"envoy.config.core.v3.TypedExtensionConfig", "name", kHandled},
    {"envoy.config.core.v3.TypedExtensionConfig", "typed_config", kHandled},
    {"envoy.config.core.v3.DnsResolverOptions", "*", kHandled},
    {"envoy.config.core.v3.DnsResolutionConfig", "resolvers", kHandled},
    {"envoy.config.core.v3.DnsResolutionConfig", "dns_resolver_options", kHandled},
    {kCares, "resolvers", kHandled},
    {kCares, "use_resolvers_as_fallback", kHandled},
    {kCares, "filter_unroutable_families", kIgnored, "every family asked for counts"},
    {kCares, "dns_resolver_options", kHandled},
    {kCares, "udp_max_queries", kHandled},
    {kCares, "query_timeout_seconds", kHandled},
    {kCares, "query_tries", kHandled},
    {kCares, "rotate_nameservers", kHandled},
    {kCares, "edns0_max_payload_size", kHandled},
    {kCares, "max_udp_channel_duration", kIgnored, "channels are renewed anyway"},
    {kCares, "reinit_channel_on_timeout", kIgnored, "channels are renewed anyway"},
    {"envoy.extensions.network.dns_resolver.getaddrinfo.v3.GetAddrInfoDnsResolverConfig", "*",
     kIgnored, "c-ares resolves names"},
    {"envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig",
     "forward_reason_phrase", kIgnored, "reason phrases are those of the RFC"},
    {"envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig",
     "formatter_type_on_envoy_headers", kIgnored, "added headers are in lower case"},
    {kHttp2Options, "max_concurrent_streams", kHandled},
    {kHttp2Options, "initial_stream_window_size", kHandled},
    {kHttp2Options, "initial_connection_window_size", kHandled},
    {kHttp2Options, "hpack_table_size", kHandled},
    {kHttp2Options, "allow_connect", kHandled},
    {kHttp2Options, "connection_keepalive", kHandled},
    {"envoy.config.core.v3.KeepaliveSettings", "*", kHandled},
    {kHttp2Options, "*", kIgnored, "one budget bounds what a peer may cost"},
    {kHttpOptions, "idle_timeout", kHandled},
    {kHttpOptions, "max_headers_count", kHandled},
    {kHttpOptions, "max_requests_per_connection", kHandled},
    {kHttpOptions, "headers_with_underscores_action", kHandled},
    {kHttpOptions, "max_connection_duration", kHandled},
    {kHttpOptions, "max_response_headers_kb", kIgnored, "heads have one limit"},
    {kHttpOptions, "max_stream_duration", kHandled},
    {"envoy.type.matcher.v3.RegexMatcher", "*", kHandled},
    {"envoy.type.matcher.v3.RegexMatchAndSubstitute", "*", kHandled},
    {kStringMatcher, "exact", kHandled},
    {kStringMatcher, "prefix", kHandled},
    {kStringMatcher, "suffix", kHandled},
    {kStringMatcher, "contains", kHandled},
    {kStringMatcher, "safe_regex", kHandled},
    {kStringMatcher, "ignore_case", kHandled},
    {kStringMatcher, "custom", kRejected, kNotYet},
    {"envoy.type.v3.Int64Range", "*", kHandled},
    {"envoy.type.v3.Percent", "*", kHandled},
};

}  // namespace shared_fields
}  // namespace outrigger::compiler
