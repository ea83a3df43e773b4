#include "filters/cluster_waits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace outrigger {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const ClusterFetch kLong = {nullptr, std::chrono::seconds(60)};

struct Waiter final : ClusterWaiter {
  void OnClusterSettled(bool serves) override { settled.push_back(serves); }
  std::vector<bool> settled;
};

class ClusterWaitsTest : public testing::Test {
 protected:
  Waiter& NewWaiter() { return waiters_.emplace_back(); }

  std::vector<std::string> asked_;
  const ClusterWaits::Ask ask_ = [this](const std::string& cluster, const ClusterFetch&) {
    asked_.push_back(cluster);
  };
  ClusterWaits waits_{ask_};
  std::deque<Waiter> waiters_;  // their addresses stay
};

TEST_F(ClusterWaitsTest, WaitersHaveALimit) {
  Waiter& first = NewWaiter();
  EXPECT_TRUE(waits_.Begin(first, "c", kLong));
  for (size_t i = 1; i < ClusterWaits::kWaitersMax; ++i) {
    EXPECT_TRUE(waits_.Begin(NewWaiter(), "c", kLong));
  }
  Waiter& last = NewWaiter();
  EXPECT_FALSE(waits_.Begin(last, "d", kLong));
  EXPECT_EQ(asked_.size(), ClusterWaits::kWaitersMax);
  waits_.End(first, "c");
  waits_.End(first, "c");
  EXPECT_TRUE(waits_.Begin(last, "d", kLong));
}

TEST_F(ClusterWaitsTest, AClusterThatIsGivenUpEndsTheWaitsForIt) {
  Waiter& one = NewWaiter();
  Waiter& two = NewWaiter();
  Waiter& other = NewWaiter();
  ASSERT_TRUE(waits_.Begin(one, "c", kLong));
  ASSERT_TRUE(waits_.Begin(two, "c", kLong));
  ASSERT_TRUE(waits_.Begin(other, "d", kLong));
  waits_.OnDenied("c");
  EXPECT_THAT(one.settled, ElementsAre(false));
  EXPECT_THAT(two.settled, ElementsAre(false));
  EXPECT_THAT(other.settled, IsEmpty());
}

TEST_F(ClusterWaitsTest, AnAdoptedClusterEndsTheWaitForIt) {
  Waiter& waiter = NewWaiter();
  ASSERT_TRUE(waits_.Begin(waiter, "c", kLong));
  auto index = std::make_shared<ClusterIndex>();
  ConfigSnapshot snapshot;
  waits_.OnAdopt(snapshot);
  EXPECT_THAT(waiter.settled, IsEmpty());
  index->Add("c", std::make_shared<const ClusterId>(ClusterId{0}));
  snapshot.cluster_index = std::move(index);
  waits_.OnAdopt(snapshot);
  EXPECT_THAT(waiter.settled, ElementsAre(true));
}

}  // namespace
}  // namespace outrigger
