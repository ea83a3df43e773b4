#include "cluster/lb/balancer.h"

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "cluster/endpoint_set.h"
#include "gtest/gtest.h"
#include "test/support/allocation_count.h"

namespace outrigger {
namespace {

EndpointSet Weighing(std::initializer_list<uint32_t> weights) {
  EndpointSet set;
  for (const uint32_t weight : weights) set.endpoints.push_back({.weight = weight});
  set.BuildPicks();
  return set;
}

class Picker {
 public:
  explicit Picker(uint64_t seed = 1) : random_(seed) {}

  uint32_t Pick(const EndpointSet& set) { return Choose(set).endpoint.value(); }
  Balanced Choose(const EndpointSet& set) {
    return Balance(*set.picks, options, cursors_, random_,
                   [this](uint32_t endpoint) { return requests[endpoint]; });
  }
  std::vector<uint32_t> Pick(const EndpointSet& set, int count) {
    std::vector<uint32_t> picks(static_cast<size_t>(count));
    for (uint32_t& pick : picks) pick = Pick(set);
    return picks;
  }

  LbOptions options;
  std::map<uint32_t, uint32_t> requests;  // by endpoint

 private:
  FastRandom random_;
  LbCursors cursors_;
};

std::vector<int> Counts(const std::vector<uint32_t>& picks, size_t endpoints) {
  std::vector<int> counts(endpoints);
  for (const uint32_t pick : picks) ++counts[pick];
  return counts;
}

TEST(RoundRobinTest, EqualWeightsTakeTurnsInOrder) {
  const EndpointSet set = Weighing({7, 7, 7});
  const std::vector<uint32_t> picks = Picker().Pick(set, 12);
  for (size_t i = 1; i < picks.size(); ++i) EXPECT_EQ(picks[i], (picks[i - 1] + 1) % 3);
}

TEST(RoundRobinTest, EveryTurnHonoursTheWeightsExactly) {
  const EndpointSet set = Weighing({1, 20, 300, 4, 5});
  Picker picker;
  for (int turn = 0; turn < 3; ++turn) {
    EXPECT_EQ(Counts(picker.Pick(set, 330), 5), (std::vector<int>{1, 20, 300, 4, 5}));
  }
}

TEST(RoundRobinTest, ATurnIsAsShortAsTheWeightsAllow) {
  EXPECT_EQ(Counts(Picker().Pick(Weighing({100, 300}), 4), 2), (std::vector<int>{1, 3}));
}

TEST(RoundRobinTest, PicksOfOneEndpointAreSpreadOverTheTurn) {
  const std::vector<uint32_t> picks = Picker().Pick(Weighing({90, 11}), 1010);
  size_t longest_gap = 0;
  size_t gap = 0;
  for (const uint32_t pick : picks) {
    gap = pick == 1 ? 0 : gap + 1;
    longest_gap = std::max(longest_gap, gap);
  }
  EXPECT_LE(longest_gap, 20u) << "about nine others lie between two picks";
}

TEST(RoundRobinTest, VeryLargeWeightsWork) {
  EndpointSet set = Weighing({UINT32_MAX, UINT32_MAX - 1, 1});
  const std::vector<int> counts = Counts(Picker().Pick(set, 10'000), 3);
  EXPECT_NEAR(counts[0], 5000, 50);
  EXPECT_NEAR(counts[1], 5000, 50);
}

TEST(RoundRobinTest, CursorsStartAnywhere) {
  const EndpointSet set = Weighing({1, 1, 1, 1, 1, 1, 1, 1});
  std::set<uint32_t> first;
  for (uint64_t seed = 0; seed < 100; ++seed) first.insert(Picker(seed).Pick(set));
  EXPECT_EQ(first.size(), 8u);
}

TEST(RoundRobinTest, TheCursorSurvivesAChangeOfTheEndpoints) {
  const EndpointSet large = Weighing({1, 2, 3, 4});
  const EndpointSet small = Weighing({1, 1});
  Picker picker;
  picker.Pick(large, 7);
  const std::vector<uint32_t> picks = picker.Pick(small, 4);
  EXPECT_EQ(Counts(picks, 2), (std::vector<int>{2, 2}));
  EXPECT_EQ(Counts(picker.Pick(large, 10), 4), (std::vector<int>{1, 2, 3, 4}));
}

TEST(RoundRobinTest, EachPriorityHasItsOwnRotation) {
  EndpointSet set;
  for (const uint32_t priority : {0, 0, 0, 1, 1}) set.endpoints.push_back({.priority = priority});
  set.endpoints[0].eds_health = EdsHealth::kUnhealthy;
  set.endpoints[1].eds_health = EdsHealth::kDraining;
  set.BuildPicks();  // 46 % to endpoint 2, the rest to 3 and 4
  const std::vector<int> counts = Counts(Picker().Pick(set, 10'000), 5);
  EXPECT_EQ(counts[0] + counts[1], 0);
  EXPECT_NEAR(counts[2], 4600, 300);
  EXPECT_LE(std::abs(counts[3] - counts[4]), 1) << "a rotation, whatever comes in between";
}

TEST(BalancerTest, NobodyIsPickedWhenNobodyMayBe) {
  Picker picker;
  EXPECT_EQ(picker.Choose(Weighing({})).endpoint, std::nullopt);
  EndpointSet set = Weighing({1});
  set.endpoints[0].eds_health = EdsHealth::kDraining;
  set.BuildPicks();
  picker.options.panic_percent = 0;
  EXPECT_EQ(picker.Choose(set).endpoint, std::nullopt);
  EXPECT_FALSE(picker.Choose(set).is_panic);
  picker.options.panic_percent = 50;
  EXPECT_EQ(picker.Choose(set).endpoint, 0u) << "in panic anybody will do";
  EXPECT_TRUE(picker.Choose(set).is_panic);
  EXPECT_EQ(picker.Choose(Weighing({1})).endpoint, 0u);
  EXPECT_FALSE(picker.Choose(Weighing({1})).is_panic);
}

TEST(BalancerTest, PickingAllocatesNothing) {
  const EndpointSet set = Weighing({1, 2, 3});
  Picker picker;
  picker.requests = {{0, 1}, {1, 1}, {2, 1}};
  picker.Pick(set);
  for (const LbPolicy policy :
       {LbPolicy::kRoundRobin, LbPolicy::kLeastRequest, LbPolicy::kRandom}) {
    picker.options.policy = policy;
    const uint64_t before = test::AllocationCount();
    for (int i = 0; i < 100; ++i) picker.Choose(set);
    EXPECT_EQ(test::AllocationCount(), before);
  }
}

TEST(LeastRequestTest, OfAllTheOneWithTheFewestIsTaken) {
  const EndpointSet set = Weighing({1, 1, 1, 1});
  Picker picker;
  picker.options = {.policy = LbPolicy::kLeastRequest, .compares_all = true};
  picker.requests = {{0, 3}, {1, 1}, {2, 2}, {3, 5}};
  EXPECT_EQ(Counts(picker.Pick(set, 50), 4), (std::vector<int>{0, 50, 0, 0}));
}

TEST(LeastRequestTest, EqualsGetEqualShares) {
  const EndpointSet set = Weighing({1, 1, 1, 1});
  for (const bool compares_all : {true, false}) {
    Picker picker;
    picker.options = {.policy = LbPolicy::kLeastRequest, .compares_all = compares_all};
    for (const int count : Counts(picker.Pick(set, 10'000), 4)) EXPECT_NEAR(count, 2500, 300);
  }
}

TEST(LeastRequestTest, OfTwoThatAreDrawnTheLessBusyIsTaken) {
  const EndpointSet set = Weighing({1, 1});
  Picker picker;
  picker.options.policy = LbPolicy::kLeastRequest;
  picker.requests = {{0, 9}};
  // Only where both draws hit the busy one: a quarter.
  const std::vector<int> counts = Counts(picker.Pick(set, 10'000), 2);
  EXPECT_NEAR(counts[0], 2500, 300);
}

TEST(LeastRequestTest, MoreChoicesMissTheLeastBusyLessOften) {
  const EndpointSet set = Weighing({1, 1});
  Picker picker;
  picker.options = {.policy = LbPolicy::kLeastRequest, .choices = 40};
  picker.requests = {{0, 9}};
  EXPECT_EQ(Counts(picker.Pick(set, 100), 2), (std::vector<int>{0, 100}));
}

TEST(LeastRequestTest, WeightsDecideWhoIsDrawn) {
  const EndpointSet set = Weighing({9, 1});
  Picker picker;
  picker.options.policy = LbPolicy::kLeastRequest;
  EXPECT_NEAR(Counts(picker.Pick(set, 10'000), 2)[1], 1000, 200);
}

TEST(RandomTest, EveryoneGetsAShareByWeight) {
  Picker picker;
  picker.options.policy = LbPolicy::kRandom;
  const std::vector<int> counts = Counts(picker.Pick(Weighing({1, 2, 7}), 10'000), 3);
  EXPECT_NEAR(counts[0], 1000, 200);
  EXPECT_NEAR(counts[1], 2000, 300);
}

// Two localities of one endpoint and two, with weights 3 and 1; the third has none.
EndpointSet WithLocalities() {
  EndpointSet set;
  set.localities = {{.weight = 3}, {.weight = 1}, {.weight = 0}};
  for (const uint32_t locality : {0, 1, 1, 2}) {
    set.endpoints.push_back({.locality_index = locality});
  }
  set.BuildPicks();
  return set;
}

TEST(LocalityTest, TheirWeightsCountWhereTheClusterSaysSo) {
  const EndpointSet set = WithLocalities();
  Picker picker;
  EXPECT_EQ(Counts(picker.Pick(set, 40), 4), (std::vector<int>{10, 10, 10, 10}));
  picker.options.weighs_localities = true;
  EXPECT_EQ(Counts(picker.Pick(set, 80), 4), (std::vector<int>{60, 10, 10, 0}));
  picker.options.policy = LbPolicy::kLeastRequest;
  EXPECT_EQ(Counts(picker.Pick(set, 80), 4)[0], 60);
}

TEST(LocalityTest, InPanicTheyDoNotCount) {
  EndpointSet set = WithLocalities();
  for (Endpoint& endpoint : set.endpoints) endpoint.eds_health = EdsHealth::kUnhealthy;
  set.BuildPicks();
  Picker picker;
  picker.options.weighs_localities = true;
  EXPECT_EQ(Counts(picker.Pick(set, 40), 4), (std::vector<int>{10, 10, 10, 10}));
}

}  // namespace
}  // namespace outrigger
