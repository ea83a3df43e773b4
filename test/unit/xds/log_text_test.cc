#include "xds/log_text.h"

#include <gtest/gtest.h>

namespace outrigger::xds {
namespace {

TEST(LogTextTest, WhatAPeerSaysIsBoundedAndHasNoControlCharacters) {
  EXPECT_EQ(ForLog("a\nb"), "a\\nb");
  EXPECT_EQ(ForLog(std::string(1000, 'x')), std::string(200, 'x'));
  EXPECT_EQ(ForLog(absl::UnavailableError("no\rroute")), "UNAVAILABLE: no\\rroute");
}

TEST(LogTextTest, OfManyNamesTheFirstAreSaid) {
  const std::vector<std::string> few = {"a", "b\n"};
  const std::vector<std::string> many = {"a", "b", "c", "d", "e", "f"};
  EXPECT_EQ(ForLog(few), "a, b\\n");
  EXPECT_EQ(ForLog(many), "a, b, c, d and 2 more");
}

}  // namespace
}  // namespace outrigger::xds
