// What waits, for what, how long, and what serves meanwhile; how long ids are kept.
#include "compiler/linker.h"

#include <chrono>

#include "test/unit/compiler/configuration_fixture.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;

class LinkerTest : public ConfigurationTest {
 protected:
  const Linker& linker() const { return configuration_.linker(); }
  // The time that was named passes.
  void WaitUntilLookedAtAgain() {
    ASSERT_TRUE(look_again_at_.has_value());
    clock_.Advance(*look_again_at_ - clock_.Now());
    configuration_.Settle();
  }
  // Half of the requests to each.
  void PushRoutesToTwo(const std::string& name, const std::string& one, const std::string& other) {
    const std::string bytes =
        test::RouteBytes("{name: " + name +
                         ", virtual_hosts: [{name: v, domains: ['*'], routes: [{match: {prefix: "
                         "/}, route: {weighted_clusters: {clusters: [{name: " +
                         one + ", weight: 1}, {name: " + other + ", weight: 1}]}}}]}]}");
    EXPECT_TRUE(Push(kRouteType, {{name, bytes}}).errors.empty());
  }
  // How many it serves with; unset: it does not serve yet.
  std::optional<size_t> EndpointsOf(const std::string& cluster) const {
    const auto endpoints = linker().FindEndpoints(cluster);
    if (endpoints == nullptr) return std::nullopt;
    return endpoints->endpoints.size();
  }
};

TEST_F(LinkerTest, AListenerThatWaitsSaysForWhatAndSinceWhen) {
  PushListener("l", "r");
  const WallTime since = clock_.WallNow();
  clock_.Advance(std::chrono::seconds(7));
  PushCluster("a");
  EXPECT_FALSE(Serves("l"));
  ASSERT_THAT(linker().warming_listeners(), ElementsAre(Key("l")));
  EXPECT_EQ(linker().warming_listeners().at("l").what, "route configuration r");
  EXPECT_EQ(linker().warming_listeners().at("l").since, since);
  PushRoutes("r", "a");
  EXPECT_EQ(linker().warming_listeners().at("l").what, "endpoints of cluster a");
  EXPECT_EQ(linker().warming_listeners().at("l").since, since);
  PushEndpoints("a");
  EXPECT_THAT(linker().warming_listeners(), IsEmpty());
  EXPECT_TRUE(Serves("l"));
}

TEST_F(LinkerTest, AClusterThatWaitsSaysForWhatAndSinceWhen) {
  PushCluster("a", "service");
  const WallTime since = clock_.WallNow();
  clock_.Advance(std::chrono::seconds(1));
  PushCluster("b");
  ASSERT_EQ(linker().warming_clusters().size(), 2u);
  EXPECT_EQ(linker().warming_clusters().at("a").what, "endpoints service");
  EXPECT_EQ(linker().warming_clusters().at("a").since, since);
}

TEST_F(LinkerTest, P12_AListenerWaitsForEndpointsOnlySoLong) {
  PushCluster("a");
  PushListener("l", "r");
  PushRoutes("r", "a");
  EXPECT_FALSE(Serves("l"));
  EXPECT_EQ(*look_again_at_ - clock_.Now(), Linker::kEndpointsWaitMax);
  WaitUntilLookedAtAgain();
  EXPECT_TRUE(Serves("l"));
  EXPECT_EQ(EndpointsOf("a"), 0u);
  EXPECT_FALSE(look_again_at_.has_value());
  PushEndpoints("a");
  EXPECT_EQ(ClusterBehind("l"), "a");
  EXPECT_EQ(EndpointsOf("a"), 1u);
}

TEST_F(LinkerTest, X44_ANewClusterGoesOnWithoutEndpointsWhenItsTimeIsOver) {
  PushCluster("a");
  EXPECT_EQ(*look_again_at_ - clock_.Now(), std::chrono::seconds(15));
  EXPECT_EQ(EndpointsOf("a"), std::nullopt);
  WaitUntilLookedAtAgain();
  EXPECT_THAT(linker().warming_clusters(), IsEmpty());
  EXPECT_EQ(EndpointsOf("a"), 0u);
  EXPECT_FALSE(look_again_at_.has_value());
  PushCluster("a", "another service");
  EXPECT_EQ(EndpointsOf("a"), 0u);
}

TEST_F(LinkerTest, X44_ATimeOfZeroIsForEver) {
  const std::string bytes = test::ClusterBytes(
      "{name: a, type: EDS, eds_cluster_config: {eds_config: {ads: {}, initial_fetch_timeout: "
      "0s}}}");
  EXPECT_TRUE(Push(kClusterType, {{"a", bytes}}).errors.empty());
  EXPECT_FALSE(look_again_at_.has_value());
  clock_.Advance(std::chrono::hours(1));
  configuration_.Settle();
  EXPECT_THAT(linker().warming_clusters(), ElementsAre(Key("a")));
}

TEST_F(LinkerTest, X44_AChangedClusterServesAsItWasHoweverLongThatTakes) {
  PushCluster("a");
  PushEndpoints("a", {1, 2});
  PushCluster("a", "another service");
  EXPECT_FALSE(look_again_at_.has_value());
  EXPECT_EQ(EndpointsOf("a"), 2u);
  EXPECT_THAT(linker().warming_clusters(), ElementsAre(Key("a")));
}

TEST_F(LinkerTest, X44_AChangedListenerServesAsItWasHoweverLongItsNewRoutesTake) {
  PushBasics();
  PushListener("l", "later");
  EXPECT_FALSE(look_again_at_.has_value());
  EXPECT_EQ(ClusterBehind("l"), "a");
  EXPECT_THAT(linker().warming_listeners(), ElementsAre(Key("l")));
}

TEST_F(LinkerTest, X32_EndpointsThatTheServerRemovesServeOnAndItIsNoted) {
  PushBasics();
  EXPECT_TRUE(Push(kEndpointType, {}, {"a"}).errors.empty());
  EXPECT_EQ(EndpointsOf("a"), 1u);
  EXPECT_EQ(configuration_.resources().endpoints.Find("a")->record.absence->why,
            "the server has removed it");
  PushEndpoints("a", {2});
  EXPECT_EQ(configuration_.resources().endpoints.Find("a")->record.absence, nullptr);
}

TEST_F(LinkerTest, X44_ANewListenerGoesOnWithoutRoutesWhenItsTimeIsOver) {
  PushListener("l", "r");
  EXPECT_EQ(*look_again_at_ - clock_.Now(), std::chrono::seconds(15));
  WaitUntilLookedAtAgain();
  ASSERT_TRUE(Serves("l"));
  EXPECT_FALSE(look_again_at_.has_value());
  PushCluster("a");
  PushEndpoints("a");
  PushRoutes("r", "a");
  EXPECT_EQ(ClusterBehind("l"), "a");
}

TEST_F(LinkerTest, P13_ANewListenerWaitsForAnUnknownClusterOnlySoLong) {
  PushListener("l", "r");
  PushRoutes("r", "a");
  EXPECT_FALSE(Serves("l"));
  EXPECT_EQ(linker().warming_listeners().at("l").what, "cluster a");
  EXPECT_EQ(*look_again_at_ - clock_.Now(), Linker::kFirstClusterWaitMax);
  WaitUntilLookedAtAgain();
  EXPECT_TRUE(Serves("l"));
  EXPECT_FALSE(look_again_at_.has_value());
}

TEST_F(LinkerTest, P12_AListenerThatWaitsForEverHoldsBackNoOtherAndTheStartOnlySoLong) {
  PushBasics();
  EXPECT_FALSE(linker().HoldsBackStart());
  std::string waits = test::ListenerYaml("m", "never");
  waits.replace(waits.find("ads: {}"), 7, "ads: {}, initial_fetch_timeout: 0s");
  EXPECT_TRUE(Push(kListenerType, {{"m", test::ListenerBytes(waits)}}).errors.empty());
  EXPECT_TRUE(linker().HoldsBackStart());
  PushListener("n", "r");
  EXPECT_TRUE(Serves("n"));
  clock_.Advance(Linker::kStartWaitMax);
  configuration_.Settle();
  EXPECT_FALSE(linker().HoldsBackStart());
  EXPECT_THAT(linker().warming_listeners(), ElementsAre(Key("m")));
}

TEST_F(LinkerTest, P13_ServingRoutesWaitForAnUnknownClusterOnlySoLong) {
  PushBasics();
  PushRoutes("r", "b");
  EXPECT_EQ(ClusterBehind("l"), "a");
  EXPECT_EQ(linker().waiting_routes().at("r").what, "cluster b");
  EXPECT_EQ(*look_again_at_ - clock_.Now(), Linker::kClusterWaitMax);
  WaitUntilLookedAtAgain();
  EXPECT_EQ(ClusterBehind("l"), "");
  EXPECT_THAT(linker().waiting_routes(), IsEmpty());
}

TEST_F(LinkerTest, P13_AClusterThatComesLateHasAsLongForItsEndpointsAsAnyOther) {
  PushBasics();
  PushRoutes("r", "b");
  clock_.Advance(Linker::kClusterWaitMax - std::chrono::seconds(1));
  PushCluster("b");
  EXPECT_EQ(*look_again_at_ - clock_.Now(), Linker::kEndpointsWaitMax);
  clock_.Advance(std::chrono::seconds(2));
  configuration_.Settle();
  EXPECT_EQ(ClusterBehind("l"), "a");
  PushEndpoints("b");
  EXPECT_EQ(ClusterBehind("l"), "b");
}

TEST_F(LinkerTest, P13_WhatOneVersionWaitedForIsNoReasonToHurryTheNext) {
  PushBasics();
  PushRoutes("r", "b");
  clock_.Advance(Linker::kClusterWaitMax - std::chrono::seconds(1));
  PushRoutes("r", "c");
  EXPECT_EQ(linker().waiting_routes().at("r").what, "cluster c");
  EXPECT_EQ(*look_again_at_ - clock_.Now(), Linker::kClusterWaitMax);
}

TEST_F(LinkerTest, P13_RoutesDoNotWaitAgainForAClusterThatHasNotComeBefore) {
  PushBasics();
  PushRoutes("r", "b");
  clock_.Advance(std::chrono::seconds(10));
  PushRoutesToTwo("r", "a", "b");  // a newer version does not prolong it
  EXPECT_EQ(*look_again_at_ - clock_.Now(),
            Linker::kClusterWaitMax - Duration(std::chrono::seconds(10)));
  WaitUntilLookedAtAgain();
  EXPECT_THAT(linker().waiting_routes(), IsEmpty());
  PushRoutesToTwo("r", "b", "a");
  EXPECT_THAT(linker().waiting_routes(), IsEmpty());
  EXPECT_EQ(ClusterBehind("l"), "");
  PushRoutesToTwo("r", "b", "c");
  EXPECT_EQ(linker().waiting_routes().at("r").what, "cluster c");
}

TEST_F(LinkerTest, P13_ServingRoutesWaitForTheEndpointsOfTheirCluster) {
  PushBasics();
  PushRoutes("r", "b");
  PushCluster("b");
  EXPECT_EQ(linker().waiting_routes().at("r").what, "endpoints of cluster b");
  EXPECT_EQ(ClusterBehind("l"), "a");
  PushEndpoints("b");
  EXPECT_EQ(ClusterBehind("l"), "b");
  EXPECT_FALSE(look_again_at_.has_value());
}

TEST_F(LinkerTest, P13_ARemovedClusterServesWhileServingRoutesNameIt) {
  PushBasics();
  PushCluster("b");
  PushEndpoints("b");
  Push(kClusterType, {}, {"a"});
  EXPECT_EQ(ClusterBehind("l"), "a");
  PushRoutes("r", "b");
  EXPECT_EQ(ClusterBehind("l"), "b");
  for (uint32_t i = 0; i < snapshot().clusters.slot_end(); ++i) {
    const Cluster* cluster = snapshot().clusters.Get(ClusterId{i});
    EXPECT_TRUE(cluster == nullptr || cluster->name == "b");
  }
}

TEST_F(LinkerTest, X50_WhileAClusterWarmsItsFormerEndpointsAreKeptUpToDate) {
  PushBasics();
  PushCluster("a", "service");
  EXPECT_THAT(wanted_[std::string(kEndpointType)], ElementsAre("a", "service"));
  PushEndpoints("a", {1, 2, 3});
  EXPECT_EQ(EndpointsOf("a"), 3u);
  PushEndpoints("service", {4});
  EXPECT_EQ(EndpointsOf("a"), 1u);
  EXPECT_THAT(wanted_[std::string(kEndpointType)], ElementsAre("service"));
  PushEndpoints("a", {1, 2});
  EXPECT_EQ(EndpointsOf("a"), 1u);
}

TEST_F(LinkerTest, X51_WhileAListenerWaitsItsFormerRoutesAreKeptUpToDate) {
  PushBasics();
  PushListener("l", "later");
  EXPECT_THAT(wanted_[std::string(kRouteType)], ElementsAre("later", "r"));
  PushCluster("b");
  PushEndpoints("b");
  PushRoutes("r", "b");
  EXPECT_EQ(ClusterBehind("l"), "b");
  PushRoutes("later", "a");
  EXPECT_EQ(ClusterBehind("l"), "a");
  EXPECT_THAT(wanted_[std::string(kRouteType)], ElementsAre("later"));
}

TEST_F(LinkerTest, P13_ARemovedClusterThatRoutesNameIsKeptUpToDate) {
  PushBasics();
  Push(kClusterType, {}, {"a"});
  EXPECT_THAT(wanted_[std::string(kEndpointType)], ElementsAre("a"));
  PushEndpoints("a", {1, 2});
  EXPECT_EQ(EndpointsOf("a"), 2u);
  Push(kListenerType, {}, {"l"});
  EXPECT_EQ(EndpointsOf("a"), std::nullopt);
  EXPECT_THAT(wanted_[std::string(kEndpointType)], IsEmpty());
  EXPECT_EQ(configuration_.resources().endpoints.Find("a"), nullptr);
}

TEST_F(LinkerTest, ARouteTableThatNoListenerUsesIsNotInTheSnapshot) {
  PushBasics();
  PushListener("l", "s");
  PushRoutes("s", "a");
  const LinkedListener* listener = snapshot().listeners.Get(IdOfListener("l"));
  for (uint32_t i = 0; i < snapshot().routes.slot_end(); ++i) {
    const bool is_used = RouteTableId{i} == listener->chains.at(0).routes;
    EXPECT_EQ(snapshot().routes.Get(RouteTableId{i}) != nullptr, is_used);
  }
  Push(kListenerType, {}, {"l"});
  for (uint32_t i = 0; i < snapshot().routes.slot_end(); ++i) {
    EXPECT_EQ(snapshot().routes.Get(RouteTableId{i}), nullptr);
  }
}

TEST_F(LinkerTest, AnIdInAnOldSnapshotIsNotGivenAway) {
  PushBasics();
  const std::shared_ptr<const ConfigSnapshot> old = configuration_.snapshot();
  PushCluster("b");
  PushEndpoints("b");
  PushRoutes("r", "b");
  Push(kClusterType, {}, {"a"});
  for (int i = 0; i < 200; ++i) {
    const std::string name = "c" + std::to_string(i);
    PushCluster(name);
    PushEndpoints(name);
  }
  for (uint32_t i = 0; i < old->clusters.slot_end(); ++i) {
    const Cluster* before = old->clusters.Get(ClusterId{i});
    const Cluster* now = snapshot().clusters.Get(ClusterId{i});
    if (before == nullptr || now == nullptr) continue;
    EXPECT_EQ(before->name, now->name);
  }
}

TEST_F(LinkerTest, TheIdsInAPinnedRouteTableAreNotGivenAway) {
  PushBasics();
  const RouteTableId id = snapshot().listeners.Get(IdOfListener("l"))->chains.at(0).routes;
  const std::shared_ptr<const LinkedRoutes> pinned = snapshot().routes.Slot(id);
  PushRoutes("r", "b");
  PushCluster("b");
  PushEndpoints("b");
  Push(kClusterType, {}, {"a"});
  for (int i = 0; i < 200; ++i) {
    PushCluster("c" + std::to_string(i));
    PushEndpoints("c" + std::to_string(i));
    ASSERT_EQ(snapshot().clusters.Get(pinned->ClusterOf(0)), nullptr);
  }
  PushCluster("a");
  PushEndpoints("a");
  EXPECT_EQ(snapshot().clusters.Get(pinned->ClusterOf(0))->name, "a");
}

TEST_F(LinkerTest, OneChangedEndpointSetCopiesOneChunk) {
  std::vector<Resource> clusters;
  std::vector<Resource> endpoints;
  for (int i = 0; i < 600; ++i) {
    const std::string name = "c" + std::to_string(i);
    clusters.push_back({name, test::EdsClusterBytes(name)});
    endpoints.push_back({name, test::EndpointsBytes(name, {1})});
  }
  Push(kClusterType, clusters);
  Push(kEndpointType, endpoints);
  const std::shared_ptr<const ConfigSnapshot> before = configuration_.snapshot();
  PushEndpoints("c7", {2});
  int changed_slots = 0;
  for (uint32_t i = 0; i < before->endpoints.slot_end(); ++i) {
    changed_slots += before->endpoints.Get(ClusterId{i}) != snapshot().endpoints.Get(ClusterId{i});
    EXPECT_EQ(before->clusters.Get(ClusterId{i}), snapshot().clusters.Get(ClusterId{i}));
  }
  EXPECT_EQ(changed_slots, 1);
}

TEST_F(LinkerTest, P12_ATcpListenerWaitsForTheEndpointsOfItsCluster) {
  PushCluster("a");
  PushTcpListener("t", "a");
  EXPECT_FALSE(Serves("t"));
  EXPECT_EQ(linker().warming_listeners().at("t").what, "endpoints of cluster a");
  PushEndpoints("a");
  EXPECT_TRUE(Serves("t"));
  EXPECT_EQ(ClusterBehindTcp("t"), "a");
  EXPECT_THAT(wanted_[std::string(kRouteType)], IsEmpty());
}

TEST_F(LinkerTest, P13_AServingTcpListenerWaitsForAnUnknownClusterOnlySoLong) {
  PushCluster("a");
  PushEndpoints("a");
  PushTcpListener("t", "a");
  PushTcpListener("t", "b");
  EXPECT_EQ(ClusterBehindTcp("t"), "a");
  EXPECT_EQ(linker().warming_listeners().at("t").what, "cluster b");
  WaitUntilLookedAtAgain();
  EXPECT_EQ(ClusterBehindTcp("t"), "");
  PushCluster("b");
  PushEndpoints("b");
  EXPECT_EQ(ClusterBehindTcp("t"), "b");
}

TEST_F(LinkerTest, P13_AClusterThatIsGoneServesOnWhileATcpListenerNamesIt) {
  PushCluster("a");
  PushEndpoints("a");
  PushTcpListener("t", "a");
  Push(kClusterType, {}, {"a"});
  EXPECT_EQ(ClusterBehindTcp("t"), "a");
  PushTcpListener("t", "b");
  WaitUntilLookedAtAgain();
  EXPECT_EQ(ClusterBehindTcp("t"), "");
  PushTcpListener("t", "a");
  WaitUntilLookedAtAgain();
  EXPECT_EQ(ClusterBehindTcp("t"), "");
}

TEST_F(LinkerTest, AListenerMayTurnFromHttpToTcpAndBack) {
  PushBasics();
  PushTcpListener("l", "a");
  EXPECT_EQ(ClusterBehindTcp("l"), "a");
  EXPECT_EQ(snapshot().routes.Get(RouteTableId{0}), nullptr);
  Push(kClusterType, {}, {"a"});
  EXPECT_EQ(ClusterBehindTcp("l"), "a");
  PushListener("l", "r");
  PushRoutes("r", "b");
  EXPECT_EQ(ClusterBehindTcp("l"), "a");
  WaitUntilLookedAtAgain();
  EXPECT_EQ(ClusterBehind("l"), "");
}

}  // namespace
}  // namespace outrigger::compiler
