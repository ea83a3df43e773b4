#include "stats/scope.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "test/unit/stats/small_family.h"

namespace outrigger::stats {
namespace {

TEST(Scope, SumsTheBlocksOfAllWriters) {
  Scope scope(kSmallFamily, "a");
  scope.ForWriter(0).Add(kTotal, 2);
  scope.ForWriter(kWorkersMax - 1).Add(kTotal, 3);
  scope.ForWriter(kControlWriter).Add(kTotal, 5);
  scope.ForWriter(kServiceWriter).Add(kTotal);
  EXPECT_EQ(scope.Sum(kTotal), 11u);
  EXPECT_EQ(scope.Sum(k2xx), 0u);
}

TEST(Scope, GivesAWriterTheSameBlockEachTime) {
  Scope scope(kSmallFamily, "a");
  for (WriterIndex writer : {WriterIndex{0}, WriterIndex{1}, WriterIndex{2}, kWorkersMax - 1,
                             kControlWriter, kServiceWriter}) {
    EXPECT_EQ(&scope.ForWriter(writer), &scope.ForWriter(writer));
  }
  EXPECT_NE(&scope.ForWriter(2), &scope.ForWriter(3));
}

TEST(Scope, AddsUpAGaugeThatOneWriterRaisedAndAnotherLowered) {
  Scope scope(kSmallFamily, "a");
  scope.ForWriter(0).Add(kActive, 3);
  scope.ForWriter(0).Subtract(kActive);
  scope.ForWriter(1).Subtract(kActive);
  EXPECT_EQ(scope.Sum(kActive), 1u);
  scope.ForWriter(0).Set(kActive, 7);
  EXPECT_EQ(scope.Sum(kActive), 6u);
}

TEST(Scope, CountsAValueInTheBucketWhoseBoundItDoesNotExceed) {
  Scope scope(kSmallFamily, "a");
  Block& block = scope.ForWriter(0);
  for (double value : {0.0, 0.5, 0.6, 1.0, 3600000.0, 3600001.0}) block.Record(kTimeMs, value);
  const Scope::HistogramTotals totals = scope.Histogram(kTimeMs);
  EXPECT_EQ(totals.buckets[0], 2u);
  EXPECT_EQ(totals.buckets[1], 2u);
  EXPECT_EQ(totals.buckets[kHistogramBuckets - 2], 1u);
  EXPECT_EQ(totals.buckets[kHistogramBuckets - 1], 1u);
  EXPECT_EQ(totals.count, 6u);
  EXPECT_DOUBLE_EQ(totals.sum, 7200003.1);
}

TEST(Scope, CountsWhatIsNoTimeAsZeroOrAsTheGreatest) {
  Scope scope(kSmallFamily, "a");
  Block& block = scope.ForWriter(0);
  block.Record(kTimeMs, -1);
  block.Record(kTimeMs, std::nan(""));
  block.Record(kTimeMs, std::numeric_limits<double>::infinity());
  const Scope::HistogramTotals totals = scope.Histogram(kTimeMs);
  EXPECT_EQ(totals.buckets[0], 2u);
  EXPECT_EQ(totals.buckets[kHistogramBuckets - 1], 1u);
}

TEST(Scope, ResetsCountersAndNothingElse) {
  Scope scope(kSmallFamily, "a");
  Block& block = scope.ForWriter(0);
  block.Add(kTotal, 2);
  block.Add(kActive, 3);
  block.Record(kTimeMs, 1);
  scope.ResetCounters();
  EXPECT_EQ(scope.Sum(kTotal), 0u);
  EXPECT_EQ(scope.Sum(kActive), 3u);
  EXPECT_EQ(scope.Histogram(kTimeMs).count, 1u);
  block.Add(kTotal);
  scope.ForWriter(1).Add(kTotal, 4);
  EXPECT_EQ(scope.Sum(kTotal), 5u);
  scope.ResetCounters();
  block.Add(kTotal);
  EXPECT_EQ(scope.Sum(kTotal), 1u);
}

TEST(Scope, KeepsNeighbouringMetricsApart) {
  Scope scope(kSmallFamily, "a");
  Block& block = scope.ForWriter(0);
  block.Record(kTimeMs, 1e9);
  block.Add(k5xx, 4);
  EXPECT_EQ(scope.Sum(k5xx), 4u);
  EXPECT_EQ(scope.Histogram(kTimeMs).count, 1u);
}

TEST(Scope, IsUsedOnceItIsNotZero) {
  Scope scope(kSmallFamily, "a");
  for (size_t i = 0; i < kSmallStatCount; ++i) EXPECT_FALSE(scope.IsUsed(i)) << i;
  scope.ForWriter(0).Add(kTotal);
  scope.ForWriter(0).Record(kTimeMs, 0);
  scope.SetText(kVersionText, "7");
  EXPECT_TRUE(scope.IsUsed(kTotal));
  EXPECT_TRUE(scope.IsUsed(kTimeMs));
  EXPECT_TRUE(scope.IsUsed(kVersionText));
  EXPECT_EQ(scope.Text(kVersionText), "7");
}

constexpr Metric kLimitMetrics[] = {
    {"open", Kind::kGauge, {}, {}, {}, Reading::kIsAtLimit, 1},
    {"remaining", Kind::kGauge, {}, {}, {}, Reading::kRemaining, 1},
    {"total", Kind::kCounter},
};
const Family kLimitFamily = {"cluster", "name", kLimitMetrics};

TEST(Scope, ReadsGaugesOfLimitsFromTheSharedCount) {
  Scope scope(kLimitFamily, "a");
  scope.ForWriter(0).Add(2, 7);
  EXPECT_EQ(scope.Sum(0), 0u);  // nothing is limited yet
  scope.SetLimit(1, {.max = 2, .shows_remaining = true});
  EXPECT_EQ(scope.Sum(0), 0u);
  EXPECT_EQ(scope.Sum(1), 2u);
  scope.SharedCount(1) = 1;
  EXPECT_EQ(scope.Sum(1), 1u);
  scope.SharedCount(1) = 3;  // somebody is being refused
  EXPECT_EQ(scope.Sum(0), 1u);
  EXPECT_EQ(scope.Sum(1), 0u);
  EXPECT_EQ(scope.Sum(2), 7u);
}

TEST(Scope, KeepsTheNumbersOfItsParts) {
  Scope scope(kSmallFamily, "a");
  EXPECT_EQ(scope.FindParts(), nullptr);
  const std::shared_ptr<Scope> first = scope.Parts().Get(kLimitFamily, "first");
  first->ForWriter(0).Add(2, 4);
  EXPECT_EQ(scope.Parts().Get(kLimitFamily, "first"), first);
  scope.Parts().Get(kLimitFamily, "second");
  ASSERT_NE(scope.FindParts(), nullptr);
  EXPECT_EQ(scope.FindParts()->size(), 2u);
  EXPECT_EQ(scope.FindParts()->Find("first")->Sum(2), 4u);
  EXPECT_EQ(scope.FindParts()->Find("third"), nullptr);
  scope.Parts().Keep([](std::string_view name) { return name == "second"; });
  EXPECT_EQ(scope.FindParts()->Find("first"), nullptr);
  EXPECT_EQ(scope.FindParts()->size(), 1u);
  EXPECT_EQ(first->Sum(2), 4u);  // whoever uses it goes on
}

TEST(Scope, TellsWhatRemainsOnlyIfAsked) {
  Scope scope(kLimitFamily, "a");
  EXPECT_FALSE(scope.Has(1));
  scope.SetLimit(1, {.max = 2, .shows_remaining = false});
  EXPECT_TRUE(scope.Has(0));
  EXPECT_FALSE(scope.Has(1));
  scope.SetLimit(1, {.max = 2, .shows_remaining = true});
  EXPECT_TRUE(scope.Has(1));
}

TEST(Scope, NamesItsMetricsWithDots) {
  EXPECT_EQ(Scope(kSmallFamily, "a.b").FullName(kTotal), "cluster.a.b.rq_total");
  EXPECT_EQ(Scope(kSingleFamily, "").FullName(0), "server.live");
}

}  // namespace
}  // namespace outrigger::stats
