// What is kept, counted and told of each resource, and of each change.
#include "compiler/resource_ledger.h"

#include "base/log.h"
#include "base/read_file.h"
#include "test/support/log_folder.h"
#include "test/unit/compiler/configuration_fixture.h"

namespace outrigger::compiler {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using xds::ResourceState;

class ResourceLedgerTest : public ConfigurationTest {
 protected:
  explicit ResourceLedgerTest(CompileEnvironment environment = {})
      : ConfigurationTest(std::move(environment)) {
    LogOptions options;
    options.path = folder_.Path("log");
    EXPECT_TRUE(ConfigureLogging(options).ok());
  }
  ~ResourceLedgerTest() override { EXPECT_TRUE(ConfigureLogging({}).ok()); }

  std::string Told() const { return ReadFile(folder_.Path("log"), 1).value_or(""); }
  size_t LinesWith(const std::string& text) const {
    const std::string told = Told();
    size_t count = 0;
    for (size_t at = told.find(text); at != told.npos; at = told.find(text, at + 1)) ++count;
    return count;
  }
  int64_t Gauge(const std::string& name) {
    for (const auto& scope : stats_.List()) {
      for (size_t i = 0; i < scope->family().metrics.size(); ++i) {
        if (scope->FullName(i) == name) return static_cast<int64_t>(scope->Sum(i));
      }
    }
    return -1;
  }
  const xds::ResourceRecord& Cluster(const std::string& name) const {
    return configuration_.resources().clusters.Find(name)->record;
  }
  const xds::ResourceRecord& Endpoints(const std::string& name) const {
    return configuration_.resources().endpoints.Find(name)->record;
  }
  const xds::ResourceRecord& Listener(const std::string& name) const {
    return configuration_.resources().listeners.Find(name)->record;
  }
  xds::Verdict PushBadCluster(const std::string& name, const std::string& timeout = "-1s") {
    return Push(kClusterType,
                {{name, test::ClusterBytes("{name: " + name +
                                           ", type: STATIC, connect_timeout: " + timeout + "}")}});
  }

  const test::LogFolder folder_;
};

TEST_F(ResourceLedgerTest, P15_ARejectionIsToldOnceAndCountedWhileTheVersionBeforeServes) {
  PushBasics();
  ASSERT_EQ(PushBadCluster("a").errors.size(), 1u);
  EXPECT_EQ(Cluster("a").state, ResourceState::kRejected);
  EXPECT_EQ(Cluster("a").version, "1");
  EXPECT_EQ(Cluster("a").rejection->version, "5");
  EXPECT_TRUE(Cluster("a").is_effective());
  EXPECT_EQ(Gauge("xds.clusters.rejected"), 1);
  EXPECT_EQ(Gauge("xds.clusters.serving"), 0);
  EXPECT_THAT(Told(), HasSubstr("cluster a: version 5 is rejected: connect_timeout: "));
  EXPECT_THAT(Told(), HasSubstr("; version 1 serves"));
  PushBadCluster("a");
  EXPECT_EQ(LinesWith("cluster a: "), 1u);
  PushBadCluster("a", "-2s");  // with the same words
  EXPECT_EQ(LinesWith("cluster a: "), 1u);
  PushCluster("a");
  EXPECT_EQ(LinesWith("cluster a: version 8 serves"), 1u);
  EXPECT_EQ(Gauge("xds.clusters.rejected"), 0);
  EXPECT_EQ(Gauge("xds.clusters.serving"), 1);
}

TEST_F(ResourceLedgerTest, F5_RejectedBytesThatComeAgainAreRejectedByTheirHashAlone) {
  ASSERT_EQ(PushBadCluster("a").errors.size(), 1u);
  const xds::Rejection* rejection = Cluster("a").rejection.get();
  const std::string error = rejection->error;
  clock_.Advance(seconds(9));
  const xds::Verdict verdict = PushBadCluster("a");
  ASSERT_EQ(verdict.errors.size(), 1u);
  EXPECT_EQ(verdict.errors[0].message, error);
  EXPECT_TRUE(verdict.errors[0].is_noted);
  // Compiling it again would have made another one.
  EXPECT_EQ(Cluster("a").rejection.get(), rejection);
  EXPECT_EQ(rejection->version, "2");
  EXPECT_EQ(rejection->at, clock_.WallNow());
}

TEST_F(ResourceLedgerTest, OfNamesThatAreOnlyEverRejectedTheNewestAreKept) {
  for (size_t i = 0; i <= ResourceLedger::kRefusedMax; ++i) {
    PushBadCluster("c" + std::to_string(i));
  }
  const auto& clusters = configuration_.resources().clusters;
  EXPECT_EQ(clusters.entries().size(), ResourceLedger::kRefusedMax);
  EXPECT_EQ(clusters.Find("c0"), nullptr);
  EXPECT_NE(clusters.Find("c1"), nullptr);
  EXPECT_EQ(Gauge("xds.clusters.rejected"), static_cast<int64_t>(ResourceLedger::kRefusedMax));
}

TEST_F(ResourceLedgerTest, WhatWasAcceptedIsNotForgottenForThoseThatAreRejected) {
  PushBadCluster("kept");
  PushCluster("kept");
  for (size_t i = 0; i <= ResourceLedger::kRefusedMax; ++i) {
    PushBadCluster("c" + std::to_string(i));
  }
  EXPECT_NE(configuration_.resources().clusters.Find("kept"), nullptr);
}

TEST_F(ResourceLedgerTest, AVersionThatWaitsIsNotTheOneThatServes) {
  PushBasics();
  const WallTime began = Listener("l").effective_at;
  clock_.Advance(seconds(5));
  PushListener("l", "later");
  EXPECT_EQ(Listener("l").state, ResourceState::kWarming);
  ASSERT_NE(Listener("l").former, nullptr);
  EXPECT_EQ(Listener("l").former->version, "3");
  EXPECT_EQ(Listener("l").former->effective_at, began);
  EXPECT_THAT(Told(), HasSubstr("listener l: version 5 waits for route configuration later; "
                                "version 3 serves meanwhile"));
  clock_.Advance(seconds(5));
  PushRoutes("later", "a");
  EXPECT_EQ(Listener("l").state, ResourceState::kServing);
  EXPECT_EQ(Listener("l").former, nullptr);
  EXPECT_EQ(Listener("l").effective_at, clock_.WallNow());
  EXPECT_THAT(Told(), HasSubstr("listener l: version 5 serves"));
}

TEST_F(ResourceLedgerTest, WhatIsAskedForIsThereUntilItComes) {
  PushCluster("a");
  EXPECT_EQ(Endpoints("a").state, ResourceState::kRequested);
  EXPECT_EQ(Endpoints("a").first_seen, clock_.WallNow());
  EXPECT_EQ(Cluster("a").state, ResourceState::kWarming);
  EXPECT_EQ(Gauge("xds.endpoints.requested"), 1);
  PushEndpoints("a");
  EXPECT_EQ(Endpoints("a").state, ResourceState::kServing);
  EXPECT_EQ(Cluster("a").state, ResourceState::kServing);
  Push(kClusterType, {}, {"a"});
  EXPECT_EQ(configuration_.resources().endpoints.Find("a"), nullptr);
  EXPECT_EQ(Gauge("xds.endpoints.serving"), 0);
  EXPECT_EQ(Gauge("xds.clusters.serving"), 0);
}

TEST_F(ResourceLedgerTest, WhatNeverComesIsToldOf) {
  PushCluster("a");
  configuration_.OnAbsent(kEndpointType, {{"a", xds::Absence::Kind::kTimedOut, "not sent"}});
  EXPECT_EQ(Endpoints("a").state, ResourceState::kTimedOut);
  configuration_.OnAbsent(kEndpointType, {{"a", xds::Absence::Kind::kDoesNotExist, "gone"}});
  EXPECT_EQ(Endpoints("a").state, ResourceState::kAbsent);
  configuration_.OnAbsent(kEndpointType, {{"a", xds::Absence::Kind::kError, "not yours"}});
  EXPECT_EQ(Endpoints("a").state, ResourceState::kFailed);
  configuration_.OnAbsent(kEndpointType, {{"a", xds::Absence::Kind::kError, "not yours"}});
  EXPECT_EQ(LinesWith("endpoints a: not yours; nothing serves in its place"), 1u);
  configuration_.OnAbsent(kEndpointType, {{"nobody", xds::Absence::Kind::kError, "no"}});
  EXPECT_EQ(configuration_.resources().endpoints.Find("nobody"), nullptr);
}

TEST_F(ResourceLedgerTest, WhatIsRemovedAndStillUsedIsKept) {
  PushBasics();
  Push(kEndpointType, {}, {"a"});
  EXPECT_EQ(Endpoints("a").state, ResourceState::kKept);
  Push(kClusterType, {}, {"a"});
  ASSERT_EQ(configuration_.ledger().kept_clusters().count("a"), 1u);
  EXPECT_EQ(configuration_.ledger().kept_clusters().at("a").state, ResourceState::kKept);
  EXPECT_EQ(Gauge("xds.clusters.kept"), 1);
  PushRoutes("r", "b");
  clock_.Advance(Linker::kClusterWaitMax);
  configuration_.Settle();
  EXPECT_THAT(configuration_.ledger().kept_clusters(), IsEmpty());
  EXPECT_EQ(Gauge("xds.clusters.kept"), 0);
}

TEST_F(ResourceLedgerTest, AClusterThatComesBackIsNotKept) {
  PushBasics();
  Push(kClusterType, {}, {"a"});
  PushCluster("a");
  EXPECT_THAT(configuration_.ledger().kept_clusters(), IsEmpty());
  EXPECT_EQ(Gauge("xds.clusters.kept"), 0);
  EXPECT_EQ(Gauge("xds.clusters.serving"), 1);
}

// With --ignore-resource-deletion.
class IgnoredDeletionTest : public ResourceLedgerTest {
 protected:
  IgnoredDeletionTest() : ResourceLedgerTest({.ignores_deletion = true}) {}
};

TEST_F(IgnoredDeletionTest, X48_WhatRunsAndIsDeletedRunsOnAndThatIsTold) {
  PushBasics();
  Push(kClusterType, {}, {"a"});
  Push(kListenerType, {}, {"l"});
  EXPECT_TRUE(Serves("l"));
  EXPECT_EQ(ClusterBehind("l"), "a");
  EXPECT_EQ(Cluster("a").state, ResourceState::kKept);
  EXPECT_EQ(Listener("l").state, ResourceState::kKept);
  EXPECT_EQ(Gauge("xds.clusters.kept"), 1);
  EXPECT_EQ(Gauge("xds.listeners.kept"), 1);
  EXPECT_EQ(Gauge("cluster_manager.cluster_removed"), 0);
  EXPECT_EQ(updates_.back().removed, 0u);
  Push(kListenerType, {}, {"l"});
  EXPECT_EQ(LinesWith("listener l: the server has removed it, which --ignore-resource-deletion "
                      "ignores, and it is still used"),
            1u);
  EXPECT_EQ(LinesWith("[warning]"), 2u);
}

TEST_F(IgnoredDeletionTest, X48_ItIsOverWhenTheResourceComesAgain) {
  PushBasics();
  Push(kClusterType, {}, {"a"});
  Push(kListenerType, {}, {"l"});
  PushCluster("a");
  PushListener("l", "r");
  EXPECT_EQ(Cluster("a").state, ResourceState::kServing);
  EXPECT_EQ(Listener("l").state, ResourceState::kServing);
  EXPECT_EQ(Gauge("xds.clusters.kept"), 0);
  EXPECT_EQ(Gauge("xds.listeners.kept"), 0);
  EXPECT_EQ(LinesWith("cluster a: version 7 serves"), 1u);
}

TEST_F(IgnoredDeletionTest, X48_WhatDoesNotRunGoes) {
  PushListener("l", "r");
  PushCluster("a");
  PushBadCluster("b");
  Push(kClusterType, {}, {"a", "b"});
  Push(kListenerType, {}, {"l"});
  EXPECT_TRUE(configuration_.resources().clusters.entries().empty());
  EXPECT_TRUE(configuration_.resources().listeners.entries().empty());
}

TEST_F(IgnoredDeletionTest, X43X48_ATimeToLiveIsHeeded) {
  PushBasics();
  configuration_.OnExpired(kListenerType, {"l"});
  EXPECT_FALSE(Serves("l"));
}

TEST_F(IgnoredDeletionTest, X48_AFileMayDelete) {
  PushBasics();
  const std::vector<std::string> gone = {"l"};
  xds::Response response{kListenerType, {}, {}, {gone.begin(), gone.end()}};
  response.file = "/lds.yaml";
  configuration_.OnResponse(response);
  EXPECT_FALSE(Serves("l"));
}

TEST_F(IgnoredDeletionTest, X48_ADeletedListenerGivesWayToOneThatIsPutInItsPlace) {
  PushCluster("a");
  PushEndpoints("a");
  PushRoutes("r", "a");
  PushListener("l", "r", 81);
  PushRoutes("r", "a");
  Push(kListenerType, {}, {"l"});
  EXPECT_TRUE(Serves("l"));
  PushListener("other", "r", 82);
  EXPECT_TRUE(Serves("l"));
  PushListener("next", "r", 81);
  EXPECT_TRUE(Serves("next"));
  EXPECT_FALSE(Serves("l"));
  EXPECT_EQ(Gauge("xds.listeners.kept"), 0);
  const std::string bytes = test::ListenerBytes(test::ListenerYaml("last", "r", 81));
  Push(kListenerType, {{"last", bytes}}, {"next"});
  EXPECT_TRUE(Serves("last"));
  EXPECT_FALSE(Serves("next"));
}

TEST_F(IgnoredDeletionTest, X48_BeyondALimitWhatIsDeletedGoes) {
  std::vector<Resource> clusters;
  std::vector<std::string> names;
  for (size_t i = 0; i <= Configuration::kIgnoredDeletionsMax; ++i) {
    names.push_back("c" + std::to_string(i));
    clusters.push_back({names.back(), test::ClusterBytes("{name: " + names.back() + "}")});
  }
  Push(kClusterType, clusters);
  Push(kClusterType, {}, names);
  EXPECT_EQ(configuration_.resources().clusters.entries().size(),
            Configuration::kIgnoredDeletionsMax);
  Push(kClusterType, {}, names);
  EXPECT_EQ(configuration_.resources().clusters.entries().size(),
            Configuration::kIgnoredDeletionsMax);
}

TEST_F(ResourceLedgerTest, X48_WithoutTheFlagWhatIsDeletedGoes) {
  PushBasics();
  Push(kListenerType, {}, {"l"});
  EXPECT_FALSE(Serves("l"));
}

TEST_F(ResourceLedgerTest, AHundredLinesAreToldOfOneChange) {
  std::vector<Resource> bad;
  for (size_t i = 0; i < 150; ++i) bad.push_back({"c" + std::to_string(i), "\xff"});
  Push(kClusterType, bad);
  EXPECT_EQ(LinesWith("is rejected"), ResourceLedger::kLinesMax);
  EXPECT_THAT(Told(), HasSubstr("50 further changes of states: see /xds"));
}

TEST_F(ResourceLedgerTest, BytesThatCannotBeReadAreNotKept) {
  Push(kClusterType, {{"a", "\xff"}});
  EXPECT_EQ(Cluster("a").rejection->bytes, nullptr);
  PushBadCluster("b");
  EXPECT_NE(Cluster("b").rejection->bytes, nullptr);
}

TEST_F(ResourceLedgerTest, EachChangeIsToldWithWhatBecameOfItsResources) {
  PushBasics();
  updates_.clear();
  const std::string changed = test::ClusterBytes(
      "{name: a, type: EDS, connect_timeout: 7s, eds_cluster_config: {eds_config: {ads: {}}}}");
  Push(kClusterType, {{"a", changed}, {"b", test::EdsClusterBytes("b")}, {"c", "\xff"}}, {"d"});
  ASSERT_EQ(updates_.size(), 1u);
  const Update& update = updates_[0];
  EXPECT_EQ(update.source, UpdateSource::kControlPlane);
  EXPECT_EQ(update.type, "clusters");
  EXPECT_EQ(update.version, "5");
  EXPECT_EQ(update.at, clock_.WallNow());
  EXPECT_THAT(std::vector({update.added, update.changed, update.removed, update.rejected,
                           update.unchanged}),
              ElementsAre(1, 1, 1, 1, 0));
  EXPECT_EQ(update.snapshot, snapshot().version);
  Push(kClusterType, {{"a", changed}});
  ASSERT_EQ(updates_.size(), 2u);
  EXPECT_EQ(updates_[1].unchanged, 1u);
  EXPECT_EQ(updates_[1].snapshot, 0u);
}

TEST_F(ResourceLedgerTest, AWaitThatIsOverIsAChangeToo) {
  PushCluster("a");
  updates_.clear();
  configuration_.Settle();
  EXPECT_THAT(updates_, IsEmpty());
  clock_.Advance(seconds(15));
  configuration_.Settle();
  ASSERT_EQ(updates_.size(), 1u);
  EXPECT_EQ(updates_[0].source, UpdateSource::kExpiry);
  EXPECT_NE(updates_[0].snapshot, 0u);
}

}  // namespace
}  // namespace outrigger::compiler
