#include "http/http2/work_budget.h"

#include <gtest/gtest.h>

namespace outrigger::http::http2 {
namespace {

using Verdict = WorkBudget::Verdict;
constexpr MonotonicTime kStart{};

TEST(WorkBudget, R37_DrainsAtAQuarterAndClosesAtNothing) {
  WorkBudget budget(kStart);
  EXPECT_EQ(budget.Charge(WorkBudget::kPointsMax * 3 / 4 - 1, kStart), Verdict::kFine);
  EXPECT_EQ(budget.Charge(1, kStart), Verdict::kDrain);
  EXPECT_EQ(budget.Charge(WorkBudget::kPointsMax / 4 - 1, kStart), Verdict::kDrain);
  EXPECT_EQ(budget.Charge(1, kStart), Verdict::kClose);
}

TEST(WorkBudget, TimeGivesBackAtItsRateAndNeverMoreThanThereWas) {
  WorkBudget budget(kStart);
  budget.Charge(1000, kStart);
  budget.Charge(0, kStart + std::chrono::milliseconds(500));
  EXPECT_EQ(budget.points(), WorkBudget::kPointsMax - 1000 + WorkBudget::kPointsPerSecond / 2);
  budget.Charge(0, kStart + std::chrono::hours(1));
  EXPECT_EQ(budget.points(), WorkBudget::kPointsMax);
}

TEST(WorkBudget, SmallStepsOfTimeAreNotLost) {
  WorkBudget budget(kStart);
  budget.Charge(1000, kStart);
  for (int ms = 1; ms <= 1000; ++ms) budget.Charge(0, kStart + std::chrono::milliseconds(ms));
  EXPECT_GE(budget.points(), WorkBudget::kPointsMax - 1000 + WorkBudget::kPointsPerSecond - 1);
}

TEST(WorkBudget, WorkThatServesSomebodyPays) {
  WorkBudget budget(kStart);
  budget.Charge(100, kStart);
  budget.Earn(60);
  EXPECT_EQ(budget.points(), WorkBudget::kPointsMax - 40);
  budget.Earn(1000);
  EXPECT_EQ(budget.points(), WorkBudget::kPointsMax);
}

}  // namespace
}  // namespace outrigger::http::http2
