#include "compiler/configuration.h"

#include "cluster/cluster_update_stats.h"
#include "test/unit/compiler/configuration_fixture.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(ConfigurationTest, TenThousandNamesInSmallBatchesLeaveTheTablesSmall) {
  PushBasics();
  constexpr int kBatch = 20;
  for (int batch = 0; batch < 500; ++batch) {
    std::vector<Resource> clusters;
    std::vector<Resource> endpoints;
    std::vector<std::string> names;
    for (int i = 0; i < kBatch; ++i) {
      const std::string name = "c" + std::to_string(batch * kBatch + i);
      clusters.push_back({name, test::EdsClusterBytes(name)});
      endpoints.push_back({name, test::EndpointsBytes(name, {1})});
      names.push_back(name);
    }
    Push(kClusterType, clusters);
    Push(kEndpointType, endpoints);
    PushRoutes("r", names.front());
    ASSERT_EQ(ClusterBehind("l"), names.front());
    PushRoutes("r", "a");
    Push(kClusterType, {}, names);
  }
  EXPECT_LE(configuration_.linker().cluster_id_end(), 256u);
  EXPECT_LE(snapshot().clusters.slot_end(), 256u);
  EXPECT_THAT(wanted_[std::string(kEndpointType)], ElementsAre("a"));
  static_cast<void>(stats_.List());  // shows the last of them once more
  EXPECT_LT(stats_.List().size(), 50u);
}

TEST_F(ConfigurationTest, ThousandsOfListenersAndRouteTablesLeaveTheTablesSmall) {
  PushCluster("a");
  PushEndpoints("a");
  for (int i = 0; i < 2000; ++i) {
    const std::string name = "l" + std::to_string(i);
    PushListener(name, "r" + name, static_cast<uint16_t>(1000 + i));
    PushRoutes("r" + name, "a");
    ASSERT_TRUE(Serves(name));
    Push(kListenerType, {}, {name});
  }
  EXPECT_LE(configuration_.linker().listener_id_end(), 256u);
  EXPECT_LE(configuration_.linker().table_id_end(), 256u);
  EXPECT_LE(configuration_.linker().socket_id_end(), 256u);
  EXPECT_THAT(configuration_.resources().routes.entries(), IsEmpty());
}

TEST_F(ConfigurationTest, NothingIsPublishedWhenNothingChanged) {
  PushBasics();
  const int published = published_;
  PushCluster("a");
  PushEndpoints("a");
  PushRoutes("r", "a");
  PushListener("l", "r");
  EXPECT_EQ(published_, published);
}

TEST_F(ConfigurationTest, WhatIsWantedIsWhatAcceptedResourcesReferTo) {
  PushCluster("a");
  PushCluster("b", "service");
  PushListener("l", "r");
  EXPECT_THAT(wanted_[std::string(kEndpointType)], ElementsAre("a", "service"));
  EXPECT_THAT(wanted_[std::string(kRouteType)], ElementsAre("r"));
  Push(kClusterType, {}, {"a"});
  EXPECT_THAT(wanted_[std::string(kEndpointType)], ElementsAre("service"));
}

// Among ten thousand clusters a change of one costs that one (P4).
TEST_F(ConfigurationTest, P4_AChangeThatAsksForNothingElseLooksAtNothingElse) {
  PushBasics();
  const int before = wants_;
  const std::string cluster = test::ClusterBytes(
      "{name: a, type: EDS, connect_timeout: 7s, eds_cluster_config: {eds_config: {ads: {}}}}");
  ASSERT_TRUE(Push(kClusterType, {{"a", cluster}}).errors.empty());
  const std::string listener = test::ListenerBytes(test::ListenerYaml("l", "r") +
                                                   "\nper_connection_buffer_limit_bytes: 5000");
  ASSERT_TRUE(Push(kListenerType, {{"l", listener}}).errors.empty());
  EXPECT_EQ(wants_, before);
  EXPECT_EQ(configuration_.resources().clusters.Find("a")->value->connect_timeout,
            std::chrono::seconds(7));
}

TEST_F(ConfigurationTest, P4_ANewClusterAddsWhatItAsksForAndLooksAtNothingElse) {
  PushBasics();
  const int wants = wants_;
  const int additions = additions_;
  PushCluster("b", "b-endpoints");
  EXPECT_EQ(wants_, wants);
  EXPECT_EQ(additions_, additions + 1);
  EXPECT_THAT(wanted_[std::string(kEndpointType)], ElementsAre("a", "b-endpoints"));
  const auto* asked_for = configuration_.resources().endpoints.Find("b-endpoints");
  ASSERT_NE(asked_for, nullptr);
  EXPECT_EQ(asked_for->record.state, xds::ResourceState::kRequested);
  // It counts as if all had been looked at.
  const auto cluster = configuration_.resources().clusters.Find("b")->value;
  EXPECT_EQ(cluster->update_stats->Sum(kClusterUpdateAttempt), 1u);
  PushCluster("c", "c-endpoints");
  EXPECT_EQ(cluster->update_stats->Sum(kClusterUpdateAttempt), 1u);
}

TEST_F(ConfigurationTest, P4_WhatNewClustersNameIsAskedForBeforeChangedOnesAreLookedAt) {
  PushBasics();
  const auto timeout = [this](const std::string& cluster) {
    return configuration_.resources().clusters.Find(cluster)->value->connect_timeout;
  };
  const Duration before = timeout("a");
  std::optional<Duration> seen;
  on_addition_ = [&] { seen = timeout("a"); };
  const std::string changed = test::ClusterBytes(
      "{name: a, type: EDS, connect_timeout: 7s, eds_cluster_config: {eds_config: {ads: {}}}}");
  const auto verdict = Push(
      kClusterType,
      {{"a", changed}, {"bad", "no cluster"}, {"b", test::EdsClusterBytes("b", "b-endpoints")}});
  EXPECT_EQ(seen, before);
  EXPECT_EQ(timeout("a"), std::chrono::seconds(7));
  EXPECT_THAT(wanted_[std::string(kEndpointType)], ElementsAre("a", "b-endpoints"));
  // In the order in which they came.
  EXPECT_THAT(verdict.accepted, ElementsAre("a", "b"));
  ASSERT_EQ(verdict.errors.size(), 1u);
  EXPECT_EQ(verdict.errors[0].name, "bad");
  EXPECT_EQ(updates_.back().added, 1u);
}

TEST_F(ConfigurationTest, AChangeThatAsksForOtherNamesIsHeard) {
  PushBasics();
  PushCluster("a", "elsewhere");
  EXPECT_THAT(wanted_[std::string(kEndpointType)], ElementsAre("a", "elsewhere"));
  PushListener("l", "others");
  EXPECT_THAT(wanted_[std::string(kRouteType)], ElementsAre("others", "r"));
  const std::string plain = test::ClusterBytes("{name: a, type: STATIC, connect_timeout: 5s}");
  ASSERT_TRUE(Push(kClusterType, {{"a", plain}}).errors.empty());
  EXPECT_THAT(wanted_[std::string(kEndpointType)], testing::IsEmpty());
}

TEST_F(ConfigurationTest, ARefusedAddressIsTriedAgainWithTheSameBytes) {
  bind_status_ = absl::UnavailableError("address: in use");
  const std::string bytes = test::ListenerBytes(test::ListenerYaml("l", "r", 80));
  ASSERT_EQ(Push(kListenerType, {{"l", bytes}}).errors.size(), 1u);
  bind_status_ = absl::OkStatus();
  EXPECT_THAT(Push(kListenerType, {{"l", bytes}}).errors, IsEmpty());
}

TEST_F(ConfigurationTest, AnAddressThatStaysWithItsListenerIsNotFreeThoughTheListenerIsSentAgain) {
  PushListener("l", "r", 80);
  const std::string same = test::ListenerBytes(test::ListenerYaml("l", "r2", 80));
  const std::string other = test::ListenerBytes(test::ListenerYaml("m", "r", 80));
  const xds::Verdict verdict = Push(kListenerType, {{"l", same}, {"m", other}});
  ASSERT_EQ(verdict.errors.size(), 1u);
  EXPECT_EQ(verdict.errors[0].name, "m");
  EXPECT_THAT(verdict.errors[0].message, HasSubstr("127.0.0.1:80 is that of listener l"));
}

TEST_F(ConfigurationTest, OfTwoNewListenersWithOneAddressTheSecondIsRefused) {
  const xds::Verdict verdict =
      Push(kListenerType, {{"l", test::ListenerBytes(test::ListenerYaml("l", "r", 80))},
                           {"m", test::ListenerBytes(test::ListenerYaml("m", "r", 80))}});
  EXPECT_THAT(verdict.accepted, ElementsAre("l"));
  ASSERT_EQ(verdict.errors.size(), 1u);
  EXPECT_EQ(verdict.errors[0].name, "m");
}

TEST_F(ConfigurationTest, ListenersOnPortZeroEachHaveAPortOfTheirOwn) {
  PushCluster("a");
  PushEndpoints("a");
  PushListener("l", "r");
  PushListener("m", "r");
  PushRoutes("r", "a");
  EXPECT_TRUE(Serves("l"));
  EXPECT_TRUE(Serves("m"));
  EXPECT_NE(snapshot().listeners.Get(IdOfListener("l"))->sockets.at(0),
            snapshot().listeners.Get(IdOfListener("m"))->sockets.at(0));
}

TEST_F(ConfigurationTest, AnAddressPromisedToAListenerWhoseOwnerFailsToLeaveIsWaitedFor) {
  PushCluster("a");
  PushEndpoints("a");
  PushListener("l", "r", 80);
  PushRoutes("r", "a");
  // m comes first, relying on l to leave; then l's new version is refused.
  const xds::Verdict verdict = Push(
      kListenerType, {{"m", test::ListenerBytes(test::ListenerYaml("m", "r", 80))}, {"l", "\xff"}});
  EXPECT_THAT(verdict.accepted, ElementsAre("m"));
  EXPECT_TRUE(Serves("l"));
  EXPECT_FALSE(Serves("m"));
  EXPECT_EQ(configuration_.linker().warming_listeners().at("m").what,
            "address 127.0.0.1:80, which listener l has");
  Push(kListenerType, {}, {"l"});
  EXPECT_TRUE(Serves("m"));
}

}  // namespace
}  // namespace outrigger::compiler
