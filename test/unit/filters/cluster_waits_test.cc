#include "filters/cluster_waits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "filters/filter_pipeline.h"
#include "filters/host_waits.h"
#include "test/support/fake_clock.h"

namespace outrigger {
namespace {

constexpr Duration kLong = std::chrono::seconds(60);

class ClusterWaitsTest : public testing::Test {
 protected:
  FilterPipeline& NewPipeline() {
    pipelines_.push_back(std::make_unique<FilterPipeline>(
        FilterSurroundings{loop_, random_, 0, fails_, slot_, waits_, host_waits_}, formats_,
        [this] { ++resumed_; }));
    return *pipelines_.back();
  }
  // Timers have fired.
  void Turn() {
    clock_.Advance(std::chrono::milliseconds(10));
    loop_.RunOnce(Duration::zero());
  }

  FakeClock clock_;
  EventLoop loop_{clock_};
  FastRandom random_{1};
  SlabPool slabs_;
  Arena arena_{slabs_};
  bool fails_ = false;
  std::string line_;
  logging::FormatValues formats_{[] { return logging::LogEntry(); }, arena_, line_};
  SnapshotSlot slot_{loop_, loop_, [](const ConfigSnapshot*, const ConfigSnapshot&) {}};
  std::vector<std::string> asked_;
  const ClusterWaits::Ask ask_ = [this](const std::string& cluster, Duration) {
    asked_.push_back(cluster);
  };
  ClusterWaits waits_{ask_};
  const HostWaits::Ask ask_for_host_;
  HostWaits host_waits_{ask_for_host_};
  int resumed_ = 0;
  std::vector<std::unique_ptr<FilterPipeline>> pipelines_;
};

TEST_F(ClusterWaitsTest, RequestsHaveALimit) {
  FilterPipeline& first = NewPipeline();
  EXPECT_TRUE(waits_.Begin(first, "c", kLong));
  for (size_t i = 1; i < ClusterWaits::kRequestsMax; ++i) {
    EXPECT_TRUE(waits_.Begin(NewPipeline(), "c", kLong));
  }
  FilterPipeline& last = NewPipeline();
  EXPECT_FALSE(waits_.Begin(last, "d", kLong));
  EXPECT_EQ(asked_.size(), ClusterWaits::kRequestsMax);
  waits_.End(first, "c");
  waits_.End(first, "c");
  EXPECT_TRUE(waits_.Begin(last, "d", kLong));
}

TEST_F(ClusterWaitsTest, GivenUpTheyGoOnInALaterTurn) {
  ASSERT_TRUE(waits_.Begin(NewPipeline(), "c", kLong));
  ASSERT_TRUE(waits_.Begin(NewPipeline(), "c", kLong));
  ASSERT_TRUE(waits_.Begin(NewPipeline(), "d", kLong));
  for (const auto& pipeline : pipelines_) pipeline->PauseFor(kLong);
  waits_.OnDenied("c");
  EXPECT_EQ(resumed_, 0);
  Turn();
  EXPECT_EQ(resumed_, 2);
}

TEST_F(ClusterWaitsTest, AnAdoptedClusterEndsTheWaitForIt) {
  ASSERT_TRUE(waits_.Begin(NewPipeline(), "c", kLong));
  auto index = std::make_shared<ClusterIndex>();
  ConfigSnapshot snapshot;
  waits_.OnAdopt(snapshot);
  index->Add("c", std::make_shared<const ClusterId>(ClusterId{0}));
  snapshot.cluster_index = std::move(index);
  waits_.OnAdopt(snapshot);
  Turn();
  EXPECT_EQ(resumed_, 1);
}

}  // namespace
}  // namespace outrigger
