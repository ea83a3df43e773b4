#include "stats/quantiles.h"

#include <gtest/gtest.h>

namespace outrigger::stats {
namespace {

Scope::HistogramTotals Totals(std::initializer_list<std::pair<size_t, uint64_t>> buckets) {
  Scope::HistogramTotals totals;
  for (const auto& [bucket, count] : buckets) {
    totals.buckets[bucket] = count;
    totals.count += count;
  }
  return totals;
}

TEST(Quantile, LiesEvenlyBetweenTheBoundsOfItsBucket) {
  const auto totals = Totals({{0, 2}});
  EXPECT_DOUBLE_EQ(Quantile(totals, 0), 0);
  EXPECT_DOUBLE_EQ(Quantile(totals, 50), 0.25);
  EXPECT_DOUBLE_EQ(Quantile(totals, 100), 0.5);
}

TEST(Quantile, SkipsEmptyBuckets) {
  const auto totals = Totals({{0, 1}, {3, 1}});
  EXPECT_DOUBLE_EQ(Quantile(totals, 50), 0.5);
  EXPECT_DOUBLE_EQ(Quantile(totals, 75), 7.5);
}

TEST(Quantile, EndsAtTheLastBound) {
  const auto totals = Totals({{kHistogramBuckets - 1, 5}});
  EXPECT_DOUBLE_EQ(Quantile(totals, 0), 3600000);
  EXPECT_DOUBLE_EQ(Quantile(totals, 99), 3600000);
}

}  // namespace
}  // namespace outrigger::stats
