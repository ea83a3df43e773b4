// Clusters that requests ask for, without sockets.
#include "compiler/cluster_demand.h"

#include <fmt/format.h>

#include "test/unit/compiler/configuration_fixture.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Duration kLong = std::chrono::seconds(60);

class ClusterDemandTest : public testing::Test {
 protected:
  void Push(const std::vector<std::string>& clusters,
            const std::vector<std::string>& removed = {}) {
    xds::Response response{kClusterType, {}, {}, {removed.begin(), removed.end()}};
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
           [this](const std::set<std::string>& names) {
             wanted_ = names;
             ++wants_;
           },
       .deny_cluster = [this](const std::string& name) { denied_.push_back(name); }}};
};

TEST_F(ClusterDemandTest, ManyAsk) {
  configuration_.OnClusterNeeded("a", kLong);
  configuration_.OnClusterNeeded("a", kLong);
  EXPECT_THAT(wanted_, ElementsAre("a"));
  EXPECT_EQ(wants_, 1);
}

TEST_F(ClusterDemandTest, OneThatHasComeStaysAskedFor) {
  configuration_.OnClusterNeeded("a", kLong);
  Push({"a"});
  clock_.Advance(2 * kLong);
  configuration_.Settle();
  EXPECT_THAT(wanted_, ElementsAre("a"));
  EXPECT_THAT(denied_, IsEmpty());
  configuration_.OnClusterNeeded("a", kLong);
  EXPECT_EQ(wants_, 1);
}

TEST_F(ClusterDemandTest, OneThatDoesNotComeIsGivenUpWhenNobodyWaitsAnyMore) {
  configuration_.OnClusterNeeded("a", kLong);
  EXPECT_EQ(look_again_at_, clock_.Now() + kLong);
  configuration_.OnClusterNeeded("a", 2 * kLong);
  configuration_.OnClusterNeeded("a", Duration::zero());
  clock_.Advance(kLong);
  configuration_.Settle();
  EXPECT_THAT(denied_, IsEmpty());
  clock_.Advance(kLong);
  configuration_.Settle();
  EXPECT_THAT(denied_, ElementsAre("a"));
  EXPECT_THAT(wanted_, IsEmpty());
}

TEST_F(ClusterDemandTest, AnAnswerThatThereIsNoneEndsItAtOnce) {
  configuration_.OnClusterNeeded("a", kLong);
  configuration_.OnClusterNeeded("b", kLong);
  Push({}, {"a"});
  EXPECT_THAT(denied_, ElementsAre("a"));
  EXPECT_THAT(wanted_, ElementsAre("b"));
  configuration_.OnAbsent(kClusterType, {{"b", xds::Absence::Kind::kError, "no"}});
  EXPECT_THAT(denied_, ElementsAre("a", "b"));
  EXPECT_THAT(wanted_, IsEmpty());
}

TEST_F(ClusterDemandTest, NamesHaveALimit) {
  for (size_t i = 0; i < ClusterDemand::kNamesMax; ++i) {
    configuration_.OnClusterNeeded(fmt::format("c{}", i), kLong);
  }
  EXPECT_THAT(denied_, IsEmpty());
  configuration_.OnClusterNeeded("one more", kLong);
  EXPECT_THAT(denied_, ElementsAre("one more"));
  EXPECT_THAT(wanted_, SizeIs(ClusterDemand::kNamesMax));
  configuration_.OnClusterNeeded("c0", kLong);
  EXPECT_THAT(denied_, SizeIs(1));
}

}  // namespace
}  // namespace outrigger::compiler
