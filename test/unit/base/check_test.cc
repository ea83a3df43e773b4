#include "base/check.h"

#include <gtest/gtest.h>

namespace outrigger {
namespace {

TEST(CheckTest, LetsTruthPassAndEvaluatesItOnce) {
  int evaluations = 0;
  OUTRIGGER_CHECK(++evaluations == 1);
  EXPECT_EQ(evaluations, 1);
}

TEST(CheckDeathTest, AbortsWithPlaceAndConditionOtherwise) {
  EXPECT_DEATH(OUTRIGGER_CHECK(1 == 2), "check_test.cc:[0-9]+: broken invariant: 1 == 2");
}

}  // namespace
}  // namespace outrigger
