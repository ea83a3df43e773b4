// What holds for all HTTP filters: their order, where they are on, and what routes say to them.
#include "test/integration/filters_fixture.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kMutation = "header_mutation.v3.HeaderMutation";
constexpr std::string_view kMutationPerRoute = "header_mutation.v3.HeaderMutationPerRoute";
constexpr std::string_view kRoutes = "[{match: {prefix: /}, route: {cluster: service}}]";

// Adds `value` to the field `x-seen` of requests and answers.
std::string Mark(std::string_view value) {
  return fmt::format(
      "mutations: {{request_mutations: [{{append: {{header: {{key: x-seen, value: {0}}}}}}}], "
      "response_mutations: [{{append: {{header: {{key: x-seen, value: {0}}}}}}}]}}",
      value);
}

class HttpFilters : public FiltersTest {};

TEST_F(HttpFilters, RequestsPassThemInOrderAndAnswersTheOtherWayRound) {
  StartProxyWithFilters(
      Filter("a", kMutation, Mark("1")) + ", " + Filter("b", kMutation, Mark("2")),
      std::string(kRoutes));
  const Passed passed = Pass("GET /");
  EXPECT_THAT(passed.request, HasSubstr("\r\nx-seen: 1\r\nx-seen: 2\r\n"));
  EXPECT_THAT(passed.answer, HasSubstr("\r\nx-seen: 2\r\nx-seen: 1\r\n"));
}

TEST_F(HttpFilters, AnswersOfOurOwnPassThemToo) {
  StartProxyWithFilters(Filter("a", kMutation, Mark("1")),
                        "[{match: {path: /}, direct_response: {status: 204}}]");
  EXPECT_THAT(Ask("GET /"), AllOf(StartsWith("HTTP/1.1 204 "), HasSubstr("\r\nx-seen: 1\r\n")));
  EXPECT_THAT(Ask("GET /no"), AllOf(StartsWith("HTTP/1.1 404 "), HasSubstr("\r\nx-seen: 1\r\n")));
}

TEST_F(HttpFilters, ARouteMaySwitchOneOff) {
  StartProxyWithFilters(Filter("a", kMutation, Mark("1")),
                        "[{match: {path: /off}, direct_response: {status: 204}, " + SwitchOff("a") +
                            "}, {match: {prefix: /}, direct_response: {status: 204}}]");
  EXPECT_THAT(Ask("GET /off"), Not(HasSubstr("x-seen")));
  EXPECT_THAT(Ask("GET /"), HasSubstr("\r\nx-seen: 1\r\n"));
}

TEST_F(HttpFilters, OneThatIsOffRunsWhereARouteSpeaksToIt) {
  StartProxyWithFilters(Filter("a", kMutation, Mark("1"), "disabled: true"),
                        "[{match: {path: /on}, direct_response: {status: 204}, " +
                            Say("a", kMutationPerRoute, Mark("route")) +
                            "}, {match: {prefix: /}, direct_response: {status: 204}}]");
  EXPECT_THAT(Ask("GET /on"), HasSubstr("\r\nx-seen: 1\r\nx-seen: route\r\n"));
  EXPECT_THAT(Ask("GET /"), Not(HasSubstr("x-seen")));
}

TEST_F(HttpFilters, TheMostSpecificWordCounts) {
  StartProxyWithFilters(Filter("a", kMutation, Mark("1")),
                        "[{match: {path: /on}, direct_response: {status: 204}, " +
                            Say("a", kMutationPerRoute, Mark("route")) +
                            "}, {match: {prefix: /}, direct_response: {status: 204}}]",
                        SwitchOff("a"));
  EXPECT_THAT(Ask("GET /on"), HasSubstr("\r\nx-seen: 1\r\nx-seen: route\r\n"));
  EXPECT_THAT(Ask("GET /"), Not(HasSubstr("x-seen")));
}

TEST_F(HttpFilters, AWeightedClusterSpeaksToThemToo) {
  StartProxyWithFilters(
      Filter("a", kMutation, Mark("1")),
      "[{match: {prefix: /}, route: {weighted_clusters: {clusters: [{name: service, weight: 1, " +
          Say("a", kMutationPerRoute, Mark("cluster")) + "}]}}}]");
  EXPECT_THAT(Pass("GET /").request, HasSubstr("\r\nx-seen: 1\r\nx-seen: cluster\r\n"));
}

// A configuration for a filter of another kind is not taken for one of its own.
TEST_F(HttpFilters, AWordInAnotherLanguageIsNotHeard) {
  StartProxyWithFilters(Filter("a", kMutation, Mark("1")),
                        "[{match: {prefix: /}, direct_response: {status: 204}, " +
                            Say("a", "cors.v3.CorsPolicy", "max_age: '1'") + "}]");
  EXPECT_THAT(Ask("GET /"), AllOf(StartsWith("HTTP/1.1 204 "), HasSubstr("\r\nx-seen: 1\r\n")));
}

TEST_F(HttpFilters, TheyRunBeforeTheTlsDemandOfAHost) {
  StartProxyWithFilters(
      Filter("f", "fault.v3.HTTPFault", "abort: {http_status: 418, percentage: {numerator: 100}}"),
      std::string(kRoutes), "require_tls: ALL");
  EXPECT_THAT(Ask("GET /"), AllOf(StartsWith("HTTP/1.1 418 "), EndsWith("fault filter abort")));
}

}  // namespace
}  // namespace outrigger::test
