// What /stats says of subscriptions, of clusters and listeners that come and go, and of membership.
#include "envoy/config/endpoint/v3/endpoint.pb.h"
#include "test/integration/xds_fixture.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;

class XdsStatsTest : public XdsTest {
 protected:
  void SetUp() override { StartServing(); }
  int64_t Stat(const std::string& name) { return proxy_->Stat(name); }
};

TEST_F(XdsStatsTest, ASubscriptionCountsItsBeginningAndEachOutcomeAsAnAttempt) {
  const std::string cds = "cluster_manager.cds.";
  const int64_t successes = Stat(cds + "update_success");
  EXPECT_GE(successes, 1);
  EXPECT_EQ(Stat(cds + "update_attempt"), 1 + successes);
  SendAndWait(Push(kCluster, "good").Add("c", "1", EdsClusterBytes("c")));
  SendAndWait(Push(kCluster, "bad").Add("d", "1", "\xff"));
  EXPECT_EQ(Stat(cds + "update_success"), successes + 1);
  EXPECT_EQ(Stat(cds + "update_rejected"), 1);
  EXPECT_EQ(Stat(cds + "update_failure"), 0);
  EXPECT_EQ(Stat(cds + "update_attempt"), 1 + successes + 2);
  EXPECT_GT(Stat(cds + "update_time"), 1'700'000'000'000);
}

TEST_F(XdsStatsTest, TheSystemVersionIsShownAsTextAndAsItsHash) {
  Push push(kListener, "versioned");
  push.response().set_system_version_info("v-42");
  SendAndWait(push);
  const std::string page = AdminPage("/stats?filter=listener_manager.lds.version");
  EXPECT_THAT(page, HasSubstr("listener_manager.lds.version_text: \"v-42\""));
  // printf v-42 | xxhsum -H1
  EXPECT_THAT(page, HasSubstr("listener_manager.lds.version: "));
  EXPECT_THAT(page, testing::Not(HasSubstr("listener_manager.lds.version: 0\n")));
}

TEST_F(XdsStatsTest, RoutesAreCountedByConnectionManagerAndTable) {
  const std::string rds = "http.ingress.rds.routes.";
  EXPECT_EQ(Stat(rds + "update_success"), 1);
  EXPECT_EQ(Stat(rds + "update_attempt"), 2);
  EXPECT_EQ(Stat(rds + "config_reload"), 1);
  SetRoute(ads_, "routes", "2", "b");
  ASSERT_TRUE(proxy_->WaitForStat(rds + "config_reload", 2));
  SendAndWait(Push(kRoutes, "same").Add("routes", "3", RouteBytes(RouteYaml("routes", "b"))));
  EXPECT_EQ(Stat(rds + "update_success"), 3);
  EXPECT_EQ(Stat(rds + "config_reload"), 2);
  SendAndWait(Push(kRoutes, "bad").Add("routes", "4", "\xff"));
  EXPECT_EQ(Stat(rds + "update_rejected"), 1);
  SendAndWait(Push(kRoutes, "gone").Remove("routes"));
  EXPECT_EQ(Stat(rds + "update_empty"), 1);
  EXPECT_EQ(Body(), "b");
}

TEST_F(XdsStatsTest, EndpointsAreCountedByCluster) {
  EXPECT_EQ(Stat("cluster.a.update_success"), 1);
  EXPECT_EQ(Stat("cluster.a.update_attempt"), 2);
  SendAndWait(Push(kEndpoints, "bad").Add("a", "2", "\xff"));
  EXPECT_EQ(Stat("cluster.a.update_rejected"), 1);
  EXPECT_EQ(Stat("cluster.b.update_rejected"), 0);
  SendAndWait(Push(kEndpoints, "gone").Remove("b"));
  EXPECT_EQ(Stat("cluster.b.update_empty"), 1);
  EXPECT_GT(Stat("cluster.a.update_time"), 1'700'000'000'000);
}

TEST_F(XdsStatsTest, MembershipFollowsTheEndpoints) {
  EXPECT_EQ(Stat("cluster.a.membership_total"), 1);
  EXPECT_EQ(Stat("cluster.a.membership_change"), 1);
  envoy::config::endpoint::v3::ClusterLoadAssignment assignment;
  ASSERT_TRUE(assignment.ParseFromString(EndpointsBytes("a", {1, 2, 3})));
  auto& endpoints = *assignment.mutable_endpoints(0)->mutable_lb_endpoints();
  endpoints[1].set_health_status(envoy::config::core::v3::DEGRADED);
  endpoints[2].set_health_status(envoy::config::core::v3::UNHEALTHY);
  SendAndWait(Push(kEndpoints, "three").Add("a", "2", assignment.SerializeAsString()));
  EXPECT_EQ(Stat("cluster.a.membership_total"), 3);
  EXPECT_EQ(Stat("cluster.a.membership_healthy"), 1);
  EXPECT_EQ(Stat("cluster.a.membership_degraded"), 1);
  EXPECT_EQ(Stat("cluster.a.membership_change"), 2);
  // Nobody comes or goes.
  endpoints[2].set_health_status(envoy::config::core::v3::HEALTHY);
  SendAndWait(Push(kEndpoints, "healed").Add("a", "3", assignment.SerializeAsString()));
  EXPECT_EQ(Stat("cluster.a.membership_healthy"), 2);
  EXPECT_EQ(Stat("cluster.a.membership_change"), 2);
  EXPECT_EQ(Stat("cluster.xds.membership_total"), 1);
}

TEST_F(XdsStatsTest, ClustersThatComeChangeAndGoAreCounted) {
  const int64_t added = Stat("cluster_manager.cluster_added");
  EXPECT_EQ(added, 3);  // that of the bootstrap, too
  SendAndWait(Push(kCluster, "c").Add("c", "1", EdsClusterBytes("c")));
  SendAndWait(Push(kCluster, "c changed").Add("c", "2", EdsClusterBytes("c", "other")));
  SendAndWait(Push(kCluster, "c gone").Remove("c").Remove("never there"));
  EXPECT_EQ(Stat("cluster_manager.cluster_added"), added + 1);
  EXPECT_EQ(Stat("cluster_manager.cluster_modified"), 1);
  EXPECT_EQ(Stat("cluster_manager.cluster_removed"), 1);
  EXPECT_EQ(Stat("cluster_manager.active_clusters"), 3);
}

TEST_F(XdsStatsTest, ListenersThatComeChangeAndGoAreCounted) {
  const std::string manager = "listener_manager.";
  EXPECT_EQ(Stat(manager + "listener_added"), 1);
  EXPECT_EQ(Stat(manager + "listener_create_success"), 1);
  const auto bytes = [](const char* routes) { return ListenerBytes(ListenerYaml("l", routes)); };
  SendAndWait(Push(kListener, "l").Add("l", "1", bytes("routes")));
  SendAndWait(Push(kListener, "l changed").Add("l", "2", bytes("unknown")));
  EXPECT_EQ(Stat(manager + "listener_added"), 2);
  EXPECT_EQ(Stat(manager + "listener_modified"), 1);
  EXPECT_EQ(Stat(manager + "listener_create_success"), 2);
  EXPECT_EQ(Stat(manager + "total_listeners_warming"), 1);
  SendAndWait(Push(kListener, "l gone").Remove("l"));
  EXPECT_EQ(Stat(manager + "listener_removed"), 1);
  EXPECT_EQ(Stat(manager + "total_listeners_warming"), 0);
  EXPECT_EQ(Stat(manager + "total_listeners_active"), 1);
}

TEST_F(XdsStatsTest, TheControlPlaneIsShownByTheNameItGivesItself) {
  EXPECT_TRUE(WaitFor([&] {
    return AdminPage("/stats?filter=control_plane")
               .find("control_plane.identifier: \"test-control-plane\"") != std::string::npos;
  }));
  EXPECT_EQ(Stat("control_plane.connected_state"), 1);
}

}  // namespace
}  // namespace outrigger::test
