#include "routing/upgrade_rules.h"

#include "gtest/gtest.h"

namespace outrigger::routing {
namespace {

UpgradeRules Rules(const char* protocol, bool is_allowed) {
  UpgradeRules rules;
  EXPECT_TRUE(rules.Add(protocol, is_allowed));
  return rules;
}

TEST(UpgradeRulesTest, R52_NothingIsAllowedUnlessItIsNamed) {
  EXPECT_FALSE(MayUpgrade("websocket", {}, {}));
  EXPECT_FALSE(MayUpgrade("websocket", {}, Rules("other", true)));
  EXPECT_FALSE(MayUpgrade("websocket, other", Rules("websocket", true), Rules("other", true)));
  EXPECT_TRUE(MayUpgrade("WebSocket", {}, Rules("websocket", true)));
}

TEST(UpgradeRulesTest, TheRouteOverridesTheConnectionManager) {
  EXPECT_FALSE(MayUpgrade("a", Rules("a", false), Rules("a", true)));
  EXPECT_TRUE(MayUpgrade("a", Rules("a", true), Rules("a", false)));
  EXPECT_TRUE(MayUpgrade("a", Rules("b", false), Rules("a", true)));
}

TEST(UpgradeRulesTest, R52_HttpIsNeverUpgradedToHttp2) {
  EXPECT_FALSE(MayUpgrade("h2c", Rules("h2c", true), Rules("H2C", true)));
}

TEST(UpgradeRulesTest, AProtocolIsThereOnce) {
  UpgradeRules rules = Rules("a", true);
  EXPECT_FALSE(rules.Add("A", false));
  EXPECT_EQ(rules.Find("a"), true);
}

}  // namespace
}  // namespace outrigger::routing
