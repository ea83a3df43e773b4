#include "base/back_off.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace outrigger {
namespace {

using std::chrono::seconds;

// Of many waits drawn when there have been `waits` before.
Duration LongestAfter(int waits, Random& random) {
  Duration longest{};
  for (int i = 0; i < 1000; ++i) {
    BackOff back_off(seconds(1), seconds(5));
    for (int j = 0; j < waits; ++j) static_cast<void>(back_off.Next(random));
    longest = std::max(longest, back_off.Next(random));
  }
  return longest;
}

TEST(BackOffTest, TheBoundDoublesUpToTheLongestWait) {
  FastRandom random(7);
  for (const auto& [waits, bound] : {std::pair(0, 1), {1, 2}, {2, 4}, {3, 5}, {9, 5}}) {
    const Duration longest = LongestAfter(waits, random);
    EXPECT_LT(longest, seconds(bound));
    EXPECT_GT(longest, seconds(bound) * 9 / 10);
  }
}

TEST(BackOffTest, ItBeginsAnewWhenItHasWorked) {
  FastRandom random(7);
  BackOff back_off(seconds(1), seconds(100));
  for (int i = 0; i < 1000; ++i) {
    EXPECT_LT(back_off.Next(random), seconds(1));
    EXPECT_LT(back_off.Next(random), seconds(2));
    back_off.Reset();
  }
}

TEST(BackOffTest, NoWaitIsTooLongToCount) {
  FastRandom random(7);
  BackOff back_off(Duration::max(), Duration::max());
  for (int i = 0; i < 3; ++i) EXPECT_GE(back_off.Next(random), Duration::zero());
  BackOff none(Duration::zero(), Duration::zero());
  EXPECT_EQ(none.Next(random), Duration::zero());
}

}  // namespace
}  // namespace outrigger
