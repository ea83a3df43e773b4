#include "server/cpu_quota.h"

#include <gtest/gtest.h>

namespace outrigger {
namespace {

TEST(CpuQuotaTest, IsRoundedUpToWholeCpus) {
  EXPECT_EQ(CpusOfQuota("100000 100000"), 1u);
  EXPECT_EQ(CpusOfQuota("150000 100000"), 2u);
  EXPECT_EQ(CpusOfQuota("10000 100000"), 1u);
  EXPECT_EQ(CpusOfQuota("400000 100000"), 4u);
}

TEST(CpuQuotaTest, NoLimitAndNonsenseGiveNothing) {
  for (const char* text :
       {"max 100000", "", "1", "1 ", "0 100000", "100000 0", "-1 100000", "x y"}) {
    EXPECT_EQ(CpusOfQuota(text), std::nullopt) << text;
  }
}

TEST(CpuQuotaTest, ThereIsAlwaysOne) { EXPECT_GE(AvailableCpus(), 1u); }

}  // namespace
}  // namespace outrigger
