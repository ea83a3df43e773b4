// What waits for what, and what serves meanwhile: rules X50, X51, X53, X54, P11, P13.
#include "test/integration/xds_fixture.h"
#include "test/support/raw_peer.h"
#include "test/support/steady_load.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class XdsWarmingTest : public XdsTest {
 protected:
  // EDS cluster `name` of another service.
  void SetService(const std::string& name, const std::string& version, const std::string& service) {
    ads_.Set(kCluster, name, version, EdsClusterBytes(name, service));
  }
};

TEST_F(XdsWarmingTest, X50_ANewClusterIsInvisibleUntilItsEndpointsCome) {
  StartServing();
  SetEdsCluster(ads_, "c");
  ASSERT_TRUE(proxy_->WaitForStat("cluster_manager.warming_clusters", 1));
  SetRoute(ads_, "routes", "2", "c");
  SettleWire();
  EXPECT_EQ(Body(), "a");
  SetEndpoints(ads_, "c", "1", {backend_b_.port()});
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_EQ(proxy_->Stat("cluster_manager.warming_clusters"), 0);
}

TEST_F(XdsWarmingTest, X50_AnUpdatedClusterServesAsItWasUntilTheNewOneIsWarm) {
  StartServing();
  SteadyLoad load(port_, 2);
  SetService("a", "2", "elsewhere");
  ASSERT_TRUE(proxy_->WaitForStat("cluster_manager.warming_clusters", 1));
  load.WaitForMore(50);
  EXPECT_EQ(Body(), "a");
  SetEndpoints(ads_, "elsewhere", "1", {backend_b_.port()});
  EXPECT_TRUE(WaitForBody("/", "b"));
  load.Stop();
  EXPECT_EQ(load.failed(), 0u);
}

TEST_F(XdsWarmingTest, X51_AListenerWaitsForItsRoutesAndItsFormerVersionServes) {
  StartServing();
  SetListener(ads_, "ingress", "2", "other-routes");
  ASSERT_TRUE(proxy_->WaitForStat("listener_manager.total_listeners_warming", 1));
  EXPECT_EQ(Body(), "a");
  EXPECT_THAT(AdminPage("/config_dump"), HasSubstr("warming_state"));
  SetRoute(ads_, "other-routes", "1", "b");
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_EQ(proxy_->Stat("listener_manager.total_listeners_warming"), 0);
}

TEST_F(XdsWarmingTest, X51_ANewListenerDoesNotListenBeforeItsRoutesAreKnown) {
  StartServing();
  SetListener(ads_, "second", "1", "second-routes");
  ASSERT_TRUE(proxy_->WaitForStat("listener_manager.total_listeners_warming", 1));
  RawPeer early = RawPeer::ConnectTo(proxy_->ListenerPort("second"));
  EXPECT_FALSE(early.is_connected());
  SetRoute(ads_, "second-routes", "1", "b");
  port_ = proxy_->WaitForListener("second");
  ASSERT_NE(port_, 0);
  EXPECT_EQ(Body(), "b");
}

TEST_F(XdsWarmingTest, X51_RoutesAlreadyKnownAreUsedWithoutANewRequest) {
  StartServing();
  const size_t from = ads_.request_count();
  SetListener(ads_, "second", "1", "routes");
  port_ = proxy_->WaitForListener("second");
  ASSERT_NE(port_, 0);
  EXPECT_EQ(Body(), "a");
  EXPECT_THAT(SpontaneousSince(from), IsEmpty());
}

TEST_F(XdsWarmingTest, X53_TheServiceNameIsTheNameThatEndpointsAreAskedBy) {
  StartServing();
  const size_t from = ads_.request_count();
  SetService("c", "1", "the-service");
  EXPECT_THAT(FirstAsk(kEndpoints, from).resource_names_subscribe(),
              testing::ElementsAre("the-service"));
  SetEndpoints(ads_, "the-service", "1", {backend_b_.port()});
  SetRoute(ads_, "routes", "2", "c");
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_F(XdsWarmingTest, X53_TwoClustersMayShareAnEndpointSet) {
  StartServing();
  SetEndpoints(ads_, "shared", "1", {backend_a_.port()});
  SetService("c", "1", "shared");
  SetService("d", "1", "shared");
  SetRouteYaml(ads_, "2", R"(
name: routes
virtual_hosts:
- {name: all, domains: ["*"], routes: [{match: {prefix: /c}, route: {cluster: c}}, {match: {prefix: /}, route: {cluster: d}}]}
)");
  ASSERT_TRUE(WaitForBody("/c", "a"));
  SetEndpoints(ads_, "shared", "2", {backend_b_.port()});
  EXPECT_TRUE(WaitForBody("/c", "b"));
  EXPECT_EQ(Body("/d"), "b");
  ads_.Remove(kCluster, "d");
  ASSERT_TRUE(proxy_->WaitForStat("cluster_manager.cluster_removed", 1));
  SetEndpoints(ads_, "shared", "3", {backend_a_.port()});
  EXPECT_TRUE(WaitForBody("/c", "a"));
}

TEST_F(XdsWarmingTest, X54_AClusterOfTheBootstrapCannotBeChangedOrRemoved) {
  StartServing();
  const Request nack = SendAndWait(
      Push(kCluster, "static").Add("xds", "1", EdsClusterBytes("xds")).Remove("nobody"));
  EXPECT_THAT(nack.error_detail().message(), HasSubstr("xds: is defined in the bootstrap"));
  SendAndWait(Push(kCluster, "removed").Remove("xds"));
  EXPECT_EQ(proxy_->Stat("cluster_manager.active_clusters"), 3);
  SettleWire();  // the link to the control plane is that cluster's
}

TEST_F(XdsWarmingTest, X54_AListenerOfTheBootstrapCannotBeChangedOrRemoved) {
  ServeBasics();
  StaticBootstrap bootstrap{.ads_port = ads_.port()};
  bootstrap.listeners[0].name = "fixed";
  bootstrap.listeners[0].routes =
      "[{match: {prefix: /}, direct_response: {status: 200, body: {inline_string: fixed}}}]";
  StartProxy(bootstrap.ToYaml());
  port_ = proxy_->WaitForListener("fixed");
  ASSERT_NE(proxy_->WaitForListener("ingress"), 0);
  const Request nack = SendAndWait(
      Push(kListener, "static").Add("fixed", "1", ListenerBytes(ListenerYaml("fixed", "routes"))));
  EXPECT_THAT(nack.error_detail().message(), HasSubstr("fixed: is defined in the bootstrap"));
  EXPECT_FALSE(SendAndWait(Push(kListener, "removed").Remove("fixed")).has_error_detail());
  EXPECT_EQ(Body(), "fixed");
}

TEST_F(XdsWarmingTest, P11_X52_AChangedClusterServesAtOnceWithTheEndpointsItHas) {
  StartServing();
  HttpClient client(port_);
  ASSERT_EQ(BodyFrom(client), "a");
  const uint64_t connections = backend_a_.connections();
  ads_.HoldAnswers(true);
  SendAndWait(Push(kCluster, "timeout")
                  .Add("a", "2",
                       ClusterBytes("{name: a, type: EDS, connect_timeout: 9s, "
                                    "eds_cluster_config: {eds_config: {ads: {}}}}")));
  EXPECT_EQ(proxy_->Stat("cluster_manager.cluster_modified"), 1);
  EXPECT_EQ(proxy_->Stat("cluster_manager.warming_clusters"), 0);
  EXPECT_EQ(BodyFrom(client), "a");
  EXPECT_EQ(backend_a_.connections(), connections);
}

TEST_F(XdsWarmingTest, P11_AClusterRemovedAndGivenBackServesOnWithItsEndpointsAndConnections) {
  StartServing();
  HttpClient client(port_);
  ASSERT_EQ(BodyFrom(client), "a");
  const uint64_t connections = backend_a_.connections();
  ads_.HoldAnswers(true);
  SendAndWait(Push(kCluster, "gone").Remove("a"));
  EXPECT_EQ(BodyFrom(client), "a");
  SendAndWait(Push(kCluster, "back").Add("a", "2", EdsClusterBytes("a")));
  EXPECT_EQ(BodyFrom(client), "a");
  EXPECT_EQ(backend_a_.connections(), connections);
  EXPECT_EQ(proxy_->Stat("cluster_manager.warming_clusters"), 0);
}

TEST_F(XdsWarmingTest, P13_EndpointsThatComeBeforeTheirClusterAreAskedForOnceItIsThere) {
  StartServing();
  SendAndWait(Push(kEndpoints, "early").Add("c", "1", EndpointsBytes("c", {backend_b_.port()})));
  ads_.Set(kEndpoints, "c", "1", EndpointsBytes("c", {backend_b_.port()}));
  SetEdsCluster(ads_, "c");
  SetRoute(ads_, "routes", "2", "c");
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_F(XdsWarmingTest, P13_RoutesToAClusterThatIsNotThereYetWaitAndTheFormerOnesServe) {
  StartServing();
  SteadyLoad load(port_, 2);
  SetRoute(ads_, "routes", "2", "c");
  SettleWire();
  load.WaitForMore(50);
  EXPECT_EQ(Body(), "a");
  SetEdsCluster(ads_, "c");
  SettleWire();
  load.WaitForMore(50);
  SetEndpoints(ads_, "c", "1", {backend_b_.port()});
  EXPECT_TRUE(WaitForBody("/", "b"));
  load.Stop();
  EXPECT_EQ(load.failed(), 0u);
}

TEST_F(XdsWarmingTest, P13_ANewListenerWhoseClusterNeverComesServesAfterABoundedWait) {
  StartServing();
  SetRouteYaml(ads_, "1", R"(
name: second-routes
virtual_hosts:
- {name: all, domains: ["*"], routes: [{match: {prefix: /c}, route: {cluster: never}}, {match: {prefix: /}, route: {cluster: b}}]}
)");
  SetListener(ads_, "second", "1", "second-routes");
  port_ = proxy_->WaitForListener("second");
  ASSERT_NE(port_, 0);
  EXPECT_EQ(Body(), "b");
  EXPECT_EQ(Status("/c"), 503);
}

TEST_F(XdsWarmingTest, P13_AListenerThatComesBeforeItsClustersWaitsForThem) {
  SetRoute(ads_, "routes", "1", "a");
  SetListener(ads_, "ingress", "1", "routes");
  SetEdsCluster(ads_, "a");
  StartProxy();
  ASSERT_TRUE(proxy_->WaitForStat("listener_manager.total_listeners_warming", 1));
  SetEndpoints(ads_, "a", "1", {backend_a_.port()});
  port_ = proxy_->WaitForListener("ingress");
  ASSERT_NE(port_, 0);
  EXPECT_EQ(Body(), "a");
}

}  // namespace
}  // namespace outrigger::test
