#include "routing/weighted_choice.h"

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "gtest/gtest.h"

namespace outrigger::routing {
namespace {

ForwardAction Weighing(std::initializer_list<uint32_t> weights) {
  ForwardAction action;
  action.total_weight = 0;
  for (const uint32_t weight : weights) {
    action.clusters.push_back(
        {.cluster = static_cast<ClusterSlot>(action.clusters.size()), .weight = weight});
    action.total_weight += weight;
  }
  return action;
}

TEST(WeightedChoiceTest, ASingleClusterIsChosenWhateverItsWeight) {
  EXPECT_EQ(ChooseCluster(Weighing({0}), 17).cluster, 0u);
  EXPECT_EQ(ChooseCluster(Weighing({5}), UINT64_MAX).cluster, 0u);
}

TEST(WeightedChoiceTest, EveryClusterGetsExactlyItsShareOfTheValues) {
  const ForwardAction action = Weighing({1, 0, 3, 6, 0});
  std::vector<int> counts(5);
  for (uint64_t value = 100; value < 200; ++value) ++counts[ChooseCluster(action, value).cluster];
  EXPECT_EQ(counts, (std::vector<int>{10, 0, 30, 60, 0}));
}

TEST(WeightedChoiceTest, WeightsMayAddUpBeyond32Bits) {
  const ForwardAction action = Weighing({UINT32_MAX, UINT32_MAX});
  EXPECT_EQ(ChooseCluster(action, UINT32_MAX - 1).cluster, 0u);
  EXPECT_EQ(ChooseCluster(action, UINT32_MAX).cluster, 1u);
  EXPECT_EQ(ChooseCluster(action, action.total_weight - 1).cluster, 1u);
  EXPECT_EQ(ChooseCluster(action, action.total_weight).cluster, 0u);
}

TEST(WeightedChoiceTest, TheNumberComesFromTheHeaderThatTheActionNames) {
  ForwardAction action = Weighing({1, 3});
  http::RequestHead request;
  request.draw = 17;
  request.headers.Add("x-number", "5");
  EXPECT_EQ(ChoiceNumber(action, request), 17u);
  action.choice_header = "x-number";
  EXPECT_EQ(ChoiceNumber(action, request), 5u);
  for (const char* value : {"", "-1", "5x", "18446744073709551616"}) {
    request.headers.Set("x-number", value);
    EXPECT_EQ(ChoiceNumber(action, request), 17u) << value;
  }
  request.headers.Remove("x-number");
  EXPECT_EQ(ChoiceNumber(action, request), 17u);
}

}  // namespace
}  // namespace outrigger::routing
