#include "cluster/lb/pick_table.h"

#include <initializer_list>
#include <map>
#include <set>
#include <string>

#include "cluster/endpoint_set.h"
#include "gtest/gtest.h"

namespace outrigger {
namespace {

constexpr EdsHealth kUp = EdsHealth::kHealthy;
constexpr EdsHealth kDown = EdsHealth::kUnhealthy;
constexpr EdsHealth kPoor = EdsHealth::kDegraded;

// One list of endpoints for each priority.
EndpointSet SetOf(std::initializer_list<std::initializer_list<EdsHealth>> priorities) {
  EndpointSet set;
  uint32_t priority = 0;
  for (const auto& healths : priorities) {
    for (const EdsHealth health : healths) {
      set.endpoints.push_back({.eds_health = health, .priority = priority});
    }
    ++priority;
  }
  return set;
}

// The percents of load by "priority:number of endpoints in the rotation".
std::map<std::string, int> Loads(const EndpointSet& set, uint32_t panic_percent = 50) {
  const PickTable table(set);
  std::map<std::string, int> loads;
  for (uint64_t draw = 0; draw < 100; ++draw) {
    const auto [group, priority, is_panic] = table.Choose(draw, panic_percent);
    if (group == nullptr) {
      ++loads["none"];
    } else {
      ++loads[std::to_string(priority) + ":" + std::to_string(group->everyone.members.size())];
    }
  }
  return loads;
}

using Expected = std::map<std::string, int>;

TEST(PickTableTest, AnEmptySetHasNobodyToChoose) {
  EXPECT_EQ(Loads({}), (Expected{{"none", 100}}));
}

TEST(PickTableTest, AHealthyFirstPriorityTakesEverything) {
  EXPECT_EQ(Loads(SetOf({{kUp, kUp}, {kUp}})), (Expected{{"0:2", 100}}));
}

TEST(PickTableTest, OnlyEligibleEndpointsAreInTheRotation) {
  const EndpointSet set = SetOf({{kUp, EdsHealth::kUnknown, EdsHealth::kUnknown, kUp, kDown,
                                  EdsHealth::kDraining, EdsHealth::kTimeout}});
  EXPECT_EQ(Loads(set), (Expected{{"0:4", 100}}));
}

TEST(PickTableTest, WhatAPriorityCannotTakeGoesToTheNext) {
  // 140 % of one half is 70 %.
  EXPECT_EQ(Loads(SetOf({{kUp, kDown}, {kUp}})), (Expected{{"0:1", 70}, {"1:1", 30}}));
  EXPECT_EQ(Loads(SetOf({{kDown}, {kUp}})), (Expected{{"1:1", 100}}));
  EXPECT_EQ(Loads(SetOf({{}, {}, {kUp}})), (Expected{{"2:1", 100}}));
}

TEST(PickTableTest, TheOverprovisioningFactorIsTheAssignmentsOwn) {
  EndpointSet set = SetOf({{kUp, kDown}, {kUp}});
  set.overprovisioning_percent = 100;
  EXPECT_EQ(Loads(set), (Expected{{"0:1", 50}, {"1:1", 50}}));
}

TEST(PickTableTest, DegradedEndpointsTakeWhatHealthyOnesLeave) {
  EXPECT_EQ(Loads(SetOf({{kUp, kPoor, kPoor}})), (Expected{{"0:1", 46}, {"0:2", 54}}));
  EXPECT_EQ(Loads(SetOf({{kPoor}})), (Expected{{"0:1", 100}}));
  EXPECT_EQ(Loads(SetOf({{kPoor}, {kUp, kUp}})), (Expected{{"1:2", 100}}));
}

TEST(PickTableTest, BelowTheThresholdHealthIsIgnored) {
  const EndpointSet set = SetOf({{kUp, kDown, kDown}});
  EXPECT_EQ(Loads(set), (Expected{{"0:3", 100}}));
  EXPECT_EQ(Loads(set, 34), (Expected{{"0:3", 100}}));
  EXPECT_EQ(Loads(set, 33), (Expected{{"0:1", 100}}));
  EXPECT_EQ(Loads(set, 0), (Expected{{"0:1", 100}}));
}

TEST(PickTableTest, ThereIsNoPanicWhileOtherPrioritiesCanTakeAllLoad) {
  EXPECT_EQ(Loads(SetOf({{kUp, kDown, kDown}, {kUp}})), (Expected{{"0:1", 46}, {"1:1", 54}}));
}

TEST(PickTableTest, WithNobodyHealthyLoadFollowsTheNumberOfEndpoints) {
  const EndpointSet set = SetOf({{kDown, kDown, kDown}, {kDown}});
  EXPECT_EQ(Loads(set), (Expected{{"0:3", 75}, {"1:1", 25}}));
  EXPECT_EQ(Loads(set, 0), (Expected{{"none", 100}}));
}

TEST(PickTableTest, PercentsAlwaysAddUp) {
  EXPECT_EQ(Loads(SetOf({{kDown, kDown}, {kDown}})), (Expected{{"0:2", 67}, {"1:1", 33}}));
  EndpointSet crowd = SetOf({{kUp}, {kUp}});
  crowd.endpoints.resize(200, {.eds_health = kDown, .priority = 0});
  EXPECT_EQ(Loads(crowd, 0), (Expected{{"1:1", 100}})) << "1 in 200 rounds to no percent";
  crowd.endpoints.resize(400, {.eds_health = kDown, .priority = 1});
  EXPECT_EQ(Loads(crowd, 0), (Expected{{"0:1", 100}}));
}

TEST(PickTableTest, APriorityBeyondTheApisBoundCountsAsTheLast) {
  for (const uint32_t priority : {kPrioritiesMax - 1, kPrioritiesMax, UINT32_MAX}) {
    EndpointSet set = SetOf({{kUp}});
    set.endpoints[0].priority = priority;
    EXPECT_EQ(Loads(set), (Expected{{"128:1", 100}}));
  }
}

// By locality: its weight, and the health of its endpoints.
struct LocalityOf {
  uint32_t weight;
  std::initializer_list<EdsHealth> healths;
};

EndpointSet SetOf(std::initializer_list<LocalityOf> localities) {
  EndpointSet set;
  for (const LocalityOf& locality : localities) {
    const auto index = static_cast<uint32_t>(set.localities.size());
    set.localities.push_back({.weight = locality.weight});
    for (const EdsHealth health : locality.healths) {
      set.endpoints.push_back({.eds_health = health, .locality_index = index});
    }
  }
  return set;
}

// How often each locality is in a turn of the healthy endpoints, by its first endpoint.
std::map<uint32_t, int> LocalityTurn(const EndpointSet& set) {
  const PickTable table(set);
  const EndpointGroup& group = *table.Choose(0, 0).group;
  std::map<uint32_t, int> turn;
  if (group.localities == nullptr) return turn;
  const Rotation& turns = group.localities->turns;
  for (uint64_t offset = 0; offset < turns.size; ++offset) {
    ++turn[group.localities->by_locality[turns.At(offset)].members.front()];
  }
  return turn;
}

using Turn = std::map<uint32_t, int>;

TEST(PickTableTest, LocalitiesGetLoadByTheirWeights) {
  EXPECT_EQ(LocalityTurn(SetOf({{30, {kUp, kUp}}, {70, {kUp}}})), (Turn{{0, 3}, {2, 7}}));
  EXPECT_EQ(LocalityTurn(SetOf({{5, {kUp}}, {5, {kUp}}})), (Turn{{0, 1}, {1, 1}}));
}

TEST(PickTableTest, ALocalityWithoutAWeightOrWithoutEndpointsGetsNothing) {
  EXPECT_EQ(LocalityTurn(SetOf({{0, {kUp}}, {7, {kUp}}, {9, {}}})), (Turn{{1, 1}}));
  EXPECT_EQ(LocalityTurn(SetOf({{0, {kUp}}, {0, {kUp}}})), Turn());
}

TEST(PickTableTest, ALocalityLosesWhatItsHealthyEndpointsCannotTake) {
  // 140 % of one half is 70 %; three of four still take everything.
  EXPECT_EQ(LocalityTurn(SetOf({{1, {kUp, kDown}}, {1, {kUp}}})), (Turn{{0, 7}, {2, 10}}));
  EXPECT_EQ(LocalityTurn(SetOf({{1, {kUp, kUp, kUp, kDown}}, {1, {kUp}}})), (Turn{{0, 1}, {4, 1}}));
}

TEST(PickTableTest, EveryRotationHasACursorOfItsOwn) {
  const PickTable table(SetOf({{30, {kUp, kPoor}}, {70, {kUp, kDown}}}));
  const EndpointGroup& group = *table.Choose(0, 0).group;
  ASSERT_NE(group.localities, nullptr);
  std::set<uint32_t> cursors = {group.everyone.cursor, group.localities->turns.cursor};
  for (const Rotation& rotation : group.localities->by_locality) cursors.insert(rotation.cursor);
  EXPECT_EQ(cursors.size(), 4u);
  EXPECT_LT(*cursors.rbegin(), table.cursor_end());
}

}  // namespace
}  // namespace outrigger
