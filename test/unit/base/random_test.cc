#include "base/random.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace outrigger {
namespace {

TEST(FastRandomTest, ReplaysFromItsSeed) {
  FastRandom first(42);
  FastRandom second(42);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(first.Next(), second.Next());
}

TEST(FastRandomTest, StartsDifferentlyWithoutASeed) {
  EXPECT_NE(FastRandom().Next(), FastRandom().Next());
}

TEST(FastRandomTest, ComesOutOfTheZeroSeed) {
  FastRandom random(0);
  std::set<uint64_t> seen;
  for (int i = 0; i < 100; ++i) seen.insert(random.Next());
  EXPECT_EQ(seen.size(), 100u);
}

TEST(FastRandomTest, StaysBelowItsBoundAndReachesEveryValue) {
  FastRandom random(7);
  std::array<int, 10> hits{};
  for (int i = 0; i < 10'000; ++i) ++hits.at(random.Below(10));
  for (int count : hits) {
    EXPECT_GT(count, 800);
    EXPECT_LT(count, 1200);
  }
}

}  // namespace
}  // namespace outrigger
