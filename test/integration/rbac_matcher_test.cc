// RBAC by a matcher tree, compared with a real Envoy 1.40 request by request.
#include "test/integration/filters_fixture.h"

namespace outrigger::test {
namespace {

using testing::StartsWith;

constexpr std::string_view kRoutes = "[{match: {prefix: /}, direct_response: {status: 204}}]";

std::string Input(std::string_view type, std::string_view fields = "") {
  return fmt::format(
      "input: {{name: i, typed_config: {{'@type': type.googleapis.com/envoy.{}{}{}}}}}", type,
      fields.empty() ? "" : ", ", fields);
}
std::string Header(std::string_view name) {
  return Input("type.matcher.v3.HttpRequestHeaderMatchInput",
               fmt::format("header_name: '{}'", name));
}
std::string HasValue(std::string_view name, std::string_view match) {
  return fmt::format("{{single_predicate: {{{}, value_match: {{{}}}}}}}", Header(name), match);
}
std::string Action(std::string_view action) {
  return fmt::format(
      "{{action: {{name: a, typed_config: {{'@type': "
      "type.googleapis.com/envoy.config.rbac.v3.Action, name: the rule, action: {}}}}}}}",
      action);
}
std::string If(std::string_view predicate, std::string_view outcome) {
  return fmt::format("{{predicate: {}, on_match: {}}}", predicate, outcome);
}

class RbacMatchers : public FiltersTest {
 protected:
  void StartWithMatcher(const std::string& matcher) {
    StartProxyWithFilters(Filter("rbac", "rbac.v3.RBAC", "matcher: " + matcher),
                          std::string(kRoutes));
  }
  bool Allows(std::string_view start, std::string_view fields = "") {
    const std::string answer = Ask(start, fields);
    EXPECT_THAT(answer, testing::AnyOf(StartsWith("HTTP/1.1 204 "), StartsWith("HTTP/1.1 403 ")));
    return answer.starts_with("HTTP/1.1 204 ");
  }
};

TEST_F(RbacMatchers, TheFirstThatHoldsDecidesAndWithoutOneNobodyPasses) {
  StartWithMatcher("{matcher_list: {matchers: [" +
                   If(HasValue("x-bad", "prefix: a"), Action("DENY")) + ", " +
                   If(HasValue(":path", "prefix: /open"), Action("ALLOW")) + ", " +
                   If(HasValue(":method", "exact: PUT"), Action("LOG")) + "]}}");
  EXPECT_TRUE(Allows("GET /open"));
  EXPECT_FALSE(Allows("GET /open", "x-bad: abc\r\n"));
  EXPECT_FALSE(Allows("GET /"));
  EXPECT_TRUE(Allows("PUT /"));
  EXPECT_EQ(proxy_->Stat("http.ingress.rbac.allowed"), 2);
  EXPECT_EQ(proxy_->Stat("http.ingress.rbac.denied"), 2);
}

TEST_F(RbacMatchers, PredicatesMakeTrees) {
  StartWithMatcher("{matcher_list: {matchers: [" +
                   If("{and_matcher: {predicate: [{not_matcher: " +
                          HasValue("x-bad", "safe_regex: {google_re2: {}, regex: '.*'}") +
                          "}, {or_matcher: {predicate: [" + HasValue("x-a", "exact: '1'") + ", " +
                          HasValue("x-b", "exact: '1'") + "]}}]}}",
                      Action("ALLOW")) +
                   "]}, on_no_match: " + Action("DENY") + "}");
  EXPECT_TRUE(Allows("GET /", "x-b: 1\r\n"));
  EXPECT_FALSE(Allows("GET /", "x-b: 1\r\nx-bad:\r\n"));
  EXPECT_FALSE(Allows("GET /"));
}

// R46: values are joined, as Envoy does; none of them is lost.
TEST_F(RbacMatchers, AllValuesOfAHeaderAreOneInput) {
  StartWithMatcher("{matcher_list: {matchers: [" +
                   If(HasValue("x-a", "contains: bad"), Action("DENY")) +
                   "]}, on_no_match: " + Action("ALLOW") + "}");
  EXPECT_FALSE(Allows("GET /", "x-a: good\r\nx-a: bad\r\n"));
  EXPECT_TRUE(Allows("GET /", "x-a: good\r\n"));
}

TEST_F(RbacMatchers, TheLongestPrefixThatLeadsToAnActionDecides) {
  const std::string nowhere = "{matcher: {matcher_list: {matchers: [" +
                              If(HasValue("x-no", "exact: a"), Action("DENY")) + "]}}}";
  StartWithMatcher("{matcher_tree: {" + Header(":path") + ", prefix_match_map: {map: {/a: " +
                   Action("ALLOW") + ", /ab: " + Action("DENY") + ", /acc: " + nowhere + "}}}}");
  EXPECT_TRUE(Allows("GET /a"));
  EXPECT_TRUE(Allows("GET /axxxxxxxxxxxxxxxxxxxxx"));
  EXPECT_FALSE(Allows("GET /abc"));
  EXPECT_TRUE(Allows("GET /acc"));
  EXPECT_FALSE(Allows("GET /b"));
}

TEST_F(RbacMatchers, AMapMayBeByTheWholeText) {
  StartWithMatcher("{matcher_tree: {" +
                   Input("extensions.matching.common_inputs.network.v3.DirectSourceIPInput") +
                   ", exact_match_map: {map: {127.0.0.1: " + Action("ALLOW") + "}}}}");
  EXPECT_TRUE(Allows("GET /"));
  FinishNeighbour();
  StartWithMatcher("{matcher_tree: {" +
                   Input("extensions.matching.common_inputs.network.v3.TransportProtocolInput") +
                   ", exact_match_map: {map: {tls: " + Action("ALLOW") + "}}}}");
  EXPECT_FALSE(Allows("GET /"));
}

}  // namespace
}  // namespace outrigger::test
