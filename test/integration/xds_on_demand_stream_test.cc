// Clusters that are fetched on demand over a stream of their own (ODCDS).
#include <fmt/format.h>

#include <algorithm>

#include "test/integration/xds_fixture.h"
#include "test/support/raw_peer.h"

namespace outrigger::test {
namespace {

using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kOwnStream =
    "api_config_source: {api_type: DELTA_GRPC, transport_api_version: V3, grpc_services: "
    "[{envoy_grpc: {cluster_name: fetched_from}}]}";
constexpr std::string_view kExtensions = "type.googleapis.com/envoy.extensions.filters";

std::string StaticCluster(const std::string& name, uint16_t port, const std::string& fields = "") {
  return fmt::format(
      "{{name: {0}, type: STATIC, {2}load_assignment: {{cluster_name: {0}, endpoints: "
      "[{{lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, "
      "port_value: {1}}}}}}}}}]}}]}}}}",
      name, port, fields);
}

// Everything but the clusters that are fetched comes from `ads_`.
class XdsOnDemandStreamTest : public XdsTest {
 protected:
  void Start() {
    std::string bootstrap = StaticBootstrap{.listeners = {}, .ads_port = ads_.port()}.ToYaml();
    const std::string_view clusters = "\n  clusters:";
    bootstrap.insert(
        bootstrap.find(clusters) + clusters.size(),
        "\n  - " + StaticCluster("fetched_from", odcds_.port(), "http2_protocol_options: {}, "));
    StartProxy(bootstrap);
    // Not by asking it: that would be a connection.
    ASSERT_TRUE(proxy_->WaitForStat("listener_manager.listener_create_success", 1));
    ASSERT_NE(port_ = proxy_->ListenerPort("ingress"), 0);
  }
  // Requests name their clusters in x-cluster.
  void StartHttp(const std::string& route_fields = "") {
    SetRouteYaml(ads_, "1",
                 "{name: routes, virtual_hosts: [{name: all, domains: ['*'], routes: [{match: "
                 "{prefix: /}, route: {cluster_header: x-cluster}" +
                     route_fields + "}]}]}");
    std::string listener = ListenerYaml("ingress", "routes");
    listener.insert(listener.find("- name: router"),
                    fmt::format("- {{name: fetch, typed_config: {{'@type': {}.http.on_demand.v3."
                                "OnDemand, odcds: {{source: {{{}}}, timeout: 600s}}}}}}\n      ",
                                kExtensions, kOwnStream));
    SetListenerYaml(ads_, "1", listener);
    Start();
  }
  void StartTcp() {
    SetListenerYaml(
        ads_, "1",
        fmt::format("{{name: ingress, address: {{socket_address: {{address: 127.0.0.1, port_value: "
                    "0}}}}, filter_chains: [{{filters: [{{name: tcp, typed_config: {{'@type': {}."
                    "network.tcp_proxy.v3.TcpProxy, stat_prefix: relay, cluster: late, on_demand: "
                    "{{odcds_config: {{{}}}, timeout: 600s}}}}}}]}}]}}",
                    kExtensions, kOwnStream));
    Start();
  }
  RawPeer Ask(const std::string& cluster = "late") {
    RawPeer client = RawPeer::ConnectTo(port_);
    EXPECT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: a\r\nx-cluster: " + cluster + "\r\n\r\n"));
    return client;
  }
  void SetFetched(const std::string& name, const Backend& backend) {
    odcds_.Set(kCluster, name, std::to_string(++version_),
               ClusterBytes(StaticCluster(name, backend.port())));
  }
  bool WaitForAnswer(const std::string& cluster, const std::string& end) {
    return WaitFor([&] { return Ask(cluster).ReadMessage().ends_with(end); });
  }
  static bool Names(const google::protobuf::RepeatedPtrField<std::string>& names,
                    const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  xds::AdsServer odcds_;
  int version_ = 0;
};

TEST_F(XdsOnDemandStreamTest, ARequestWaitsForAClusterOfThatStream) {
  SetFetched("late", backend_b_);
  StartHttp();
  EXPECT_THAT(Ask().ReadMessage(), EndsWith("\r\n\r\nb"));
  EXPECT_THAT(odcds_.methods(),
              Contains("/envoy.service.cluster.v3.ClusterDiscoveryService/DeltaClusters"));
  // Its first request names what is needed: nothing else is asked for.
  EXPECT_THAT(odcds_.requests().at(0).resource_names_subscribe(), testing::ElementsAre("late"));
  for (const Request& request : ads_.requests()) {
    EXPECT_FALSE(Names(request.resource_names_subscribe(), "late"));
  }
}

TEST_F(XdsOnDemandStreamTest, AConnectionDoesToo) {
  SetFetched("late", backend_b_);
  StartTcp();
  EXPECT_THAT(Ask().ReadMessage(), EndsWith("\r\n\r\nb"));
  EXPECT_EQ(proxy_->Stat("tcp.relay.on_demand_cluster_success"), 1);
}

TEST_F(XdsOnDemandStreamTest, ItIsUpdatedOverThatStream) {
  SetFetched("late", backend_b_);
  StartHttp();
  EXPECT_THAT(Ask().ReadMessage(), EndsWith("\r\n\r\nb"));
  SetFetched("late", backend_a_);
  EXPECT_TRUE(WaitForAnswer("late", "\r\n\r\na"));
}

TEST_F(XdsOnDemandStreamTest, AnAnswerThatThereIsNoneEndsTheWait) {
  StartHttp();
  EXPECT_THAT(Ask("none").ReadMessage(), StartsWith("HTTP/1.1 503 "));
}

TEST_F(XdsOnDemandStreamTest, WhatTheControlPlaneSendsIsNotTouchedByTheOther) {
  SetFetched("late", backend_b_);
  ads_.Set(kCluster, "own", "1", ClusterBytes(StaticCluster("own", backend_a_.port())));
  StartHttp();
  EXPECT_THAT(Ask().ReadMessage(), EndsWith("\r\n\r\nb"));
  EXPECT_TRUE(WaitForAnswer("own", "\r\n\r\na"));
  const int64_t before = proxy_->Stat("cluster_manager.cds.update_success");
  odcds_.Send(Push(kCluster, "x").Remove("own").response());
  EXPECT_TRUE(odcds_.WaitForRequest(
      [](const Request& request) { return request.response_nonce() == "x"; }));
  EXPECT_TRUE(WaitForAnswer("own", "\r\n\r\na"));
  EXPECT_EQ(proxy_->Stat("cluster_manager.cds.update_success"), before);
}

TEST_F(XdsOnDemandStreamTest, TheStreamEndsWithTheLastNameThatIsAskedForOverIt) {
  StartHttp();
  EXPECT_THAT(Ask("none").ReadMessage(), StartsWith("HTTP/1.1 503 "));
  EXPECT_TRUE(WaitFor([&] { return odcds_.open_streams() == 0; }));
  SetFetched("late", backend_b_);
  EXPECT_THAT(Ask().ReadMessage(), EndsWith("\r\n\r\nb"));
}

TEST_F(XdsOnDemandStreamTest, AStreamThatBreaksIsOpenedAgain) {
  SetFetched("late", backend_b_);
  StartHttp();
  EXPECT_THAT(Ask().ReadMessage(), EndsWith("\r\n\r\nb"));
  const int64_t failures = proxy_->Stat("cluster_manager.cds.update_failure");
  odcds_.EndStreams(grpc::Status::OK);
  EXPECT_THAT(Ask().ReadMessage(), EndsWith("\r\n\r\nb"));
  SetFetched("late", backend_a_);
  EXPECT_TRUE(WaitForAnswer("late", "\r\n\r\na"));
  EXPECT_EQ(proxy_->Stat("cluster_manager.cds.update_failure"), failures);
}

TEST_F(XdsOnDemandStreamTest, ARouteMayNameAnotherSource) {
  SetFetched("late", backend_b_);
  StartHttp(
      fmt::format(", typed_per_filter_config: {{fetch: {{'@type': {}.http.on_demand.v3."
                  "PerRouteConfig, odcds: {{source: {{ads: {{}}}}, timeout: 600s}}}}}}",
                  kExtensions));
  ads_.Set(kCluster, "late", "1", ClusterBytes(StaticCluster("late", backend_a_.port())));
  EXPECT_TRUE(WaitForAnswer("late", "\r\n\r\na"));
  EXPECT_EQ(odcds_.streams_seen(), 0u);
}

TEST_F(XdsOnDemandStreamTest, AClusterThatIsNotOfTheBootstrapIsAMistake) {
  StartHttp();
  std::string listener = ListenerYaml("other", "routes");
  std::string source(kOwnStream);
  source.replace(source.find("fetched_from"), 12, "unknown");
  listener.insert(listener.find("- name: router"),
                  fmt::format("- {{name: fetch, typed_config: {{'@type': {}.http.on_demand.v3."
                              "OnDemand, odcds: {{source: {{{}}}}}}}}}\n      ",
                              kExtensions, source));
  SettleWire();
  EXPECT_THAT(SendAndWait(Push(kListener, "bad").Add("other", "1", ListenerBytes(listener)))
                  .error_detail()
                  .message(),
              HasSubstr("odcds.source.api_config_source.grpc_services[0].envoy_grpc.cluster_name: "
                        "\"unknown\" must be a cluster of the bootstrap"));
}

}  // namespace
}  // namespace outrigger::test
