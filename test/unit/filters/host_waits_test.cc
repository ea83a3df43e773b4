#include "filters/host_waits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "filters/cluster_waits.h"
#include "filters/filter_pipeline.h"
#include "test/support/fake_clock.h"

namespace outrigger {
namespace {

constexpr Duration kLong = std::chrono::seconds(60);

class HostWaitsTest : public testing::Test {
 protected:
  FilterPipeline& NewPipeline() {
    pipelines_.push_back(std::make_unique<FilterPipeline>(
        FilterSurroundings{loop_, random_, 0, fails_, slot_, cluster_waits_, waits_}, formats_,
        [this] { ++resumed_; }));
    return *pipelines_.back();
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
  const ClusterWaits::Ask ask_for_cluster_;
  ClusterWaits cluster_waits_{ask_for_cluster_};
  size_t asked_ = 0;
  const HostWaits::Ask ask_ = [this](const std::string&, Duration) { ++asked_; };
  HostWaits waits_{ask_};
  int resumed_ = 0;
  std::vector<std::unique_ptr<FilterPipeline>> pipelines_;
};

TEST_F(HostWaitsTest, RequestsHaveALimit) {
  FilterPipeline& first = NewPipeline();
  EXPECT_TRUE(waits_.Begin(first, "t/h", kLong));
  for (size_t i = 1; i < HostWaits::kRequestsMax; ++i) {
    EXPECT_TRUE(waits_.Begin(NewPipeline(), "t/h", kLong));
  }
  FilterPipeline& last = NewPipeline();
  EXPECT_FALSE(waits_.Begin(last, "t/i", kLong));
  EXPECT_EQ(asked_, HostWaits::kRequestsMax);
  waits_.End(first, "t/h");
  waits_.End(first, "t/h");
  EXPECT_TRUE(waits_.Begin(last, "t/i", kLong));
}

TEST_F(HostWaitsTest, AnsweredTheyGoOnInALaterTurn) {
  ASSERT_TRUE(waits_.Begin(NewPipeline(), "t/h", kLong));
  ASSERT_TRUE(waits_.Begin(NewPipeline(), "t/h", kLong));
  ASSERT_TRUE(waits_.Begin(NewPipeline(), "t/i", kLong));
  for (const auto& pipeline : pipelines_) pipeline->PauseFor(kLong);
  waits_.OnAnswered("t/h");
  EXPECT_EQ(resumed_, 0);
  clock_.Advance(std::chrono::milliseconds(10));
  loop_.RunOnce(Duration::zero());
  EXPECT_EQ(resumed_, 2);
}

}  // namespace
}  // namespace outrigger
