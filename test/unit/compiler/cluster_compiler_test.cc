#include "compiler/cluster_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "envoy/config/cluster/v3/cluster.pb.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ClusterCompilerTest : public testing::Test {
 protected:
  // A cluster called `web` with these fields beside its name.
  Compiled<Cluster> Compile(std::string_view fields) {
    const auto proto =
        FromYaml<envoy::config::cluster::v3::Cluster>(fmt::format("{{name: web, {}}}", fields));
    return CompileLikeReceived<Cluster>(proto, [this](const auto& cluster, auto& errors) {
      return CompileCluster(cluster, {environment_, stats_, tls_}, errors);
    });
  }

  Cluster Good(std::string_view fields) {
    const Compiled<Cluster> compiled = Compile(fields);
    EXPECT_THAT(compiled.mistakes, IsEmpty());
    return compiled.value == nullptr ? Cluster() : *compiled.value;
  }
  Mistakes Wrong(std::string_view fields) { return Compile(fields).mistakes; }

  static std::string HttpOptions(std::string_view fields) {
    return fmt::format(
        "typed_extension_protocol_options: {{envoy.extensions.upstreams.http.v3."
        "HttpProtocolOptions: {{'@type': type.googleapis.com/envoy.extensions.upstreams.http.v3."
        "HttpProtocolOptions, {}}}}}",
        fields);
  }

  CompileEnvironment environment_;
  stats::Registry stats_;
  xds::ResourceStore<Secret> secrets_;
  TlsCompiler tls_{secrets_, secrets_, environment_.stream_clusters};
};

constexpr std::string_view kHttpOptionsPath =
    "typed_extension_protocol_options[envoy.extensions.upstreams.http.v3.HttpProtocolOptions]";

TEST_F(ClusterCompilerTest, ANameAloneIsAStaticClusterWithoutEndpoints) {
  const Cluster cluster = Good("");
  EXPECT_EQ(cluster.name, "web");
  EXPECT_EQ(cluster.stat_name, "web");
  EXPECT_EQ(cluster.type, ClusterType::kStatic);
  EXPECT_THAT(cluster.static_endpoints->endpoints, IsEmpty());
  EXPECT_EQ(cluster.codec.protocol, UpstreamProtocol::kHttp1);
  EXPECT_EQ(cluster.connect_timeout, std::chrono::seconds(5));
  EXPECT_EQ(cluster.idle_timeout, std::chrono::hours(1));
  EXPECT_EQ(cluster.limits, CircuitLimits());
}

TEST_F(ClusterCompilerTest, AClusterNeedsAName) {
  const envoy::config::cluster::v3::Cluster proto;
  const auto compiled =
      CompileLikeReceived<Cluster>(proto, [this](const auto& cluster, auto& errors) {
        return CompileCluster(cluster, {environment_, stats_, tls_}, errors);
      });
  EXPECT_THAT(compiled.mistakes, ElementsAre("name: must have at least 1 character"));
}

TEST_F(ClusterCompilerTest, StatsGoByTheAlternativeName) {
  EXPECT_EQ(Good("alt_stat_name: 'other;'").stat_name, "other;");
}

TEST_F(ClusterCompilerTest, EqualNamesShareTheirStats) {
  const Cluster first = Good("");
  EXPECT_EQ(first.stats, Good("connect_timeout: 1s").stats);
  EXPECT_NE(first.stats, Good("alt_stat_name: other").stats);
}

TEST_F(ClusterCompilerTest, EqualProtosAreEqualValues) {
  EXPECT_TRUE(Good("type: EDS, eds_cluster_config: {eds_config: {ads: {}}}") ==
              Good("eds_cluster_config: {eds_config: {ads: {}}}, type: EDS"));
  EXPECT_FALSE(Good("connect_timeout: 1s") == Good("connect_timeout: 2s"));
}

TEST_F(ClusterCompilerTest, AMistakeLeavesNoStatsBehind) {
  Wrong("type: ORIGINAL_DST");
  EXPECT_THAT(stats_.List(), IsEmpty());
}

TEST_F(ClusterCompilerTest, StaticEndpointsAreCompiled) {
  const Cluster cluster = Good(
      "type: STATIC, load_assignment: {cluster_name: web, endpoints: [{lb_endpoints: [{endpoint: "
      "{address: {socket_address: {address: 10.0.0.1, port_value: 80}}}}]}]}");
  ASSERT_THAT(cluster.static_endpoints->endpoints, SizeIs(1));
  EXPECT_EQ(cluster.static_endpoints->endpoints[0].address.ToString(), "10.0.0.1:80");
}

TEST_F(ClusterCompilerTest, MistakesOfStaticEndpointsHaveTheirPath) {
  EXPECT_THAT(
      Wrong("load_assignment: {cluster_name: web, endpoints: [{lb_endpoints: [{endpoint: {address: "
            "{socket_address: {address: example.org, port_value: 80}}}}]}]}"),
      ElementsAre("load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address."
                  "address: must be an IP address, is \"example.org\""));
}

TEST_F(ClusterCompilerTest, X53_EdsGoesByTheServiceNameOrTheClustersName) {
  const Cluster plain = Good("type: EDS, eds_cluster_config: {eds_config: {ads: {}}}");
  EXPECT_EQ(plain.type, ClusterType::kEds);
  EXPECT_EQ(plain.eds_name, "web");
  EXPECT_EQ(plain.static_endpoints, nullptr);
  EXPECT_EQ(
      Good("type: EDS, eds_cluster_config: {service_name: web-v1, eds_config: {ads: {}}}").eds_name,
      "web-v1");
}

TEST_F(ClusterCompilerTest, EdsComesOverAdsOrFromAFile) {
  const Cluster cluster =
      Good("type: EDS, eds_cluster_config: {eds_config: {path_config_source: {path: /dev/null}}}");
  EXPECT_EQ(cluster.eds_name, "web");
  EXPECT_EQ(*FileOf(cluster.endpoints_source), (FileSource{"/dev/null", ""}));
  EXPECT_THAT(
      Wrong("type: EDS"),
      ElementsAre(
          "eds_cluster_config.eds_config: must be ads, api_config_source or path_config_source"));
  EXPECT_THAT(Wrong("type: EDS, eds_cluster_config: {eds_config: {path: /none}}"),
              ElementsAre("eds_cluster_config.eds_config.path: /none does not exist"));
}

TEST_F(ClusterCompilerTest, EdsIsForClustersOfItsTypeOnly) {
  EXPECT_THAT(Wrong("type: STATIC, eds_cluster_config: {eds_config: {ads: {}}}"),
              ElementsAre("eds_cluster_config: must not be set unless type is EDS"));
}

TEST_F(ClusterCompilerTest, OtherTypesAreRefusedByName) {
  EXPECT_THAT(Wrong("type: ORIGINAL_DST"),
              ElementsAre("type: ORIGINAL_DST is not supported yet: must be STATIC, EDS, "
                          "STRICT_DNS or LOGICAL_DNS"));
}

TEST_F(ClusterCompilerTest, ATypeWithoutANameIsRefused) {
  envoy::config::cluster::v3::Cluster proto;
  proto.set_name("web");
  proto.set_type(static_cast<envoy::config::cluster::v3::Cluster::DiscoveryType>(99));
  const auto compiled =
      CompileLikeReceived<Cluster>(proto, [this](const auto& cluster, auto& errors) {
        return CompileCluster(cluster, {environment_, stats_, tls_}, errors);
      });
  EXPECT_THAT(compiled.mistakes, ElementsAre(testing::StartsWith("type: ")));
}

TEST_F(ClusterCompilerTest, OtherCustomTypesAreRefused) {
  EXPECT_THAT(Wrong("cluster_type: {name: envoy.clusters.redis}"),
              ElementsAre("cluster_type.typed_config: empty is not supported yet: must be a "
                          "DnsCluster"));
}

TEST_F(ClusterCompilerTest, TimesAndSizesAreTaken) {
  const Cluster cluster = Good(
      "connect_timeout: 0.25s, per_connection_buffer_limit_bytes: 1024, "
      "max_requests_per_connection: 7");
  EXPECT_EQ(cluster.connect_timeout, std::chrono::milliseconds(250));
  EXPECT_EQ(cluster.buffer_bytes_high, 1024);
  EXPECT_EQ(cluster.max_requests_per_connection, 7);
}

TEST_F(ClusterCompilerTest, AConnectTimeoutMustBePositive) {
  EXPECT_THAT(Wrong("connect_timeout: 0s"), ElementsAre("connect_timeout: must be more than 0s"));
}

TEST_F(ClusterCompilerTest, TheFirstThresholdsOfTheDefaultPriorityCount) {
  const CircuitLimits limits =
      Good(
          "circuit_breakers: {thresholds: [{priority: HIGH, max_connections: 1}, "
          "{max_connections: 2, max_pending_requests: 3, max_requests: 4, max_retries: 5}, "
          "{max_connections: 6}]}")
          .limits;
  EXPECT_EQ(limits.max_connections, 2);
  EXPECT_EQ(limits.max_pending_requests, 3);
  EXPECT_EQ(limits.max_requests, 4);
  EXPECT_EQ(limits.max_retries, 5);
}

TEST_F(ClusterCompilerTest, LimitsThatAreNotSetKeepTheirDefaults) {
  const CircuitLimits limits = Good("circuit_breakers: {thresholds: [{max_requests: 4}]}").limits;
  EXPECT_EQ(limits.max_requests, 4);
  EXPECT_EQ(limits.max_connections, CircuitLimits().max_connections);
}

TEST_F(ClusterCompilerTest, Http2IsChosenExplicitly) {
  EXPECT_EQ(Good(HttpOptions("explicit_http_config: {http2_protocol_options: {}}")).codec.protocol,
            UpstreamProtocol::kHttp2);
  EXPECT_EQ(Good(HttpOptions("explicit_http_config: {http_protocol_options: {}}")).codec.protocol,
            UpstreamProtocol::kHttp1);
}

TEST_F(ClusterCompilerTest, OnlyAClusterThatSpeaksHttp2CountsWhatItsCodecsDo) {
  EXPECT_EQ(Good("").http2_stats, nullptr);
  const Cluster http2 = Good("http2_protocol_options: {}");
  ASSERT_NE(http2.http2_stats, nullptr);
  EXPECT_EQ(http2.http2_stats->Start(), http2.stats->Start());
}

TEST_F(ClusterCompilerTest, TheOldFieldForHttp2IsTaken) {
  EXPECT_EQ(Good("http2_protocol_options: {max_concurrent_streams: 10}").codec.protocol,
            UpstreamProtocol::kHttp2);
}

TEST_F(ClusterCompilerTest, TheTypedOptionsWinOverTheOldFields) {
  EXPECT_EQ(Good("http2_protocol_options: {}, " +
                 HttpOptions("explicit_http_config: {http_protocol_options: {}}"))
                .codec.protocol,
            UpstreamProtocol::kHttp1);
}

TEST_F(ClusterCompilerTest, OptionsOfHttpInBothPlacesAreTaken) {
  const Cluster old =
      Good("common_http_protocol_options: {idle_timeout: 3s, max_requests_per_connection: 4}");
  EXPECT_EQ(old.idle_timeout, std::chrono::seconds(3));
  EXPECT_EQ(old.max_requests_per_connection, 4);
  const Cluster typed = Good(HttpOptions(
      "explicit_http_config: {http_protocol_options: {}}, common_http_protocol_options: "
      "{idle_timeout: 0s, max_requests_per_connection: 5}"));
  EXPECT_EQ(typed.idle_timeout, Duration::zero());
  EXPECT_EQ(typed.max_requests_per_connection, 5);
}

TEST_F(ClusterCompilerTest, AProtocolMustBeChosen) {
  EXPECT_THAT(
      Wrong(HttpOptions("common_http_protocol_options: {}")),
      ElementsAre(fmt::format("{}{{envoy.extensions.upstreams.http.v3.HttpProtocolOptions}}."
                              "upstream_protocol_options: one of its fields must be set: "
                              "explicit_http_config, use_downstream_protocol_config, auto_config",
                              kHttpOptionsPath)));
}

TEST_F(ClusterCompilerTest, ProtocolsAreAgreedOnWithinTlsOnly) {
  EXPECT_THAT(
      Wrong(HttpOptions("auto_config: {}")),
      ElementsAre(fmt::format("{}.auto_config: needs TLS: the protocol is agreed on by ALPN",
                              kHttpOptionsPath)));
}

TEST_F(ClusterCompilerTest, ProtocolsOfTheRequestHaveOptionsForBoth) {
  const UpstreamCodec codec =
      Good(HttpOptions("use_downstream_protocol_config: {http_protocol_options: "
                       "{header_key_format: {proper_case_words: {}}}, http2_protocol_options: "
                       "{initial_stream_window_size: 70000}}"))
          .codec;
  EXPECT_EQ(codec.For(http::Version::kHttp10), UpstreamProtocol::kHttp1);
  EXPECT_EQ(codec.For(http::Version::kHttp11), UpstreamProtocol::kHttp1);
  EXPECT_EQ(codec.For(http::Version::kHttp2), UpstreamProtocol::kHttp2);
  EXPECT_EQ(codec.http1.header_case, http::http1::HeaderCase::kProper);
  EXPECT_EQ(codec.http2->stream_window_bytes, 70000u);
}

TEST_F(ClusterCompilerTest, OtherProtocolOptionsAreRefusedByType) {
  EXPECT_THAT(Wrong("typed_extension_protocol_options: {x: {'@type': "
                    "type.googleapis.com/envoy.config.core.v3.Node}}"),
              ElementsAre("typed_extension_protocol_options[x]: must be HttpProtocolOptions, is "
                          "envoy.config.core.v3.Node"));
}

TEST_F(ClusterCompilerTest, OptionsOfHttp1InBothPlacesAreTaken) {
  using http::http1::HeaderCase;
  constexpr std::string_view kProper = "header_key_format: {proper_case_words: {}}";
  EXPECT_EQ(Good(fmt::format("http_protocol_options: {{{}}}", kProper)).codec.http1.header_case,
            HeaderCase::kProper);
  EXPECT_EQ(Good(HttpOptions(fmt::format("explicit_http_config: {{http_protocol_options: {{{}}}}}",
                                         kProper)))
                .codec.http1.header_case,
            HeaderCase::kProper);
}

TEST_F(ClusterCompilerTest, UpgradesOverHttp2HaveToBeAllowed) {
  constexpr http::Version kHttp1 = http::Version::kHttp11;
  EXPECT_TRUE(Good("type: STATIC").codec.TakesUpgrades(kHttp1));
  EXPECT_FALSE(Good("http2_protocol_options: {}").codec.TakesUpgrades(kHttp1));
  EXPECT_TRUE(Good("http2_protocol_options: {allow_connect: true}").codec.TakesUpgrades(kHttp1));
  const UpstreamCodec codec = Good(HttpOptions("use_downstream_protocol_config: {}")).codec;
  EXPECT_TRUE(codec.TakesUpgrades(kHttp1));
  EXPECT_FALSE(codec.TakesUpgrades(http::Version::kHttp2));
}

TEST_F(ClusterCompilerTest, BalancingIsTaken) {
  EXPECT_EQ(Good("").lb, LbOptions());
  EXPECT_EQ(Good("lb_policy: RANDOM").lb.policy, LbPolicy::kRandom);
}

TEST_F(ClusterCompilerTest, PlaintextDoesNotTakeThePlaceOfWhatIsNotKnown) {
  EXPECT_THAT(Wrong("transport_socket: {name: tls}"),
              ElementsAre("transport_socket.typed_config: is empty: only UpstreamTlsContext and "
                          "RawBuffer are supported yet"));
}

TEST_F(ClusterCompilerTest, SpeaksTlsWhereTheTransportSocketDoes) {
  EXPECT_EQ(Good("").tls, nullptr);
  EXPECT_NE(Good("transport_socket: {name: tls, typed_config: {'@type': type.googleapis.com/envoy."
                 "extensions.transport_sockets.tls.v3.UpstreamTlsContext}}")
                .tls,
            nullptr);
}

TEST_F(ClusterCompilerTest, APlainTransportSocketIsTaken) {
  EXPECT_THAT(
      Wrong("transport_socket: {name: raw, typed_config: {'@type': type.googleapis.com/envoy."
            "extensions.transport_sockets.raw_buffer.v3.RawBuffer}}"),
      IsEmpty());
}

TEST_F(ClusterCompilerTest, AllMistakesAreToldAtOnce) {
  EXPECT_THAT(
      Wrong("type: ORIGINAL_DST, connect_timeout: 0s, original_dst_lb_config: {}, filters: [{name: "
            "x}]"),
      SizeIs(4));
}

}  // namespace
}  // namespace outrigger::compiler
