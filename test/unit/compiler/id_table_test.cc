#include "compiler/id_table.h"

#include <gtest/gtest.h>

#include <vector>

namespace outrigger::compiler {
namespace {

using Lease = IdLease<ClusterId>;

TEST(IdTableTest, ANameHasOneIdWhileALeaseIsLeft) {
  IdTable<ClusterId> table;
  const Lease a = table.Get("a");
  const Lease b = table.Get("b");
  EXPECT_NE(*a, *b);
  EXPECT_EQ(*table.Get("a"), *a);
  EXPECT_EQ(table.Find("a"), *a);
}

TEST(IdTableTest, WithoutALeaseThereIsNoId) {
  IdTable<ClusterId> table;
  table.Get("a");
  EXPECT_FALSE(table.Find("a").is_set());
  EXPECT_FALSE(table.Find("never").is_set());
}

TEST(IdTableTest, ANameThatComesBackBeforeItsIdIsGivenAwayHasItAgain) {
  IdTable<ClusterId> table;
  const ClusterId before = *table.Get("a");
  EXPECT_EQ(*table.Get("a"), before);
}

TEST(IdTableTest, IdsOfNamesThatNobodyHoldsAreGivenAwayAgain) {
  IdTable<ClusterId> table;
  for (int i = 0; i < 10'000; ++i) table.Get("name " + std::to_string(i));
  EXPECT_LE(table.id_end(), 128u);
}

TEST(IdTableTest, AnIdThatIsHeldStandsForItsNameOnlyHoweverManyOthersComeAndGo) {
  IdTable<ClusterId> table;
  const Lease held = table.Get("held");
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_NE(*table.Get("name " + std::to_string(i)), *held);
  }
  EXPECT_EQ(*table.Get("held"), *held);
}

TEST(IdTableTest, WhatNobodyHoldsIsForgottenWhenAsked) {
  IdTable<ClusterId> table;
  const Lease held = table.Get("held");
  for (int i = 0; i < 10; ++i) table.Get("name " + std::to_string(i));
  table.ForgetUnused();
  EXPECT_EQ(table.Find("held"), *held);
  std::vector<Lease> leases;
  for (int i = 0; i < 10; ++i) leases.push_back(table.Get("other " + std::to_string(i)));
  EXPECT_EQ(table.id_end(), 11u);
}

TEST(IdTableTest, ManyThatAreHeldAllHaveIdsOfTheirOwn) {
  IdTable<ClusterId> table;
  std::vector<Lease> leases;
  for (int i = 0; i < 1000; ++i) leases.push_back(table.Get("name " + std::to_string(i)));
  EXPECT_EQ(table.id_end(), 1000u);
  leases.clear();
  for (int i = 0; i < 1000; ++i) leases.push_back(table.Get("other " + std::to_string(i)));
  EXPECT_LE(table.id_end(), 2000u);
}

}  // namespace
}  // namespace outrigger::compiler
