#include "routing/query_matcher.h"

#include <optional>

#include "gtest/gtest.h"

namespace outrigger::routing {
namespace {

using Kind = QueryMatch::Kind;

// What a real Envoy 1.40 finds in the same paths.
TEST(QueryMatcherTest, TheFirstParameterOfThatNameCounts) {
  EXPECT_EQ(FindQueryParameter("/p?a=1", "a"), "1");
  EXPECT_EQ(FindQueryParameter("/p?a=2&a=1", "a"), "2");
  EXPECT_EQ(FindQueryParameter("/p?x&&a=1&b", "a"), "1");
  EXPECT_EQ(FindQueryParameter("/p?a", "a"), "");
  EXPECT_EQ(FindQueryParameter("/p?a=", "a"), "");
  EXPECT_EQ(FindQueryParameter("/p?a=1=&b", "a"), "1=");
  EXPECT_EQ(FindQueryParameter("/p?a=%31", "a"), "%31");
}

TEST(QueryMatcherTest, NamesAreComparedWhole) {
  EXPECT_EQ(FindQueryParameter("/p", "a"), std::nullopt);
  EXPECT_EQ(FindQueryParameter("/p?", "a"), std::nullopt);
  EXPECT_EQ(FindQueryParameter("/a=1", "a"), std::nullopt);
  EXPECT_EQ(FindQueryParameter("/p?A=1&aa=1&b", "a"), std::nullopt);
  EXPECT_EQ(FindQueryParameter("/p?b=?a=1", "a"), std::nullopt);
  EXPECT_EQ(FindQueryParameter("/p?b;a=1", "a"), std::nullopt);
  EXPECT_EQ(FindQueryParameter("/p?=a=1&b", "a"), std::nullopt);
}

TEST(QueryMatcherTest, AMatchIsOnPresenceOrValue) {
  EXPECT_TRUE(MatchesQuery({.name = "a"}, "/p?a"));
  EXPECT_FALSE(MatchesQuery({.name = "a"}, "/p?b"));
  EXPECT_TRUE(MatchesQuery({.name = "a", .kind = Kind::kAbsent}, "/p?b"));
  EXPECT_FALSE(MatchesQuery({.name = "a", .kind = Kind::kAbsent}, "/p?a"));
  QueryMatch exact = {.name = "a", .kind = Kind::kString};
  exact.string.text = "1";
  EXPECT_TRUE(MatchesQuery(exact, "/p?a=1"));
  EXPECT_FALSE(MatchesQuery(exact, "/p?a=2&a=1"));
  EXPECT_FALSE(MatchesQuery(exact, "/p"));
}

}  // namespace
}  // namespace outrigger::routing
