// RBAC of requests, compared with a real Envoy 1.40 request by request.
#include "test/integration/filters_fixture.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kRbac = "rbac.v3.RBAC";
constexpr std::string_view kRoutes = "[{match: {prefix: /}, direct_response: {status: 204}}]";

// Rules of one policy.
std::string Rules(std::string_view action, std::string_view permission,
                  std::string_view principal = "any: true") {
  return fmt::format(
      "{{action: {}, policies: {{'the policy': {{permissions: [{{{}}}], principals: [{{{}}}]}}}}}}",
      action, permission, principal);
}

class Rbac : public FiltersTest {
 protected:
  void StartWithRules(const std::string& rules) {
    StartProxyWithFilters(Filter("rbac", kRbac, "rules: " + rules), std::string(kRoutes));
  }
  bool Allows(std::string_view start, std::string_view fields = "") {
    const std::string answer = Ask(start, fields);
    EXPECT_THAT(answer, testing::AnyOf(StartsWith("HTTP/1.1 204 "), StartsWith("HTTP/1.1 403 ")));
    return answer.starts_with("HTTP/1.1 204 ");
  }
};

TEST_F(Rbac, WhatNoPolicyAllowsIsRefused) {
  StartWithRules(Rules("ALLOW", "url_path: {path: {prefix: /open}}"));
  EXPECT_TRUE(Allows("GET /open?x"));
  EXPECT_THAT(Ask("GET /?/open"),
              AllOf(StartsWith("HTTP/1.1 403 Forbidden\r\n"), EndsWith("RBAC: access denied")));
  EXPECT_THAT(Ask("POST /x", "content-type: application/grpc\r\n"),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("\r\ngrpc-status: 7\r\n"),
                    HasSubstr("\r\ngrpc-message: RBAC: access denied\r\n")));
  EXPECT_EQ(proxy_->Stat("http.ingress.rbac.allowed"), 1);
  EXPECT_EQ(proxy_->Stat("http.ingress.rbac.denied"), 2);
}

TEST_F(Rbac, WhatAPolicyDeniesIsRefusedAndNothingElse) {
  StartWithRules(Rules("DENY", "header: {name: ':method', string_match: {exact: DELETE}}"));
  EXPECT_TRUE(Allows("GET /"));
  EXPECT_FALSE(Allows("DELETE /"));
}

TEST_F(Rbac, RulesWithoutAPolicyAllowNobody) {
  StartWithRules("{action: ALLOW}");
  EXPECT_FALSE(Allows("GET /"));
}

TEST_F(Rbac, LoggingAllowsEverything) {
  StartWithRules(Rules("LOG", "url_path: {path: {exact: /}}"));
  EXPECT_TRUE(Allows("GET /"));
  EXPECT_TRUE(Allows("GET /x"));
}

TEST_F(Rbac, WithoutRulesNothingIsCounted) {
  StartProxyWithFilters(Filter("rbac", kRbac), std::string(kRoutes));
  EXPECT_TRUE(Allows("GET /"));
  EXPECT_EQ(proxy_->Stat("http.ingress.rbac.allowed"), 0);
}

TEST_F(Rbac, ConditionsMakeTrees) {
  StartWithRules(
      Rules("ALLOW",
            "and_rules: {rules: [{not_rule: {header: {name: x-bad, present_match: true}}}, "
            "{or_rules: {rules: [{header: {name: x-a, string_match: {exact: '1'}}}, "
            "{header: {name: x-b, range_match: {start: 5, end: 7}}}]}}]}"));
  EXPECT_TRUE(Allows("GET /", "x-a: 1\r\n"));
  EXPECT_TRUE(Allows("GET /", "x-b: 6\r\n"));
  EXPECT_FALSE(Allows("GET /", "x-b: 7\r\n"));
  EXPECT_FALSE(Allows("GET /", "x-a: 1\r\nx-bad: 1\r\n"));
  EXPECT_FALSE(Allows("GET /"));
}

// R46: no value hides behind another one.
TEST_F(Rbac, EveryValueOfAHeaderIsSeen) {
  StartWithRules(Rules("DENY", "header: {name: x-a, string_match: {exact: bad}}"));
  EXPECT_FALSE(Allows("GET /", "x-a: good\r\nx-a: bad\r\n"));
  EXPECT_FALSE(Allows("GET /", "x-a: bad\r\nx-a: good\r\n"));
  EXPECT_TRUE(Allows("GET /", "x-a: good\r\n"));
}

TEST_F(Rbac, PoliciesAreForEndsOfTheConnection) {
  StartWithRules(Rules("ALLOW", "destination_ip: {address_prefix: 127.0.0.0, prefix_len: 8}",
                       "direct_remote_ip: {address_prefix: 127.0.0.1, prefix_len: 32}"));
  EXPECT_TRUE(Allows("GET /"));
  FinishNeighbour();
  StartWithRules(Rules("ALLOW", "destination_port: 1"));
  EXPECT_FALSE(Allows("GET /"));
  FinishNeighbour();
  StartWithRules(Rules("ALLOW", "destination_port_range: {start: 1, end: 65536}",
                       "direct_remote_ip: {address_prefix: 10.0.0.0, prefix_len: 8}"));
  EXPECT_FALSE(Allows("GET /"));
}

TEST_F(Rbac, TheClientIsWhoItIsBelievedToBe) {
  const std::string client = "address_prefix: 10.0.0.0, prefix_len: 8";
  StaticBootstrap bootstrap;
  bootstrap.listeners[0].hcm_fields = "use_remote_address: true, xff_num_trusted_hops: 1";
  bootstrap.listeners[0].routes = kRoutes;
  bootstrap.listeners[0].filters =
      Filter("rbac", kRbac, "rules: " + Rules("ALLOW", "any: true", "remote_ip: {" + client + "}"));
  StartProxy(bootstrap);
  EXPECT_TRUE(Allows("GET /", "x-forwarded-for: 1.2.3.4, 10.1.2.3\r\n"));
  EXPECT_FALSE(Allows("GET /", "x-forwarded-for: 10.1.2.3, 1.2.3.4\r\n"));
  EXPECT_FALSE(Allows("GET /"));
}

TEST_F(Rbac, AnyNameIsTruePerPlainConnectionOnlyWhereNegated) {
  StartWithRules(
      Rules("ALLOW", "any: true", "authenticated: {principal_name: {safe_regex: {regex: '.*'}}}"));
  EXPECT_FALSE(Allows("GET /"));
  FinishNeighbour();
  StartWithRules(Rules("ALLOW", "any: true", "authenticated: {}"));
  EXPECT_FALSE(Allows("GET /"));
  FinishNeighbour();
  StartWithRules(Rules("ALLOW", "any: true", "not_id: {authenticated: {}}"));
  EXPECT_TRUE(Allows("GET /"));
}

TEST_F(Rbac, ShadowRulesOnlyCount) {
  StartProxyWithFilters(
      Filter("rbac", kRbac,
             "rules_stat_prefix: istio_enforce., shadow_rules_stat_prefix: istio_dry_run_allow_, "
             "rules: " +
                 Rules("DENY", "url_path: {path: {exact: /no}}") +
                 ", shadow_rules: " + Rules("ALLOW", "url_path: {path: {exact: /shadow}}")),
      std::string(kRoutes));
  EXPECT_TRUE(Allows("GET /shadow"));
  EXPECT_TRUE(Allows("GET /"));
  EXPECT_FALSE(Allows("GET /no"));
  const std::string all = "http.ingress.rbac.";
  EXPECT_EQ(proxy_->Stat(all + "istio_enforce.allowed"), 2);
  EXPECT_EQ(proxy_->Stat(all + "istio_enforce.denied"), 1);
  EXPECT_EQ(proxy_->Stat(all + "istio_dry_run_allow_.shadow_allowed"), 1);
  EXPECT_EQ(proxy_->Stat(all + "istio_dry_run_allow_.shadow_denied"), 2);
}

TEST_F(Rbac, ARouteTakesThePlaceOfTheFiltersOwnRules) {
  StartProxyWithFilters(
      Filter("rbac", kRbac, "rules: {action: ALLOW}"),
      "[{match: {path: /free}, direct_response: {status: 204}, " +
          Say("rbac", "rbac.v3.RBACPerRoute") +
          "}, {match: {path: /other}, direct_response: {status: 204}, " +
          Say("rbac", "rbac.v3.RBACPerRoute",
              "rbac: {rules: " + Rules("ALLOW", "header: {name: x-a, present_match: true}") + "}") +
          "}, {match: {prefix: /}, direct_response: {status: 204}}]");
  EXPECT_TRUE(Allows("GET /free"));
  EXPECT_FALSE(Allows("GET /other"));
  EXPECT_TRUE(Allows("GET /other", "x-a: 1\r\n"));
  EXPECT_FALSE(Allows("GET /"));
}

}  // namespace
}  // namespace outrigger::test
