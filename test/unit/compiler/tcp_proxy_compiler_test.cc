#include "compiler/tcp_proxy_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/listener_compiler.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "test/support/labelled_endpoints.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kPath =
    "filter_chains[0].filters[0].typed_config{envoy.extensions.filters.network.tcp_proxy.v3."
    "TcpProxy}.";

class TcpProxyCompilerTest : public testing::Test {
 protected:
  // A listener that ends in a TCP proxy with these fields.
  Compiled<ListenerConfig> Compile(std::string_view fields) {
    const std::string yaml = fmt::format(
        "{{name: in, address: {{socket_address: {{address: 0.0.0.0, port_value: 80}}}}, "
        "filter_chains: [{{filters: [{{name: tcp, typed_config: {{'@type': type.googleapis.com/"
        "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, {}}}}}]}}]}}",
        fields);
    return CompileLikeReceived<ListenerConfig>(
        FromYaml<envoy::config::listener::v3::Listener>(yaml),
        [this](const auto& listener, auto& errors) {
          return CompileListener(listener, {{environment_, stats_, tls_}, discovered_}, errors);
        });
  }
  TcpOptions Good(std::string_view fields) {
    const auto compiled = Compile(fmt::format("stat_prefix: in, {}", fields));
    EXPECT_THAT(compiled.mistakes, IsEmpty());
    return compiled.value == nullptr ? TcpOptions() : compiled.value->chains[0].tcp();
  }
  Mistakes Wrong(std::string_view fields) {
    return Compile(fmt::format("stat_prefix: in, {}", fields)).mistakes;
  }
  static std::string At(std::string_view rest) { return fmt::format("{}{}", kPath, rest); }

  CompileEnvironment environment_;
  stats::Registry stats_;
  xds::ResourceStore<Secret> secrets_;
  TlsCompiler tls_{secrets_, secrets_, environment_.stream_clusters};
  const xds::ResourceStore<ExtensionConfig> extensions_;
  DiscoveredFilters discovered_{extensions_, stats_, ""};
};

TEST_F(TcpProxyCompilerTest, WhatIsNotSaidIsAsInEnvoy) {
  const TcpOptions tcp = Good("cluster: c");
  EXPECT_EQ(tcp.stat_prefix, "in");
  EXPECT_THAT(tcp.cluster_names, ElementsAre("c"));
  EXPECT_EQ(tcp.idle_timeout, hours(1));
  EXPECT_EQ(tcp.max_connection_duration, Duration::zero());
  EXPECT_EQ(tcp.max_connect_attempts, 1u);
  ASSERT_NE(tcp.stats, nullptr);
  EXPECT_EQ(tcp.stats->Start(), "tcp.in.");
}

TEST_F(TcpProxyCompilerTest, TimesAndAttemptsAreKept) {
  const TcpOptions tcp = Good(
      "cluster: c, idle_timeout: 0s, max_downstream_connection_duration: 1.5s, "
      "max_connect_attempts: 3");
  EXPECT_EQ(tcp.idle_timeout, Duration::zero());
  EXPECT_EQ(tcp.max_connection_duration, milliseconds(1500));
  EXPECT_EQ(tcp.max_connect_attempts, 3u);
}

TEST_F(TcpProxyCompilerTest, WeightsSayHowOftenAClusterIsChosen) {
  const TcpOptions tcp = Good(
      "weighted_clusters: {clusters: [{name: a, weight: 1}, {name: b, weight: 4294967295}, "
      "{name: a, weight: 2}]}");
  EXPECT_THAT(tcp.cluster_names, ElementsAre("a", "b", "a"));
  const uint64_t b_end = uint64_t{1} + 4294967295;
  EXPECT_EQ(tcp.ChooseCluster(0), 0u);
  EXPECT_EQ(tcp.ChooseCluster(1), 1u);
  EXPECT_EQ(tcp.ChooseCluster(b_end - 1), 1u);
  EXPECT_EQ(tcp.ChooseCluster(b_end), 2u);
  EXPECT_EQ(tcp.ChooseCluster(b_end + 1), 2u);
  EXPECT_EQ(tcp.ChooseCluster(b_end + 2), 0u);
}

TEST_F(TcpProxyCompilerTest, ACorrectProxyNamesItselfAndAtLeastOneCluster) {
  EXPECT_THAT(Compile("cluster: c").mistakes, ElementsAre(HasSubstr(At("stat_prefix: "))));
  EXPECT_THAT(Wrong("idle_timeout: 1s"), ElementsAre(HasSubstr("cluster_specifier")));
  EXPECT_THAT(Wrong("cluster: ''"), ElementsAre(At("cluster: must not be empty")));
  EXPECT_THAT(Wrong("weighted_clusters: {clusters: []}"),
              ElementsAre(HasSubstr(At("weighted_clusters.clusters: "))));
}

TEST_F(TcpProxyCompilerTest, EachMistakeHasItsPath) {
  EXPECT_THAT(Wrong("weighted_clusters: {clusters: [{name: a, weight: 0}, {name: '', weight: 1}]}"),
              testing::UnorderedElementsAre(HasSubstr(At("weighted_clusters.clusters[0].weight: ")),
                                            HasSubstr(At("weighted_clusters.clusters[1].name: "))));
  EXPECT_THAT(Wrong("cluster: c, max_connect_attempts: 0"),
              ElementsAre(HasSubstr(At("max_connect_attempts: "))));
  EXPECT_THAT(Wrong("cluster: c, max_downstream_connection_duration: 0s"),
              ElementsAre(HasSubstr(At("max_downstream_connection_duration: "))));
}

TEST_F(TcpProxyCompilerTest, WhatWouldSendConnectionsElsewhereIsRefused) {
  EXPECT_THAT(Wrong("cluster: c, tunneling_config: {hostname: 'h:1'}"),
              ElementsAre(At("tunneling_config: is not supported: bytes would go to the upstream "
                             "outside of a tunnel")));
}

TEST_F(TcpProxyCompilerTest, AClusterThatIsNotThereMayBeFetched) {
  const std::string ads = "cluster: c, on_demand: {odcds_config: {ads: {}}";
  EXPECT_FALSE(Good("cluster: c, on_demand: {}").fetch.has_value());
  EXPECT_EQ(Good(ads + "}").fetch->wait_max, std::chrono::minutes(1));
  EXPECT_EQ(Good(ads + ", timeout: 2s}").fetch->wait_max, std::chrono::seconds(2));
  EXPECT_EQ(Good(ads + "}").fetch->source, nullptr);
}

TEST_F(TcpProxyCompilerTest, ItMayBeFetchedOverAStreamOfItsOwn) {
  const auto from = [](const std::string& api_type) {
    return fmt::format(
        "cluster: c, on_demand: {{odcds_config: {{api_config_source: {{api_type: {}, "
        "transport_api_version: V3, grpc_services: [{{envoy_grpc: {{cluster_name: xds}}}}]}}}}}}",
        api_type);
  };
  EXPECT_EQ(StreamOf(Good(from("DELTA_GRPC")).fetch->source)->cluster, "xds");
  const std::string at = "on_demand.odcds_config";
  EXPECT_THAT(Wrong(from("GRPC")),
              ElementsAre(HasSubstr(At(at + ".api_config_source.api_type: must be DELTA_GRPC"))));
  EXPECT_THAT(Wrong("cluster: c, on_demand: {odcds_config: {path_config_source: {path: /}}}"),
              ElementsAre(HasSubstr(At(at + ": must be ads or api_config_source"))));
  EXPECT_THAT(Wrong("cluster: c, on_demand: {resources_locator: xdstp://a/b}"),
              ElementsAre(HasSubstr(At("on_demand.resources_locator: is not supported"))));
  environment_.stream_clusters.emplace();
  EXPECT_THAT(Wrong(from("DELTA_GRPC")),
              ElementsAre(HasSubstr("must be a cluster of the bootstrap")));
}

TEST_F(TcpProxyCompilerTest, LabelsOfAWeightedClusterCountBeforeThoseOfTheProxy) {
  const TcpOptions options = Good(
      "metadata_match: {filter_metadata: {envoy.lb: {a: x, b: w}}}, weighted_clusters: "
      "{clusters: [{name: c, weight: 1}, {name: d, weight: 1, metadata_match: "
      "{filter_metadata: {envoy.lb: {b: z}}}}]}");
  EXPECT_EQ(*options.endpoint_criteria[0],
            test::Labels({{"a", test::Text("x")}, {"b", test::Text("w")}}));
  EXPECT_EQ(*options.endpoint_criteria[1],
            test::Labels({{"a", test::Text("x")}, {"b", test::Text("z")}}));
  EXPECT_EQ(Good("cluster: c").endpoint_criteria[0], nullptr);
}

TEST_F(TcpProxyCompilerTest, WhatChangesNothingIsLeftOut) {
  Good("cluster: c, flush_access_log_on_connected: true, hash_policy: [{source_ip: {}}]");
}

}  // namespace
}  // namespace outrigger::compiler
