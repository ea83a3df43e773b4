// Clusters that requests ask for, without sockets.
#include "compiler/cluster_demand.h"

#include <fmt/format.h>

#include "cluster/cluster_stats.h"
#include "stats/server_stats.h"
#include "test/unit/compiler/configuration_fixture.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr Duration kLong = std::chrono::seconds(60);
const SourcePointer kOwn = std::make_shared<const ResourceSource>(StreamSource{"own", "xds"});

class ClusterDemandTest : public testing::Test {
 protected:
  void Need(const std::string& cluster, Duration wait_max, SourcePointer source = nullptr) {
    configuration_.OnClusterNeeded(cluster, {std::move(source), wait_max});
  }
  void Rest() {
    clock_.Advance(ClusterDemand::kIdleMax);
    configuration_.Settle();
  }
  void Use(const std::string& cluster, ClusterStat how) {
    configuration_.resources().clusters.Find(cluster)->value->stats->ForWriter(0).Add(how);
  }
  bool Has(const std::string& cluster) const {
    return configuration_.resources().clusters.Find(cluster) != nullptr;
  }
  void Push(const std::vector<std::string>& clusters, const std::vector<std::string>& removed = {},
            const SourcePointer& source = nullptr) {
    const std::string key = ResourceKey("", source);
    xds::Response response{kClusterType, {}, {}, {removed.begin(), removed.end()}, {}, key};
    std::vector<std::string> bytes;
    for (const std::string& name : clusters) {
      bytes.push_back(test::ClusterBytes("{name: " + name + ", type: STATIC}"));
    }
    for (size_t i = 0; i < clusters.size(); ++i) {
      response.resources.push_back({clusters[i], "1", kClusterType, bytes[i]});
    }
    EXPECT_THAT(configuration_.OnResponse(response).errors, IsEmpty());
  }

  FakeClock clock_;
  stats::Registry stats_;
  std::set<std::string> wanted_;
  int wants_ = 0;
  std::vector<std::string> denied_;
  std::optional<MonotonicTime> look_again_at_;
  Configuration configuration_{
      stats_,
      clock_,
      {.bind = [](const ListenerConfig&) { return absl::OkStatus(); },
       .publish = [](const std::shared_ptr<const ConfigSnapshot>&) {},
       .want = [](std::string_view, const SourcesByKey&) {},
       .settled = [this](std::optional<MonotonicTime> at) { look_again_at_ = at; },
       .look_up = {},
       .updated = {},
       .want_clusters =
           [this](const SourcesByKey& wanted) {
             wanted_.clear();
             for (const auto& [key, source] : wanted) wanted_.insert(key);
             ++wants_;
           },
       .deny_cluster = [this](const std::string& name) { denied_.push_back(name); }},
      {.takes_clusters = false}};
};

TEST_F(ClusterDemandTest, ManyAsk) {
  Need("a", kLong);
  Need("a", kLong);
  EXPECT_THAT(wanted_, ElementsAre("a"));
  EXPECT_EQ(wants_, 1);
}

TEST_F(ClusterDemandTest, OneThatHasComeStaysAskedFor) {
  Need("a", kLong);
  Push({"a"});
  clock_.Advance(2 * kLong);
  configuration_.Settle();
  EXPECT_THAT(wanted_, ElementsAre("a"));
  EXPECT_THAT(denied_, IsEmpty());
  Need("a", kLong);
  EXPECT_EQ(wants_, 1);
}

TEST_F(ClusterDemandTest, OneThatDoesNotComeIsGivenUpWhenNobodyWaitsAnyMore) {
  Need("a", kLong);
  EXPECT_EQ(look_again_at_, clock_.Now() + kLong);
  Need("a", 2 * kLong);
  Need("a", Duration::zero());
  clock_.Advance(kLong);
  configuration_.Settle();
  EXPECT_THAT(wanted_, ElementsAre("a"));
  clock_.Advance(kLong);
  configuration_.Settle();
  EXPECT_THAT(wanted_, IsEmpty());
  EXPECT_THAT(denied_, IsEmpty()) << "they know themselves that their time is over";
}

TEST_F(ClusterDemandTest, AnAnswerThatThereIsNoneEndsItAtOnce) {
  Need("a", kLong);
  Need("b", kLong);
  Push({}, {"a"});
  EXPECT_THAT(denied_, ElementsAre("a"));
  EXPECT_THAT(wanted_, ElementsAre("b"));
  configuration_.OnAbsent(kClusterType, {{"b", xds::Absence::Kind::kError, "no"}});
  EXPECT_THAT(denied_, ElementsAre("a", "b"));
  EXPECT_THAT(wanted_, IsEmpty());
}

TEST_F(ClusterDemandTest, NamesHaveALimit) {
  for (size_t i = 0; i < ClusterDemand::kNamesMax; ++i) {
    Need(fmt::format("c{}", i), kLong);
  }
  EXPECT_THAT(denied_, IsEmpty());
  Need("one more", kLong);
  EXPECT_THAT(denied_, ElementsAre("one more"));
  EXPECT_THAT(wanted_, SizeIs(ClusterDemand::kNamesMax));
  Need("c0", kLong);
  EXPECT_THAT(denied_, SizeIs(1));
}

TEST_F(ClusterDemandTest, OneThatNobodyUsesAnyMoreIsLetGo) {
  Need("a", kLong);
  Push({"a"});
  Rest();
  EXPECT_FALSE(Has("a"));
  EXPECT_THAT(wanted_, IsEmpty());
  EXPECT_THAT(denied_, IsEmpty()) << "nobody waits";
  EXPECT_EQ(stats_.Find(stats::kClusterManagerFamily, "")->Sum(stats::kOnDemandIdle), 1u);
  // Whoever needs it then asks anew.
  Need("a", kLong);
  EXPECT_THAT(wanted_, ElementsAre("a"));
}

TEST_F(ClusterDemandTest, OneThatIsUsedStays) {
  Need("a", kLong);
  Push({"a"});
  Use("a", kUpstreamRqTotal);
  Rest();
  EXPECT_TRUE(Has("a"));
  Use("a", kUpstreamRqActive);
  Rest();
  EXPECT_TRUE(Has("a"));
  EXPECT_EQ(look_again_at_, clock_.Now() + ClusterDemand::kIdleMax);
}

TEST_F(ClusterDemandTest, OneThatHasNotBeenAskedForStays) {
  Push({"a"});
  Rest();
  EXPECT_TRUE(Has("a"));
}

TEST_F(ClusterDemandTest, ItIsAskedForWhereItIsToCome) {
  Need("a", kLong, kOwn);
  EXPECT_THAT(wanted_, ElementsAre(ResourceKey("a", kOwn)));
  Need("a", kLong);
  EXPECT_THAT(wanted_, UnorderedElementsAre("a", ResourceKey("a", kOwn)));
  // One of the two may have it yet.
  Push({}, {"a"}, kOwn);
  EXPECT_THAT(denied_, IsEmpty());
  EXPECT_THAT(wanted_, ElementsAre("a"));
  configuration_.OnAbsent(kClusterType, {{"a", xds::Absence::Kind::kDoesNotExist, ""}});
  EXPECT_THAT(denied_, ElementsAre("a"));
}

TEST_F(ClusterDemandTest, WhoHasNotSentAClusterDoesNotRemoveIt) {
  Need("a", kLong, kOwn);
  Push({"a"}, {}, kOwn);
  Push({}, {"a"});
  EXPECT_TRUE(Has("a"));
  Push({"a"});
  Push({}, {"a"}, kOwn);
  EXPECT_TRUE(Has("a"));
  Push({}, {"a"});
  EXPECT_FALSE(Has("a"));
}

TEST_F(ClusterDemandTest, ClustersOfOwnStreamsAreNotCountedAsThoseOfCds) {
  const auto success = [&] {
    return stats_.Find(stats::kClusterManagerFamily, "")->Sum(stats::kCdsUpdateSuccess);
  };
  Need("a", kLong, kOwn);
  Push({"a"}, {}, kOwn);
  EXPECT_EQ(success(), 0u);
  Push({"a"});
  EXPECT_EQ(success(), 1u);
}

}  // namespace
}  // namespace outrigger::compiler
