#include "compiler/resource_files.h"

#include <fmt/format.h>

#include "cluster/cluster_update_stats.h"
#include "stats/server_stats.h"
#include "test/support/moved_files.h"
#include "test/unit/compiler/configuration_fixture.h"

namespace outrigger::compiler {
namespace {

using test::DiscoveryYaml;
using test::EdsClusterFields;
using test::EndpointsFields;
using test::ListenerFields;
using test::PathSource;
using test::RouteFields;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

// Clusters, endpoints, listeners and routes from files of a folder.
class ResourceFilesTest : public ConfigurationTest {
 protected:
  ResourceFilesTest() {
    files_.emplace(
        configuration_,
        ResourceFiles::Hooks{[this](const std::string& path, bool is_watched) {
                               is_watched ? watched_.insert(path).second : watched_.erase(path) > 0;
                             },
                             [this] { ++due_; },
                             [this](std::string_view line) { problems_.emplace_back(line); },
                             [this](std::string_view line) { unknown_.emplace_back(line); }});
    PutClusters({"a"});
    PutEndpoints("1", "a");
    PutListeners({"l"});
    PutRoutes("1", RouteFields("r", "a"));
  }
  void PutClusters(const std::vector<std::string>& names) {
    std::vector<std::string> clusters;
    for (const std::string& name : names) {
      clusters.push_back(EdsClusterFields(name, PathSource(folder_.Path("eds.yaml"))));
    }
    folder_.Put("cds.yaml", DiscoveryYaml("1", kClusterType, clusters));
  }
  void PutEndpoints(std::string_view version, const std::string& name) {
    folder_.Put("eds.yaml", DiscoveryYaml(version, kEndpointType, {EndpointsFields(name, 1)}));
  }
  void PutListeners(const std::vector<std::string>& names) {
    std::vector<std::string> listeners;
    for (const std::string& name : names) {
      listeners.push_back(ListenerFields(name, "r", PathSource(folder_.Path("rds.yaml"))));
    }
    folder_.Put("lds.yaml", DiscoveryYaml("1", kListenerType, listeners));
  }
  void PutRoutes(std::string_view version, const std::string& fields) {
    folder_.Put("rds.yaml", DiscoveryYaml(version, kRouteType, {fields}));
  }
  void Start() {
    files_->TakeAll(kListenerType, File("lds.yaml"));
    files_->TakeAll(kClusterType, File("cds.yaml"));
    files_->ReadPending();
  }
  FileSource File(std::string_view name) const { return {folder_.Path(name), {}}; }
  // What was moved into place is read; what was said of it.
  std::vector<std::string> Move(std::string_view name) {
    files_->OnMoved(folder_.path(), name);
    files_->ReadPending();
    return std::exchange(problems_, {});
  }
  std::string At(std::string_view name, std::string_view problem) const {
    return fmt::format("{}: {}", folder_.Path(name), problem);
  }
  // attempt, success, rejected, failure of the route table.
  std::vector<uint64_t> RouteCounts() {
    return {RouteSum(stats::kRdsUpdateAttempt), RouteSum(stats::kRdsUpdateSuccess),
            RouteSum(stats::kRdsUpdateRejected), RouteSum(stats::kRdsUpdateFailure)};
  }
  uint64_t RouteSum(size_t metric) {
    return stats_.Find(stats::kRdsFamily, stats::RdsScopeName("l", "r"))->Sum(metric);
  }
  // The same of all listeners.
  std::vector<uint64_t> ListenerCounts() {
    return {ListenerSum(stats::kLdsUpdateAttempt), ListenerSum(stats::kLdsUpdateSuccess),
            ListenerSum(stats::kLdsUpdateRejected), ListenerSum(stats::kLdsUpdateFailure)};
  }
  uint64_t ListenerSum(size_t metric) {
    return stats_.Find(stats::kListenerManagerFamily, "")->Sum(metric);
  }

  test::MovedFiles folder_;
  std::set<std::string> watched_;
  int due_ = 0;
  std::vector<std::string> problems_;
  std::vector<std::string> unknown_;
};

TEST_F(ResourceFilesTest, X58_EverythingComesFromFiles) {
  Start();
  EXPECT_THAT(problems_, IsEmpty());
  EXPECT_TRUE(Serves("l"));
  EXPECT_EQ(ClusterBehind("l"), "a");
  EXPECT_THAT(watched_, ElementsAre(folder_.path()));
  EXPECT_THAT(wanted_[std::string(kEndpointType)], IsEmpty());
  EXPECT_THAT(wanted_[std::string(kRouteType)], IsEmpty());
  EXPECT_THAT(RouteCounts(), ElementsAre(1, 1, 0, 0));
  EXPECT_THAT(ListenerCounts(), ElementsAre(1, 1, 0, 0));
}

TEST_F(ResourceFilesTest, X58_AFileIsReadAgainWhenItIsMovedIntoPlaceAndNotOtherwise) {
  Start();
  PutClusters({"a", "b"});
  PutEndpoints("2", "a");
  PutRoutes("2", RouteFields("r", "b"));
  EXPECT_FALSE(files_->has_pending());
  files_->OnMoved(folder_.path(), "other.yaml");
  files_->OnMoved("/elsewhere", "rds.yaml");
  EXPECT_FALSE(files_->has_pending());
  due_ = 0;
  files_->OnMoved(folder_.path(), "rds.yaml");
  EXPECT_TRUE(files_->has_pending());
  EXPECT_EQ(due_, 1);
  files_->ReadPending();
  EXPECT_THAT(RouteCounts(), ElementsAre(2, 2, 0, 0));
}

TEST_F(ResourceFilesTest, X58_AnyMoveIntoTheWatchedFolderCounts) {
  files_->TakeAll(kClusterType, {folder_.Path("cds.yaml"), "/watched"});
  files_->ReadPending();
  EXPECT_THAT(watched_, ElementsAre(folder_.path(), "/watched"));
  files_->OnMoved(folder_.path(), "cds.yaml");
  EXPECT_FALSE(files_->has_pending());
  files_->OnMoved("/watched", "..data");
  EXPECT_TRUE(files_->has_pending());
}

TEST_F(ResourceFilesTest, X58_ABrokenFileChangesNothingAndIsCountedAndTold) {
  Start();
  folder_.Put("rds.yaml", "{resources: [");
  EXPECT_THAT(Move("rds.yaml"),
              ElementsAre(At("rds.yaml", "line 1, column 1: end of sequence flow not found")));
  EXPECT_THAT(RouteCounts(), ElementsAre(2, 1, 0, 1));
  PutRoutes("2", RouteFields("other", "a"));
  EXPECT_THAT(Move("rds.yaml"), ElementsAre(At("rds.yaml", "resources[0]: must be r, is other")));
  EXPECT_THAT(RouteCounts(), ElementsAre(3, 1, 1, 1));
  PutRoutes("2", "name: r, virtual_hosts: [{name: all}]");
  EXPECT_THAT(
      Move("rds.yaml"),
      ElementsAre(At("rds.yaml", "r: virtual_hosts[0].domains: must have at least 1 element(s)")));
  EXPECT_THAT(RouteCounts(), ElementsAre(4, 1, 2, 1));
  folder_.Remove("rds.yaml");
  EXPECT_THAT(Move("rds.yaml"), ElementsAre(fmt::format("cannot read {}: No such file or directory",
                                                        folder_.Path("rds.yaml"))));
  EXPECT_THAT(RouteCounts(), ElementsAre(5, 1, 2, 2));
  EXPECT_EQ(ClusterBehind("l"), "a");
  const auto& entry = configuration_.resources().routes.entries().begin()->second;
  ASSERT_NE(entry.record.rejection, nullptr);
  EXPECT_EQ(entry.record.rejection->error,
            fmt::format("cannot read {}: No such file or directory", folder_.Path("rds.yaml")));
  PutRoutes("3", RouteFields("r", "a"));
  EXPECT_THAT(Move("rds.yaml"), IsEmpty());
  EXPECT_EQ(entry.record.rejection, nullptr);
}

TEST_F(ResourceFilesTest, AFileOfOneResourceHoldsNoOther) {
  Start();
  folder_.Put("rds.yaml",
              DiscoveryYaml("2", kRouteType, {RouteFields("r", "a"), RouteFields("s", "a")}));
  EXPECT_THAT(Move("rds.yaml"), ElementsAre(At("rds.yaml", "resources: must be one, are 2")));
  folder_.Put("rds.yaml", DiscoveryYaml("2", kEndpointType, {EndpointsFields("a", 1)}));
  EXPECT_THAT(Move("rds.yaml"), ElementsAre(At("rds.yaml",
                                               "resources[0]: must be envoy.config.route.v3."
                                               "RouteConfiguration, is envoy.config.endpoint.v3."
                                               "ClusterLoadAssignment")));
  EXPECT_THAT(RouteCounts(), ElementsAre(3, 1, 2, 0));
}

TEST_F(ResourceFilesTest, WithoutItsResourceAFileIsCountedAsEmptyAndTheFormerServes) {
  Start();
  folder_.Put("rds.yaml", DiscoveryYaml("2", kRouteType, {}));
  EXPECT_THAT(Move("rds.yaml"), IsEmpty());
  EXPECT_THAT(RouteCounts(), ElementsAre(2, 2, 0, 0));
  EXPECT_EQ(RouteSum(stats::kRdsUpdateEmpty), 1u);
  const auto scope = stats_.Find(stats::kRdsFamily, stats::RdsScopeName("l", "r"));
  EXPECT_EQ(scope->Text(stats::kRdsVersionText), "2");
  EXPECT_EQ(ClusterBehind("l"), "a");
}

TEST_F(ResourceFilesTest, X20_WhatIsNotInTheFileAnyMoreIsGone) {
  PutListeners({"l", "m"});
  Start();
  EXPECT_TRUE(Serves("m"));
  PutListeners({"l"});
  Move("lds.yaml");
  EXPECT_TRUE(Serves("l"));
  EXPECT_FALSE(Serves("m"));
  folder_.Put("lds.yaml", DiscoveryYaml("3", kListenerType, {}));
  Move("lds.yaml");
  EXPECT_FALSE(Serves("l"));
  EXPECT_THAT(watched_, ElementsAre(folder_.path()));
}

TEST_F(ResourceFilesTest, X5_TheGoodOnesOfAFileAreUsed) {
  Start();
  folder_.Put(
      "lds.yaml",
      DiscoveryYaml("2", kListenerType,
                    {"name: l", ListenerFields("m", "r", PathSource(folder_.Path("rds.yaml")))}));
  EXPECT_THAT(Move("lds.yaml"),
              ElementsAre(At("lds.yaml",
                             "l: address: is required; filter_chains: must have an element, or "
                             "there must be a default_filter_chain")));
  EXPECT_TRUE(Serves("l"));
  EXPECT_TRUE(Serves("m"));
  EXPECT_THAT(ListenerCounts(), ElementsAre(2, 1, 1, 0));
}

TEST_F(ResourceFilesTest, AFileWithOneNameTwiceChangesNothing) {
  Start();
  PutListeners({"m", "m"});
  EXPECT_THAT(Move("lds.yaml"), ElementsAre(At("lds.yaml", "resources[1]: m is there twice")));
  EXPECT_TRUE(Serves("l"));
  EXPECT_THAT(ListenerCounts(), ElementsAre(2, 1, 1, 0));
}

TEST_F(ResourceFilesTest, AFileThatIsNotThereRefusesWhoNamesItUntilItIs) {
  folder_.Remove("eds.yaml");
  Start();
  EXPECT_THAT(std::exchange(problems_, {}),
              ElementsAre(At("cds.yaml", fmt::format("a: eds_cluster_config.eds_config."
                                                     "path_config_source.path: {} does not exist",
                                                     folder_.Path("eds.yaml")))));
  PutEndpoints("1", "a");
  EXPECT_THAT(Move("cds.yaml"), IsEmpty());  // the same bytes again
  EXPECT_EQ(ClusterBehind("l"), "a");
}

TEST_F(ResourceFilesTest, TablesOfOneNameFromDifferentFilesAreDifferentTables) {
  PutClusters({"a"});
  folder_.Put("other.yaml", DiscoveryYaml("1", kRouteType, {RouteFields("r", "b")}));
  folder_.Put("lds.yaml",
              DiscoveryYaml("1", kListenerType,
                            {ListenerFields("l", "r", PathSource(folder_.Path("rds.yaml"))),
                             ListenerFields("m", "r", PathSource(folder_.Path("other.yaml"))),
                             ListenerFields("n", "r", "ads: {}")}));
  Start();
  EXPECT_EQ(ClusterBehind("l"), "a");
  clock_.Advance(Linker::kFirstClusterWaitMax);
  configuration_.Settle();
  EXPECT_EQ(ClusterBehind("m"), "");
  EXPECT_FALSE(Serves("n"));
  EXPECT_THAT(wanted_[std::string(kRouteType)], ElementsAre("r"));
  EXPECT_EQ(configuration_.linker().warming_listeners().at("n").what, "route configuration r");
}

TEST_F(ResourceFilesTest, AFolderIsWatchedWhileSomeFileOfItIsWanted) {
  const test::MovedFiles elsewhere;
  elsewhere.Put("r.yaml", DiscoveryYaml("1", kRouteType, {RouteFields("r", "a")}));
  folder_.Put("lds.yaml",
              DiscoveryYaml("1", kListenerType,
                            {ListenerFields("l", "r", PathSource(elsewhere.Path("r.yaml")))}));
  Start();
  EXPECT_THAT(watched_, UnorderedElementsAre(folder_.path(), elsewhere.path()));
  EXPECT_TRUE(Serves("l"));
  PutListeners({"l"});
  Move("lds.yaml");
  EXPECT_TRUE(Serves("l"));
  EXPECT_THAT(watched_, ElementsAre(folder_.path()));
}

TEST_F(ResourceFilesTest, WhenEventsWereLostEveryFileIsReadAgain) {
  Start();
  PutRoutes("2", RouteFields("r", "b"));
  files_->OnLost();
  files_->ReadPending();
  EXPECT_THAT(RouteCounts(), ElementsAre(2, 2, 0, 0));
  EXPECT_THAT(ListenerCounts(), ElementsAre(2, 2, 0, 0));
}

TEST_F(ResourceFilesTest, AControlPlanesFailureIsNoneOfFiles) {
  Start();
  configuration_.OnFailure(kRouteType);
  EXPECT_THAT(RouteCounts(), ElementsAre(1, 1, 0, 0));
}

TEST_F(ResourceFilesTest, UnknownFieldsAreTold) {
  PutRoutes("1", RouteFields("r", "a") + ", nonsense: 1");
  Start();
  EXPECT_TRUE(Serves("l"));
  EXPECT_THAT(problems_, IsEmpty());
  EXPECT_THAT(unknown_, ElementsAre(At(
                            "rds.yaml",
                            "resources[0]{envoy.config.route.v3.RouteConfiguration}.nonsense: "
                            "no such field in envoy.config.route.v3.RouteConfiguration (line 3)")));
}

}  // namespace
}  // namespace outrigger::compiler
