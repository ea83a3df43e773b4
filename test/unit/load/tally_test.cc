#include "tools/load/tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace outrigger::load {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using testing::HasSubstr;

TEST(LatencyHistogram, TellsNothingOfNothing) { EXPECT_EQ(LatencyHistogram().Percentile(0.5), 0u); }

TEST(LatencyHistogram, IsExactForFewMicroseconds) {
  LatencyHistogram histogram;
  for (int i = 1; i <= 50; ++i) histogram.Record(microseconds(i));
  EXPECT_EQ(histogram.Percentile(0.5), 25u);
  EXPECT_EQ(histogram.Percentile(0.98), 49u);
  EXPECT_EQ(histogram.Percentile(1), 50u);
}

TEST(LatencyHistogram, IsWrongByThreePercentAtTheMost) {
  for (uint64_t us = 1; us < 1'000'000'000; us = us * 3 + 1) {
    LatencyHistogram histogram;
    histogram.Record(microseconds(us));
    histogram.Record(hours(1));
    EXPECT_GE(histogram.Percentile(0.5), us);
    EXPECT_LE(histogram.Percentile(0.5), us + us / 32);
  }
}

TEST(LatencyHistogram, NeverTellsMoreThanTheLargest) {
  LatencyHistogram histogram;
  histogram.Record(microseconds(1025));
  EXPECT_EQ(histogram.Percentile(0.999), 1025u);
  EXPECT_EQ(histogram.max_us(), 1025u);
}

TEST(LatencyHistogram, TakesWhatIsBeyondItsRange) {
  LatencyHistogram histogram;
  histogram.Record(hours(24 * 365));
  histogram.Record(microseconds(-5));  // due later than it was answered
  EXPECT_EQ(histogram.Percentile(0.5), 0u);
  EXPECT_GT(histogram.Percentile(1), uint64_t{6} * 24 * 3600 * 1'000'000);
}

TEST(Tally, CountsByReasonAndKeepsAFewCases) {
  Tally tally;
  for (size_t i = 0; i < Tally::kSamplesMax + 5; ++i) tally.OnFailure("reset", "request \"1\"");
  const std::string json = tally.ToJson(std::chrono::seconds(2));
  EXPECT_THAT(json, HasSubstr(R"("failed": 15, "failures": {"reset": 15})"));
  EXPECT_THAT(json, HasSubstr(R"("reset: request \u00221\u0022"])"));
  EXPECT_THAT(json, HasSubstr(R"("seconds": 2.000})"));
}

TEST(Tally, NamesNoMoreThanItsLimit) {
  Tally tally;
  for (size_t i = 0; i < Tally::kNamesMax + 10; ++i) tally.OnFailure(std::to_string(i), "");
  EXPECT_THAT(tally.ToJson(Duration(1)), HasSubstr(R"("other": 10)"));
}

}  // namespace
}  // namespace outrigger::load
