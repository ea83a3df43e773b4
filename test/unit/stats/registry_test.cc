#include "stats/registry.h"

#include <gtest/gtest.h>

#include "stats/server_stats.h"
#include "test/unit/stats/small_family.h"

namespace outrigger::stats {
namespace {

TEST(Registry, GivesOneScopeForOneName) {
  Registry registry;
  auto first = registry.Find(kSmallFamily, "a");
  EXPECT_EQ(first, registry.Find(kSmallFamily, "a"));
  EXPECT_NE(first, registry.Find(kSmallFamily, "b"));
}

TEST(Registry, KeepsFamiliesOfOnePrefixApart) {
  Registry registry;
  static const Family other = {"cluster", "", kSingleMetrics};
  auto scope = registry.Find(kSmallFamily, "a");
  auto twin = registry.Find(other, "a");
  EXPECT_NE(scope, twin);
  EXPECT_EQ(&twin->family(), &other);
}

TEST(Registry, ReplacesWhatWouldBreakALineOfText) {
  Registry registry;
  EXPECT_EQ(registry.Find(kSmallFamily, "[::1]:80\n")->name(), "[__1]_80_");
}

TEST(Registry, ListsScopesByTheStartOfTheirNames) {
  Registry registry;
  std::vector<std::shared_ptr<Scope>> held;
  for (const char* name : {"b", "a.b", "a-b", "a"}) {
    held.push_back(registry.Find(kSmallFamily, name));
  }
  std::vector<std::string> starts;
  for (const auto& scope : registry.List()) starts.push_back(scope->Start());
  EXPECT_EQ(starts,
            (std::vector<std::string>{"cluster.a-b.", "cluster.a.", "cluster.a.b.", "cluster.b."}));
}

TEST(Registry, ListsAScopeThatNobodyHoldsForTheLastTime) {
  Registry registry;
  auto held = registry.Find(kSmallFamily, "held");
  registry.Find(kSmallFamily, "dropped");
  EXPECT_EQ(registry.List().size(), 2u);
  EXPECT_EQ(registry.List().size(), 1u);
}

TEST(Registry, ForgetsWhatNobodyHeldForTwoLooks) {
  Registry registry;
  auto held = registry.Find(kSmallFamily, "held");
  auto back = registry.Find(kSmallFamily, "back");
  registry.Find(kSmallFamily, "gone")->ForWriter(kControlWriter).Add(kTotal, 1);
  back->ForWriter(kControlWriter).Add(kTotal, 5);
  back.reset();
  registry.ForgetUnused();
  back = registry.Find(kSmallFamily, "back");  // in time
  registry.ForgetUnused();
  EXPECT_EQ(back->Sum(kTotal), 5u);
  EXPECT_EQ(registry.List().size(), 2u);
  EXPECT_EQ(registry.Find(kSmallFamily, "gone")->Sum(kTotal), 0u);
  EXPECT_EQ(registry.Find(kSmallFamily, "held"), held);
}

TEST(Registry, NeverForgetsTheOnlyScopeOfAFamily) {
  Registry registry;
  registry.Find(kServerFamily, "")->ForWriter(kControlWriter).Set(kServerLive, 1);
  registry.List();
  registry.List();
  EXPECT_EQ(registry.Find(kServerFamily, "")->Sum(kServerLive), 1u);
}

TEST(Registry, GivesTheOverflowScopeBeyondItsMaximum) {
  Registry registry(2);
  auto first = registry.Find(kSmallFamily, "a");
  auto second = registry.Find(kSmallFamily, "b");
  auto third = registry.Find(kSmallFamily, "c");
  EXPECT_EQ(third->name(), kOverflowName);
  EXPECT_EQ(third, registry.Find(kSmallFamily, "d"));
  EXPECT_EQ(second, registry.Find(kSmallFamily, "b"));
  EXPECT_EQ(registry.Find(kServerFamily, "")->Sum(kServerStatsScopeOverflow), 2u);
}

TEST(Registry, MakesRoomByForgettingWhatNobodyHolds) {
  Registry registry(2);
  auto held = registry.Find(kSmallFamily, "held");
  for (int i = 0; i < 10; ++i) {
    const std::string name = "short-lived-" + std::to_string(i);
    EXPECT_EQ(registry.Find(kSmallFamily, name)->name(), name);
  }
  EXPECT_EQ(held, registry.Find(kSmallFamily, "held"));
}

}  // namespace
}  // namespace outrigger::stats
