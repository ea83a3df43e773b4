#include "routing/mirror_host.h"

#include <string>

#include "base/slab.h"
#include "gtest/gtest.h"

namespace outrigger::routing {
namespace {

std::string HostOf(const MirrorPolicy& policy, std::string_view authority) {
  SlabPool slabs;
  Arena arena(slabs);
  return std::string(MirrorHost(policy, authority, arena));
}

TEST(MirrorHostTest, TheNameIsMarkedBeforeItsPort) {
  EXPECT_EQ(HostOf({}, "a.example"), "a.example-shadow");
  EXPECT_EQ(HostOf({}, "a.example:80"), "a.example-shadow:80");
}

TEST(MirrorHostTest, WhatWouldBeNoHostStaysAsItIs) {
  EXPECT_EQ(HostOf({}, "[::1]:80"), "[::1]:80");
  EXPECT_EQ(HostOf({}, ""), "");
}

TEST(MirrorHostTest, ThePolicyMaySayOtherwise) {
  EXPECT_EQ(HostOf({.marks_host = false}, "a:80"), "a:80");
  EXPECT_EQ(HostOf({.host = "b"}, "a:80"), "b");
}

}  // namespace
}  // namespace outrigger::routing
