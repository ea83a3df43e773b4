// Which endpoint gets the next request, by what the control plane says of cluster and endpoints.
#include <fmt/format.h>

#include <string>

#include "test/integration/xds_fixture.h"
#include "test/support/http2_peer.h"

namespace outrigger::test {
namespace {

class XdsBalancingTest : public XdsTest {
 protected:
  void ServeCluster(const std::string& yaml) {
    ServeBasics();
    ads_.Set(kCluster, "a", "1", ClusterBytes(yaml));
    StartProxy();
    port_ = proxy_->WaitForListener("ingress");
    ASSERT_NE(port_, 0);
  }
  // /a goes to cluster a; everything else tells which version this is.
  static std::string RoutesWithMark(int status) {
    return fmt::format(
        "{{name: routes, virtual_hosts: [{{name: all, domains: ['*'], routes: [{{match: {{path: "
        "/a}}, route: {{cluster: a}}}}, {{match: {{prefix: /}}, direct_response: {{status: "
        "{}}}}}]}}]}}",
        status);
  }
  // Backends a and b in localities of their own.
  std::string TwoLocalities(const std::string& fields) const {
    constexpr const char* kLocality =
        "{{{}lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, "
        "port_value: {}}}}}}}}}]}}";
    return fmt::format(
        "{{name: a, type: STATIC, {} load_assignment: {{cluster_name: a, endpoints: [{}, {}]}}}}",
        fields, fmt::format(kLocality, "load_balancing_weight: 3, ", backend_a_.port()),
        fmt::format(kLocality, "", backend_b_.port()));
  }
};

// One connection, thus one worker, which knows its own requests.
TEST_F(XdsBalancingTest, TheLessBusyEndpointGetsTheNextRequest) {
  RawListener busy_endpoint;
  ServeBasics();
  SetRouteYaml(ads_, "1", RoutesWithMark(200));
  SetEndpoints(ads_, "a", "1", {busy_endpoint.port()});
  ads_.Set(kCluster, "a", "1",
           ClusterBytes("{name: a, type: EDS, "
                        "eds_cluster_config: {eds_config: {ads: {}, resource_api_version: V3}}, "
                        "load_balancing_policy: {policies: [{typed_extension_config: {name: x, "
                        "typed_config: {'@type': type.googleapis.com/envoy.extensions."
                        "load_balancing_policies.least_request.v3.LeastRequest, "
                        "selection_method: FULL_SCAN}}}]}}"));
  StartProxy();
  port_ = proxy_->WaitForListener("ingress");
  ASSERT_NE(port_, 0);

  Http2Peer client = Http2Peer::ConnectTo(port_);
  ASSERT_TRUE(client.SendHead(1, GetFields("/a"), true));
  RawPeer busy = busy_endpoint.Accept();
  ASSERT_THAT(busy.ReadUntil("\r\n\r\n"), testing::StartsWith("GET /a "));

  SendAndWait(Push(kEndpoints, "more")
                  .Add("a", "3", EndpointsBytes("a", {busy_endpoint.port(), backend_b_.port()})));
  // The worker has the endpoints when it has these routes, which were published behind them.
  SendAndWait(Push(kRoutes, "mark").Add("routes", "2", RouteBytes(RoutesWithMark(201))));
  uint32_t stream = 1;
  do {
    stream += 2;
    ASSERT_TRUE(client.SendHead(stream, GetFields("/mark"), true));
    ASSERT_LT(stream, 10'000u);
  } while (client.Read(stream).Field(":status") != "201");
  for (int i = 0; i < 8; ++i) {
    stream += 2;
    ASSERT_TRUE(client.SendHead(stream, GetFields("/a"), true));
    EXPECT_EQ(client.Read(stream).body, "b");
  }
  ASSERT_TRUE(busy.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  EXPECT_EQ(client.Read(1).body, "ok");
}

TEST_F(XdsBalancingTest, LocalitiesGetLoadByTheirWeights) {
  ServeCluster(TwoLocalities("common_lb_config: {locality_weighted_lb_config: {}},"));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Body(), "a");
  // Without the cluster's word they have no effect.
  SendAndWait(Push(kCluster, "plain").Add("a", "2", ClusterBytes(TwoLocalities(""))));
  EXPECT_TRUE(WaitForBody("/", "b"));
}

}  // namespace
}  // namespace outrigger::test
