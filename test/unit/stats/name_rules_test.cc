#include "stats/name_rules.h"

#include <gtest/gtest.h>

namespace outrigger::stats {
namespace {

using Kind = StringMatch::Kind;
using Verdict = NameRules::Verdict;

TEST(NameRulesTest, ListedNamesAreThereOrAreNotThere) {
  const std::vector<StringMatch> patterns = {{Kind::kPrefix, "server."}, {Kind::kSuffix, "active"}};
  const NameRules inclusion{patterns, true};
  EXPECT_TRUE(inclusion.Takes("server.live"));
  EXPECT_TRUE(inclusion.Takes("cluster.a.cx_active"));
  EXPECT_FALSE(inclusion.Takes("cluster.a.cx_total"));
  const NameRules exclusion{patterns, false};
  EXPECT_FALSE(exclusion.Takes("server.live"));
  EXPECT_TRUE(exclusion.Takes("cluster.a.cx_total"));
}

TEST(NameRulesTest, WithoutPatternsAllOrNothingIsThere) {
  EXPECT_FALSE((NameRules{{}, true}.Takes("server.live")));
  EXPECT_EQ((NameRules{{}, true}.OfScope("server.")), Verdict::kNone);
  EXPECT_TRUE((NameRules{{}, false}.Takes("server.live")));
  EXPECT_EQ((NameRules{{}, false}.OfScope("server.")), Verdict::kAll);
}

TEST(NameRulesTest, APrefixDecidesForWholeScopes) {
  const NameRules rules{{{Kind::kPrefix, "cluster.a"}}, true};
  EXPECT_EQ(rules.OfScope("cluster.a."), Verdict::kAll);
  EXPECT_EQ(rules.OfScope("cluster.ab."), Verdict::kAll);
  EXPECT_EQ(rules.OfScope("cluster.b."), Verdict::kNone);
  EXPECT_EQ(rules.OfScope("server."), Verdict::kNone);
  const NameRules inverse{rules.patterns, false};
  EXPECT_EQ(inverse.OfScope("cluster.a."), Verdict::kNone);
  EXPECT_EQ(inverse.OfScope("server."), Verdict::kAll);
}

TEST(NameRulesTest, APrefixThatReachesIntoTheMetricDecidesByName) {
  const NameRules rules{{{Kind::kPrefix, "cluster.a.cx"}}, true};
  EXPECT_EQ(rules.OfScope("cluster.a."), Verdict::kByName);
  EXPECT_TRUE(rules.Takes("cluster.a.cx_total"));
  EXPECT_FALSE(rules.Takes("cluster.a.rq_total"));
}

TEST(NameRulesTest, OtherPatternsDecideByNameUnlessThePartIsThereAlready) {
  EXPECT_EQ((NameRules{{{Kind::kSuffix, "live"}}, true}.OfScope("server.")), Verdict::kByName);
  EXPECT_EQ((NameRules{{{Kind::kExact, "server."}}, true}.OfScope("server.")), Verdict::kByName);
  EXPECT_EQ((NameRules{{{Kind::kContains, "erv"}}, true}.OfScope("server.")), Verdict::kAll);
  EXPECT_EQ((NameRules{{{Kind::kContains, "live"}}, true}.OfScope("server.")), Verdict::kByName);
}

}  // namespace
}  // namespace outrigger::stats
