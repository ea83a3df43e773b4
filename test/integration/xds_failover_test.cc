// A primary control plane and its failover (X47): who serves, and what becomes of resources when
// the server changes.
#include "test/integration/tls_fixture.h"
#include "test/integration/xds_fixture.h"
#include "test/support/steady_load.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

std::string ServerCluster(const std::string& name, uint16_t port, const std::string& fields = "") {
  const std::string endpoint =
      port == 0 ? ""
                : fmt::format(
                      "{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, "
                      "port_value: {}}}}}}}}}",
                      port);
  return fmt::format(
      "{{name: {0}, http2_protocol_options: {{}}, load_assignment: {{cluster_name: {0}, "
      "endpoints: [{{lb_endpoints: [{1}]}}]}}{2}}}",
      name, endpoint, fields.empty() ? "" : ", " + fields);
}

class XdsFailoverTest : public XdsTest, public testing::WithParamInterface<const char*> {
 protected:
  // Of an ApiConfigSource; with a back-off that a test can wait for.
  std::string Services() const {
    std::string services;
    for (const char* cluster : {"primary", "failover"}) {
      services += fmt::format(
          "{{envoy_grpc: {{cluster_name: {}, retry_policy: {{retry_back_off: {{base_interval: "
          "0.005s, max_interval: 0.02s}}}}}}}}, ",
          cluster);
    }
    return fmt::format("{{api_type: {}, transport_api_version: V3, grpc_services: [{}]}}",
                       GetParam(), services);
  }
  std::string Bootstrap(const std::string& primary, const std::string& dynamic) const {
    return "node: {id: test-node, cluster: test}\n"
           "admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}\n"
           "static_resources: {clusters: [" +
           primary + ", " + ServerCluster("failover", failover_.port()) +
           "]}\ndynamic_resources: {" + dynamic + "}\n";
  }
  std::string OverAds() const {
    return "ads_config: " + Services() + ", cds_config: {ads: {}}, lds_config: {ads: {}}";
  }
  // What XdsTest::ServeBasics does, with everything sent to that cluster.
  void Serve(xds::AdsServer& server, const std::string& cluster) {
    for (const char* name : {"a", "b"}) SetEdsCluster(server, name);
    SetEndpoints(server, "a", "1", {backend_a_.port()});
    SetEndpoints(server, "b", "1", {backend_b_.port()});
    SetRoute(server, "routes", "1", cluster);
    SetListener(server, "ingress", "1", "routes");
  }
  void StartPair(const std::string& primary_fields = "") {
    StartProxy(Bootstrap(ServerCluster("primary", ads_.port(), primary_fields), OverAds()));
    ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  }
  bool WillBeConnectedTo(int64_t state) {
    return WaitFor([&] { return proxy_->Stat("control_plane.connected_state") == state; });
  }
  bool is_delta() const { return GetParam() == std::string("DELTA_GRPC"); }

  xds::AdsServer failover_;
};

TEST_P(XdsFailoverTest, X47_WhileThePrimaryIsNotThereTheFailoverServesUntilItComes) {
  Serve(failover_, "b");
  ads_.Stop();
  StartPair();
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_TRUE(WillBeConnectedTo(2));
  Serve(ads_, "a");
  ads_.Start();
  EXPECT_TRUE(WaitForBody("/", "a"));
  EXPECT_TRUE(WillBeConnectedTo(1));
  EXPECT_TRUE(failover_.WaitForStreams(0));
}

TEST_P(XdsFailoverTest, X47_APrimaryThatGoesIsReplacedAndReturnedToWithoutLosingARequest) {
  Serve(ads_, "a");
  Serve(failover_, "b");
  StartPair();
  ASSERT_TRUE(WaitForBody("/", "a"));
  EXPECT_TRUE(WillBeConnectedTo(1));
  EXPECT_EQ(failover_.streams_seen(), 0u);
  SteadyLoad load(port_, 2);
  ads_.Stop();
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_TRUE(WillBeConnectedTo(2));
  ads_.Start();
  EXPECT_TRUE(WaitForBody("/", "a"));
  EXPECT_TRUE(WillBeConnectedTo(1));
  load.WaitForMore(100);
  load.Stop();
  EXPECT_EQ(load.failed(), 0u);
}

TEST_P(XdsFailoverTest, X41X47_AStreamOfThePrimaryThatEndsIsNoReasonToLeaveIt) {
  Serve(ads_, "a");
  Serve(failover_, "b");
  StartPair();
  for (size_t seen = 1; seen <= 10; ++seen) {
    ASSERT_TRUE(WaitFor([&] { return ads_.streams_seen() == seen; }));
    const size_t from = ads_.request_count();
    SetRoute(ads_, "routes", std::to_string(seen + 1), seen % 2 == 0 ? "a" : "b");
    ASSERT_TRUE(WaitForBody("/", seen % 2 == 0 ? "a" : "b"));
    ASSERT_TRUE(WaitFor([&] { return ads_.request_count() > from; }));
    ads_.EndStreams(grpc::Status(grpc::StatusCode::UNAVAILABLE, "connection age"));
  }
  EXPECT_EQ(failover_.streams_seen(), 0u);
}

TEST_P(XdsFailoverTest, X8X47_TheFailoverIsToldNoVersionOfThePrimary) {
  Serve(ads_, "a");
  Serve(failover_, "b");
  StartPair();
  ASSERT_TRUE(WaitForBody("/", "a"));
  ads_.Stop();
  ASSERT_TRUE(WaitForBody("/", "b"));
  if (is_delta()) {
    const auto ask = failover_.requests().at(0);
    EXPECT_EQ(ask.type_url(), kCluster);
    EXPECT_THAT(ask.initial_resource_versions(),
                UnorderedElementsAre(Pair("a", ""), Pair("b", "")));
  } else {
    EXPECT_EQ(failover_.sotw_requests().at(0).version_info(), "");
  }
}

TEST_P(XdsFailoverTest, X20X32X47_WhatTheOtherServerDoesNotHaveGoes) {
  Serve(ads_, "a");
  SetEdsCluster(ads_, "c");
  SetListener(ads_, "second", "1", "routes");
  Serve(failover_, "b");
  StartPair();
  ASSERT_TRUE(WaitForBody("/", "a"));
  ASSERT_NE(proxy_->WaitForListener("second"), 0);
  ads_.Stop();
  EXPECT_TRUE(proxy_->WaitForStat("cluster_manager.cluster_removed", 1));
  EXPECT_TRUE(proxy_->WaitForStat("listener_manager.listener_removed", 1));
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_THAT(AdminPage("/config_dump?resource=dynamic_listeners"), Not(HasSubstr("second")));
}

TEST_P(XdsFailoverTest, X42X47_WithNeitherEverythingServesOn) {
  Serve(ads_, "a");
  StartPair();
  ASSERT_TRUE(WaitForBody("/", "a"));
  failover_.Stop();
  ads_.Stop();
  ASSERT_TRUE(proxy_->WaitForStat("cluster_manager.cds.update_failure", 20));
  EXPECT_EQ(Body(), "a");
  EXPECT_TRUE(WillBeConnectedTo(0));
  Serve(failover_, "b");
  failover_.Start();
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_P(XdsFailoverTest, X47_StreamsOfTheirOwnHaveAFailoverEach) {
  Serve(failover_, "b");
  ads_.Stop();
  const std::string own = "{api_config_source: " + Services() + "}";
  StartProxy(
      Bootstrap(ServerCluster("primary", ads_.port()),
                "ads_config: " + Services() + ", cds_config: " + own + ", lds_config: " + own));
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_TRUE(WillBeConnectedTo(2));
}

TEST_P(XdsFailoverTest, X47_APrimaryWithoutEndpointsIsPassedOver) {
  Serve(failover_, "b");
  StartProxy(Bootstrap(ServerCluster("primary", 0), OverAds()));
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  EXPECT_TRUE(WaitForBody("/", "b"));
}

// Nobody sends the secret: the way to it is not secured, and so it is not taken.
TEST_P(XdsFailoverTest, X47_APrimaryThatCannotBeReachedYetIsWaitedForAsLongAsAConnection) {
  Serve(ads_, "a");
  Serve(failover_, "b");
  StartPair("connect_timeout: 0.05s, " +
            TransportSocket("Upstream",
                            "tls_certificate_sds_secret_configs: [{name: never, sds_config: "
                            "{api_config_source: {api_type: GRPC, transport_api_version: V3, "
                            "grpc_services: [{envoy_grpc: {cluster_name: failover}}]}}}]"));
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_EQ(ads_.streams_seen(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Protocols, XdsFailoverTest, testing::Values("DELTA_GRPC", "GRPC"));

}  // namespace
}  // namespace outrigger::test
