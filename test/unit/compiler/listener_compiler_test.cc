#include "compiler/listener_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "envoy/config/listener/v3/listener.pb.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kHcmPath =
    "filter_chains[0].filters[0].typed_config{envoy.extensions.filters.network."
    "http_connection_manager.v3.HttpConnectionManager}.";
constexpr std::string_view kRouter =
    "{name: router, typed_config: {'@type': "
    "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}";

class ListenerCompilerTest : public testing::Test {
 protected:
  // A filter with a connection manager: these fields beside its prefix, its source of routes and
  // its filters.
  static std::string Hcm(std::string_view fields, std::string_view routes =
                                                      "rds: {route_config_name: r, config_source: "
                                                      "{ads: {}}}") {
    return fmt::format(
        "{{name: http, typed_config: {{'@type': type.googleapis.com/envoy.extensions.filters."
        "network.http_connection_manager.v3.HttpConnectionManager, stat_prefix: in, {}, "
        "http_filters: [{}], {}}}}}",
        routes, kRouter, fields);
  }
  static std::string Chain(std::string_view fields) {
    return fmt::format("filter_chains: [{{filters: [{}], {}}}]", Hcm(""), fields);
  }

  // A listener called `in` on port 80, with these fields beside name and address.
  Compiled<ListenerConfig> Compile(std::string_view fields) {
    return CompileYaml(fmt::format(
        "{{name: in, address: {{socket_address: {{address: 0.0.0.0, port_value: 80}}}}, {}}}",
        fields));
  }
  Compiled<ListenerConfig> CompileYaml(std::string_view yaml) {
    return CompileLikeReceived<ListenerConfig>(
        FromYaml<envoy::config::listener::v3::Listener>(yaml),
        [this](const auto& listener, auto& errors) {
          return CompileListener(listener, {{environment_, stats_, tls_}, discovered_}, errors);
        });
  }

  ListenerConfig Good(std::string_view fields) {
    const Compiled<ListenerConfig> compiled = Compile(fields);
    EXPECT_THAT(compiled.mistakes, IsEmpty());
    return compiled.value == nullptr ? ListenerConfig() : *compiled.value;
  }
  Mistakes Wrong(std::string_view fields) { return Compile(fields).mistakes; }
  ListenerConfig GoodBeside(std::string_view fields) {
    return Good(fmt::format("{}, {}", Chain(""), fields));
  }
  Mistakes WrongBeside(std::string_view fields) {
    return Wrong(fmt::format("{}, {}", Chain(""), fields));
  }

  static std::string WithHcm(std::string_view fields) {
    return fmt::format("filter_chains: [{{filters: [{}]}}]", Hcm(fields));
  }
  HttpOptions GoodHcm(std::string_view fields) { return Good(WithHcm(fields)).chains[0].http(); }
  Mistakes WrongHcm(std::string_view fields) { return Wrong(WithHcm(fields)); }

  CompileEnvironment environment_;
  stats::Registry stats_;
  xds::ResourceStore<Secret> secrets_;
  TlsCompiler tls_{secrets_, secrets_, environment_.stream_clusters};
  const xds::ResourceStore<ExtensionConfig> extensions_;
  DiscoveredFilters discovered_{extensions_, stats_, ""};
};

TEST_F(ListenerCompilerTest, WhatIsNotSaidHasDefaults) {
  const ListenerConfig listener = GoodBeside("");
  EXPECT_EQ(listener.name, "in");
  ASSERT_THAT(listener.addresses, SizeIs(1));
  EXPECT_EQ(listener.addresses[0].address.ToString(), "0.0.0.0:80");
  EXPECT_TRUE(listener.binds_to_port);
  EXPECT_EQ(listener.direction, TrafficDirection::kUnspecified);
  EXPECT_EQ(listener.backlog, ListenerConfig().backlog);
  const HttpOptions& http = listener.chains[0].http();
  EXPECT_EQ(http.stat_prefix, "in");
  EXPECT_EQ(http.route_table_name, "r");
  EXPECT_EQ(http.codec, CodecType::kAuto);
  EXPECT_TRUE(http.request->generates_request_id);
}

TEST_F(ListenerCompilerTest, AddressesAreIpOrPaths) {
  const auto address = [this](std::string_view text) {
    const auto compiled =
        CompileYaml(fmt::format("{{name: in, {}, address: {}}}", Chain(""), text));
    EXPECT_THAT(compiled.mistakes, IsEmpty());
    return compiled.value->addresses[0].address.ToString();
  };
  EXPECT_EQ(address("{socket_address: {address: '::', port_value: 0}}"), "[::]:0");
  EXPECT_EQ(address("{pipe: {path: /run/in.sock}}"), "/run/in.sock");
}

TEST_F(ListenerCompilerTest, AnAddressIsNeeded) {
  EXPECT_THAT(CompileYaml(fmt::format("{{name: in, {}}}", Chain(""))).mistakes,
              ElementsAre("address: is required"));
}

TEST_F(ListenerCompilerTest, FieldsOfTheSocketAreTaken) {
  const ListenerConfig listener =
      GoodBeside("per_connection_buffer_limit_bytes: 1024, tcp_backlog_size: 7");
  EXPECT_EQ(listener.buffer_bytes_high, 1024);
  EXPECT_EQ(listener.backlog, 7);
}

TEST_F(ListenerCompilerTest, ASocketFileMayHaveAMode) {
  const auto mode = [this](std::string_view pipe) {
    return CompileYaml(fmt::format("{{name: in, {}, address: {{pipe: {{{}}}}}}}", Chain(""), pipe))
        .value->addresses[0]
        .file_mode;
  };
  EXPECT_EQ(mode("path: /run/in.sock, mode: 432"), 0660u);
  EXPECT_EQ(mode("path: /run/in.sock"), 0u);
}

TEST_F(ListenerCompilerTest, ListenersDrainByAFailedHealthCheckUnlessTheySayOtherwise) {
  EXPECT_TRUE(GoodBeside("").drains_on_failed_health);
  EXPECT_TRUE(GoodBeside("drain_type: DEFAULT").drains_on_failed_health);
  EXPECT_FALSE(GoodBeside("drain_type: MODIFY_ONLY").drains_on_failed_health);
}

TEST_F(ListenerCompilerTest, TheDirectionIsTaken) {
  EXPECT_EQ(GoodBeside("traffic_direction: INBOUND").direction, TrafficDirection::kInbound);
  EXPECT_EQ(GoodBeside("traffic_direction: OUTBOUND").direction, TrafficDirection::kOutbound);
}

TEST_F(ListenerCompilerTest, StatsGoByAddressOrPrefix) {
  const auto scope = GoodBeside("").stats;
  EXPECT_EQ(scope, GoodBeside("traffic_direction: INBOUND").stats);
  EXPECT_NE(scope, GoodBeside("stat_prefix: other").stats);
  EXPECT_EQ(GoodHcm("").stats, GoodHcm("server_name: x").stats);
}

TEST_F(ListenerCompilerTest, AMistakeLeavesNoStatsBehind) {
  Wrong("");
  EXPECT_THAT(stats_.List(), IsEmpty());
}

TEST_F(ListenerCompilerTest, InterceptionIsRefused) {
  EXPECT_THAT(WrongBeside("use_original_dst: true"),
              ElementsAre("use_original_dst: is not supported: interception is not supported yet"));
  EXPECT_THAT(WrongBeside("transparent: true"),
              ElementsAre("transparent: is not supported: interception is not supported yet"));
  EXPECT_THAT(WrongBeside("bind_to_port: false"),
              ElementsAre("bind_to_port: is not supported: interception is not supported yet"));
  EXPECT_THAT(WrongBeside("deprecated_v1: {bind_to_port: false}"),
              ElementsAre("deprecated_v1.bind_to_port: is not supported: interception is not "
                          "supported yet"));
}

TEST_F(ListenerCompilerTest, SwitchesThatAreOffAreTaken) {
  EXPECT_THAT(WrongBeside("use_original_dst: false, transparent: false, bind_to_port: true, "
                          "deprecated_v1: {bind_to_port: true}"),
              IsEmpty());
}

TEST_F(ListenerCompilerTest, ThereIsAChain) {
  EXPECT_THAT(
      Wrong(""),
      ElementsAre("filter_chains: must have an element, or there must be a default_filter_chain"));
}

TEST_F(ListenerCompilerTest, TheDefaultChainMayBeTheOne) {
  EXPECT_EQ(
      Good(fmt::format("default_filter_chain: {{name: c, filters: [{}]}}", Hcm(""))).chains[0].name,
      "c");
}

TEST_F(ListenerCompilerTest, AChainKeepsItsName) {
  EXPECT_EQ(Good(Chain("name: c")).chains[0].name, "c");
}

TEST_F(ListenerCompilerTest, MistakesOfATransportSocketNameTheirChain) {
  EXPECT_THAT(
      Wrong(Chain("transport_socket: {name: tls, typed_config: {'@type': type.googleapis.com/envoy."
                  "extensions.transport_sockets.tls.v3.UpstreamTlsContext}}")),
      ElementsAre("filter_chains[0].transport_socket.typed_config: is envoy.extensions."
                  "transport_sockets.tls.v3.UpstreamTlsContext: only DownstreamTlsContext and "
                  "RawBuffer are supported yet"));
}

TEST_F(ListenerCompilerTest, AHandshakeHasTenSecondsUnlessTheChainSaysOtherwise) {
  EXPECT_EQ(Good(Chain("")).chains[0].handshake_timeout, std::chrono::seconds(10));
  EXPECT_EQ(Good(Chain("transport_socket_connect_timeout: 3s")).chains[0].handshake_timeout,
            std::chrono::seconds(3));
}

TEST_F(ListenerCompilerTest, TheProxyProtocolIsRefused) {
  EXPECT_THAT(Wrong(Chain("use_proxy_proto: true")),
              ElementsAre("filter_chains[0].use_proxy_proto: is not supported: the PROXY protocol "
                          "is not supported yet"));
}

TEST_F(ListenerCompilerTest, AChainEndsWithAConnectionManagerOrATcpProxy) {
  EXPECT_THAT(Wrong("filter_chains: [{}]"),
              ElementsAre("filter_chains[0].filters: must end with an HTTP connection manager or "
                          "a TCP proxy"));
  EXPECT_THAT(
      Wrong("filter_chains: [{filters: [{name: tcp, typed_config: {'@type': type.googleapis.com/"
            "envoy.extensions.filters.network.sni_cluster.v3.SniCluster}}]}]"),
      ElementsAre(
          "filter_chains[0].filters[0].typed_config: envoy.extensions.filters.network."
          "sni_cluster.v3.SniCluster is not supported yet: must be HttpConnectionManager or "
          "TcpProxy"));
}

TEST_F(ListenerCompilerTest, AConnectionManagerThatCannotBeReadIsRefused) {
  auto proto = FromYaml<envoy::config::listener::v3::Listener>(
      "{name: in, address: {pipe: {path: /x}}, filter_chains: [{filters: [{name: http}]}]}");
  auto& any = *proto.mutable_filter_chains(0)->mutable_filters(0)->mutable_typed_config();
  any.set_type_url("type.googleapis.com/" +
                   std::string("envoy.extensions.filters.network.http_connection_manager.v3."
                               "HttpConnectionManager"));
  any.set_value("\xFF");
  ValidationErrors errors;
  EXPECT_EQ(CompileListener(proto, {{environment_, stats_, tls_}, discovered_}, errors), nullptr);
  EXPECT_THAT(errors.messages(),
              ElementsAre(testing::EndsWith("HttpConnectionManager cannot be read")));
}

TEST_F(ListenerCompilerTest, RoutesComeByNameOrInline) {
  EXPECT_EQ(GoodHcm("").inline_routes, nullptr);
  const ListenerConfig listener = Good(
      fmt::format("filter_chains: [{{filters: [{}]}}]", Hcm("", "route_config: {name: local}")));
  EXPECT_EQ(listener.chains[0].http().route_table_name, "");
  EXPECT_EQ(listener.chains[0].http().inline_routes->values().name, "local");
}

TEST_F(ListenerCompilerTest, MistakesOfInlineRoutesHaveTheirPath) {
  EXPECT_THAT(Wrong(fmt::format("filter_chains: [{{filters: [{}]}}]",
                                Hcm("",
                                    "route_config: {virtual_hosts: [{name: a, domains: [b, "
                                    "b]}]}"))),
              ElementsAre(fmt::format("{}route_config.virtual_hosts[0].domains[1]: \"b\" is a "
                                      "domain of virtual host \"a\" already",
                                      kHcmPath)));
}

TEST_F(ListenerCompilerTest, RoutesComeOverAdsOrFromAFile) {
  const ListenerConfig listener =
      Good(fmt::format("filter_chains: [{{filters: [{}]}}]",
                       Hcm("", "rds: {route_config_name: r, config_source: {path: /dev/null}}")));
  EXPECT_EQ(listener.chains[0].http().route_table_name, "r");
  EXPECT_EQ(*FileOf(listener.chains[0].http().routes_source), (FileSource{"/dev/null", ""}));
  EXPECT_THAT(Wrong(fmt::format("filter_chains: [{{filters: [{}]}}]",
                                Hcm("", "rds: {config_source: {path: /none}}"))),
              ElementsAre(fmt::format("{}rds.route_config_name: is required", kHcmPath),
                          fmt::format("{}rds.config_source.path: /none does not exist", kHcmPath)));
}

TEST_F(ListenerCompilerTest, ASourceOfRoutesIsNeeded) {
  EXPECT_THAT(
      Wrong(fmt::format("filter_chains: [{{filters: [{}]}}]", Hcm("", "codec_type: AUTO"))),
      ElementsAre(testing::StartsWith(fmt::format(
          "{}route_specifier: one of its fields must be set: rds, route_config", kHcmPath))));
}

TEST_F(ListenerCompilerTest, EachAddressIsThereOnceButForPortZero) {
  constexpr std::string_view kMore = "{{address: {{socket_address: {{address: {}}}}}}}";
  const auto more = [&](std::string_view place) { return fmt::format(kMore, place); };
  EXPECT_THAT(
      WrongBeside(fmt::format("additional_addresses: [{}, {}, {}, {}]",
                              more("'::', port_value: 80"), more("0.0.0.0, port_value: 80"),
                              more("1.2.3.4, port_value: 0"), more("1.2.3.4, port_value: 0"))),
      ElementsAre("additional_addresses[1].address: is there already"));
}

TEST_F(ListenerCompilerTest, ThereAreAtMost64MoreAddresses) {
  std::string more;
  for (int i = 0; i < 65; ++i) {
    more += "{address: {socket_address: {address: 1.2.3.4, port_value: 0}}},";
  }
  EXPECT_THAT(WrongBeside("additional_addresses: [" + more + "]"),
              ElementsAre("additional_addresses: must have at most 64 items"));
}

TEST_F(ListenerCompilerTest, TimesAndLimitsAreTaken) {
  const HttpOptions http = GoodHcm(
      "max_request_headers_kb: 10, stream_idle_timeout: 1s, request_timeout: 2s, "
      "stream_flush_timeout: 0.7s, "
      "request_headers_timeout: 3s, drain_timeout: 4s, common_http_protocol_options: "
      "{max_headers_count: 5, idle_timeout: 6s}");
  EXPECT_EQ(http.head_bytes_max, 10 * 1024);
  EXPECT_EQ(http.stream_idle_timeout, std::chrono::seconds(1));
  EXPECT_EQ(http.stream_flush_timeout, std::chrono::milliseconds(700));
  EXPECT_EQ(http.request_timeout, std::chrono::seconds(2));
  EXPECT_EQ(http.request_head_timeout, std::chrono::seconds(3));
  EXPECT_EQ(http.drain_timeout, std::chrono::seconds(4));
  EXPECT_EQ(http.fields_max, 5);
  EXPECT_EQ(http.idle_timeout, std::chrono::seconds(6));
}

TEST_F(ListenerCompilerTest, LimitsHaveRanges) {
  EXPECT_THAT(
      WrongHcm("max_request_headers_kb: 0"),
      ElementsAre(fmt::format("{}max_request_headers_kb: must be greater than 0", kHcmPath)));
  EXPECT_THAT(
      WrongHcm("common_http_protocol_options: {max_headers_count: 0}"),
      ElementsAre(fmt::format(
          "{}common_http_protocol_options.max_headers_count: must be at least 1", kHcmPath)));
}

TEST_F(ListenerCompilerTest, NamesAndSwitchesAreTaken) {
  const HttpOptions http = GoodHcm(
      "server_name: me, generate_request_id: false, use_remote_address: true, codec_type: HTTP1");
  EXPECT_EQ(http.response->server_name, "me");
  EXPECT_FALSE(http.request->generates_request_id);
  EXPECT_TRUE(http.request->trust.uses_remote_address);
  EXPECT_EQ(http.codec, CodecType::kHttp1);
}

TEST_F(ListenerCompilerTest, Http3IsRefused) {
  EXPECT_THAT(WrongHcm("codec_type: HTTP3"),
              ElementsAre(fmt::format("{}codec_type: HTTP3 is not supported yet", kHcmPath)));
}

TEST_F(ListenerCompilerTest, Http2HasItsLimits) {
  const HttpOptions http = GoodHcm(
      "codec_type: HTTP2, http2_protocol_options: {max_concurrent_streams: 7, hpack_table_size: "
      "1024, initial_stream_window_size: 65535, initial_connection_window_size: 131072}");
  EXPECT_EQ(http.codec, CodecType::kHttp2);
  EXPECT_EQ(http.http2->streams_max, 7u);
  EXPECT_EQ(http.http2->header_table_bytes, 1024u);
  EXPECT_EQ(http.http2->stream_window_bytes, 65535u);
  EXPECT_EQ(http.http2->connection_window_bytes, 131072u);
}

TEST_F(ListenerCompilerTest, RulesForPathsAndHostsAreTaken) {
  const auto path = [this](std::string_view fields) { return GoodHcm(fields).request->path; };
  EXPECT_EQ(path(""), http::PathRules());
  EXPECT_EQ(path("normalize_path: true, merge_slashes: true"),
            (http::PathRules{.normalizes = true, .merges_slashes = true}));
  const auto slashes = [&path](std::string_view action) {
    return path(fmt::format("path_with_escaped_slashes_action: {}", action)).escaped_slashes;
  };
  EXPECT_EQ(slashes("KEEP_UNCHANGED"), http::EscapedSlashes::kKeep);
  EXPECT_EQ(slashes("REJECT_REQUEST"), http::EscapedSlashes::kReject);
  EXPECT_EQ(slashes("UNESCAPE_AND_REDIRECT"), http::EscapedSlashes::kRedirect);
  EXPECT_EQ(slashes("UNESCAPE_AND_FORWARD"), http::EscapedSlashes::kForward);
  const auto host = [this](std::string_view fields) { return GoodHcm(fields).request->host; };
  EXPECT_EQ(host("strip_matching_host_port: true").port, http::HostPort::kStripOwn);
  EXPECT_EQ(host("strip_any_host_port: true").port, http::HostPort::kStrip);
  EXPECT_TRUE(host("strip_trailing_host_dot: true").strips_trailing_dot);
  EXPECT_THAT(WrongHcm("strip_matching_host_port: true, strip_any_host_port: true"),
              ElementsAre(fmt::format("{}strip_any_host_port: must not be set together with "
                                      "strip_matching_host_port",
                                      kHcmPath)));
}

TEST_F(ListenerCompilerTest, RulesForUnderscoresAreTaken) {
  const auto rule = [this](std::string_view action) {
    return GoodHcm(fmt::format("common_http_protocol_options: {{headers_with_underscores_action: "
                               "{}}}",
                               action))
        .request->underscores;
  };
  EXPECT_EQ(rule("ALLOW"), UnderscoreNames::kPass);
  EXPECT_EQ(rule("REJECT_REQUEST"), UnderscoreNames::kReject);
  EXPECT_EQ(rule("DROP_HEADER"), UnderscoreNames::kDrop);
}

TEST_F(ListenerCompilerTest, R20_R44_AtTheEdgeWhatIsNotSaidIsStrict) {
  environment_.edge_listeners = {"other", "in"};
  const HttpOptions http = GoodHcm("");
  EXPECT_EQ(http.request->underscores, UnderscoreNames::kReject);
  EXPECT_EQ(http.request->path.escaped_slashes, http::EscapedSlashes::kReject);
  EXPECT_EQ(http.request_head_timeout, std::chrono::seconds(10));
  const HttpOptions told = GoodHcm(
      "path_with_escaped_slashes_action: KEEP_UNCHANGED, request_headers_timeout: 0s, "
      "common_http_protocol_options: {headers_with_underscores_action: DROP_HEADER}");
  EXPECT_EQ(told.request->underscores, UnderscoreNames::kDrop);
  EXPECT_EQ(told.request->path.escaped_slashes, http::EscapedSlashes::kKeep);
  EXPECT_EQ(told.request_head_timeout, Duration::zero());
  environment_.edge_listeners = {"other"};
  EXPECT_EQ(GoodHcm("").request->underscores, UnderscoreNames::kPass);
  EXPECT_EQ(GoodHcm("").request->path, http::PathRules());
  EXPECT_EQ(GoodHcm("").request_head_timeout, Duration::zero());
}

TEST_F(ListenerCompilerTest, WhomToBelieveIsTaken) {
  const ClientTrust trust =
      GoodHcm(
          "use_remote_address: true, xff_num_trusted_hops: 2, skip_xff_append: true, "
          "append_x_forwarded_port: true, forward_client_cert_details: ALWAYS_FORWARD_ONLY, "
          "internal_address_config: {unix_sockets: true, cidr_ranges: [{address_prefix: 10.0.0.0, "
          "prefix_len: 8}]}")
          .request->trust;
  EXPECT_TRUE(trust.uses_remote_address);
  EXPECT_EQ(trust.trusted_hops, 2u);
  EXPECT_FALSE(trust.appends_forwarded_for);
  EXPECT_TRUE(trust.appends_forwarded_port);
  EXPECT_TRUE(trust.passes_client_certificate);
  EXPECT_TRUE(trust.is_unix_internal);
  EXPECT_THAT(trust.internal_ranges,
              ElementsAre(*AddressRange::From(*Address::FromIp("10.0.0.0", 0), 8)));
  EXPECT_THAT(GoodHcm("").request->trust.internal_ranges, IsEmpty());  // R49
  for (const std::string_view way : {"SANITIZE", "FORWARD_ONLY", "SANITIZE_SET"}) {
    EXPECT_FALSE(GoodHcm(fmt::format("forward_client_cert_details: {}", way))
                     .request->trust.passes_client_certificate);
  }
}

TEST_F(ListenerCompilerTest, InternalRangesAreOfAddresses) {
  const std::string path = fmt::format("{}internal_address_config.cidr_ranges[0].", kHcmPath);
  EXPECT_THAT(WrongHcm("internal_address_config: {cidr_ranges: [{address_prefix: inside}]}"),
              ElementsAre(path + "address_prefix: must be an IP address"));
  EXPECT_THAT(WrongHcm("internal_address_config: {cidr_ranges: [{address_prefix: 10.0.0.0, "
                       "prefix_len: 33}]}"),
              ElementsAre(path + "prefix_len: must be at most 32"));
}

TEST_F(ListenerCompilerTest, WhatIsWrittenToBothSidesIsTaken) {
  const HttpOptions http = GoodHcm(
      "via: me, preserve_external_request_id: true, always_set_request_id_in_response: true, "
      "server_header_transformation: APPEND_IF_ABSENT, scheme_header_transformation: "
      "{scheme_to_overwrite: https}");
  EXPECT_EQ(http.request->via, "me");
  EXPECT_TRUE(http.request->keeps_external_request_id);
  EXPECT_EQ(http.request->scheme, "https");
  EXPECT_TRUE(http.response->tells_request_id);
  EXPECT_EQ(http.response->server, ServerHeader::kAddIfAbsent);
  EXPECT_EQ(GoodHcm("server_header_transformation: PASS_THROUGH").response->server,
            ServerHeader::kPass);
  EXPECT_FALSE(http.request->matches_upstream_scheme);
  EXPECT_TRUE(GoodHcm("scheme_header_transformation: {match_upstream: true}")
                  .request->matches_upstream_scheme);
}

TEST_F(ListenerCompilerTest, R42_WhatIsWrittenToBothSidesIsAHeaderValue) {
  EXPECT_THAT(WrongHcm("via: \"a\\nb\""),
              ElementsAre(testing::StartsWith(fmt::format("{}via: ", kHcmPath))));
  EXPECT_THAT(WrongHcm("server_name: \"a\\nb\""),
              ElementsAre(testing::StartsWith(fmt::format("{}server_name: ", kHcmPath))));
  EXPECT_THAT(WrongHcm("scheme_header_transformation: {scheme_to_overwrite: ftp}"),
              ElementsAre(testing::StartsWith(
                  fmt::format("{}scheme_header_transformation.scheme_to_overwrite: ", kHcmPath))));
}

TEST_F(ListenerCompilerTest, LimitsOfConnectionsAndStreamsAreTaken) {
  const HttpOptions http = GoodHcm(
      "delayed_close_timeout: 4s, common_http_protocol_options: {max_requests_per_connection: 7, "
      "max_connection_duration: 8s, max_stream_duration: 9s}");
  EXPECT_EQ(http.delayed_close_timeout, std::chrono::seconds(4));
  EXPECT_EQ(http.connection_requests_max, 7u);
  EXPECT_EQ(http.connection_duration_max, std::chrono::seconds(8));
  EXPECT_EQ(http.stream_duration_max, std::chrono::seconds(9));
  EXPECT_EQ(GoodHcm("").stream_duration_max, std::nullopt);
}

TEST_F(ListenerCompilerTest, LinesBeforeTheEndAreNoted) {
  EXPECT_THAT(Compile(WithHcm("flush_access_log_on_new_request: true")).ignored,
              ElementsAre(fmt::format(
                  "{}flush_access_log_on_new_request: a line is written at the end", kHcmPath)));
}

}  // namespace
}  // namespace outrigger::compiler
