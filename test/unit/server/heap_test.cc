#include "server/heap.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace outrigger {
namespace {

constexpr uint64_t kMiB = 1024 * 1024;

TEST(HeapTest, P2_IsTrimmedOnceWhenMuchOfItHasComeFree) {
  HeapTrim trim;
  EXPECT_FALSE(trim.Trim({20 * kMiB, 22 * kMiB}));
  EXPECT_TRUE(trim.Trim({20 * kMiB, 100 * kMiB}));
  // What malloc has given back still counts as its own.
  EXPECT_FALSE(trim.Trim({20 * kMiB, 100 * kMiB}));
  EXPECT_FALSE(trim.Trim({18 * kMiB, 100 * kMiB}));
  EXPECT_TRUE(trim.Trim({15 * kMiB, 100 * kMiB}));
}

TEST(HeapTest, P2_WhatIsUsedAgainMayComeFreeAgain) {
  HeapTrim trim;
  EXPECT_TRUE(trim.Trim({20 * kMiB, 100 * kMiB}));
  EXPECT_FALSE(trim.Trim({90 * kMiB, 100 * kMiB}));
  EXPECT_TRUE(trim.Trim({20 * kMiB, 100 * kMiB}));
}

TEST(HeapTest, P2_OfASmallOneAMegabyteIs) {
  HeapTrim trim;
  EXPECT_FALSE(trim.Trim({6 * kMiB, 6 * kMiB + kMiB / 2}));
  EXPECT_TRUE(trim.Trim({6 * kMiB, 7 * kMiB}));
}

TEST(HeapTest, P2_OfALargeOneALittleIsNotWorthwhile) {
  HeapTrim trim;
  EXPECT_FALSE(trim.Trim({800 * kMiB, 890 * kMiB}));
  EXPECT_TRUE(trim.Trim({800 * kMiB, 910 * kMiB}));
}

}  // namespace
}  // namespace outrigger
