#include "tools/load/schedule.h"

#include <gtest/gtest.h>

namespace outrigger::load {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Schedule, AsksForAsManyAsTheRateSays) {
  const Schedule schedule(2000, 1);
  EXPECT_EQ(schedule.DueBy(Duration(0)), 0u);
  EXPECT_EQ(schedule.DueBy(microseconds(499)), 0u);
  EXPECT_EQ(schedule.DueBy(microseconds(500)), 1u);
  EXPECT_EQ(schedule.DueBy(seconds(3)), 6000u);
}

TEST(Schedule, AsksForWholeBurstsOnly) {
  const Schedule schedule(1000, 64);
  EXPECT_EQ(schedule.DueBy(milliseconds(63)), 0u);
  EXPECT_EQ(schedule.DueBy(milliseconds(64)), 64u);
  EXPECT_EQ(schedule.DueBy(milliseconds(127)), 64u);
  EXPECT_EQ(schedule.DueBy(milliseconds(128)), 128u);
}

TEST(Schedule, TellsWhenEachRequestWasDue) {
  const Schedule one_by_one(1000, 1);
  EXPECT_EQ(one_by_one.DueAt(0), milliseconds(1));
  EXPECT_EQ(one_by_one.DueAt(999), seconds(1));
  const Schedule in_bursts(1000, 10);
  EXPECT_EQ(in_bursts.DueAt(0), milliseconds(10));
  EXPECT_EQ(in_bursts.DueAt(9), milliseconds(10));
  EXPECT_EQ(in_bursts.DueAt(10), milliseconds(20));
}

TEST(Schedule, LooksAsOftenAsSomethingIsDueAndNoMoreOftenThanItCan) {
  EXPECT_EQ(Schedule(1000, 1).Tick(), milliseconds(1));
  EXPECT_EQ(Schedule(1000, 64).Tick(), milliseconds(64));
  EXPECT_EQ(Schedule(0.5, 1).Tick(), seconds(2));
  EXPECT_EQ(Schedule(100'000, 1).Tick(), Schedule::kTickMin);
}

}  // namespace
}  // namespace outrigger::load
