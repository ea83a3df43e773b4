// CORS, compared with a real Envoy 1.40 request by request.
#include "test/integration/filters_fixture.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kPolicy = "cors.v3.CorsPolicy";
constexpr std::string_view kPreflight =
    "origin: http://a.com\r\naccess-control-request-method: GET\r\n";
constexpr std::string_view kStrangerPreflight =
    "origin: http://c.com\r\naccess-control-request-method: GET\r\n";

class Cors : public FiltersTest {
 protected:
  void StartWithPolicy(const std::string& policy) {
    StartProxyWithFilters(Filter("cors", "cors.v3.Cors"),
                          "[{match: {path: /direct}, direct_response: {status: 204}}, "
                          "{match: {prefix: /}, route: {cluster: service}}]",
                          Say("cors", kPolicy, policy));
  }
};

TEST_F(Cors, APreflightIsAnsweredHere) {
  StartWithPolicy(
      "allow_origin_string_match: [{exact: 'http://a.com'}], allow_methods: 'GET, POST', "
      "allow_headers: x-a, expose_headers: x-e, max_age: '100', allow_credentials: true");
  EXPECT_THAT(Ask("OPTIONS /", kPreflight),
              StartsWith("HTTP/1.1 200 OK\r\n"
                         "access-control-allow-origin: http://a.com\r\n"
                         "access-control-allow-credentials: true\r\n"
                         "access-control-allow-methods: GET, POST\r\n"
                         "access-control-allow-headers: x-a\r\n"
                         "access-control-max-age: 100\r\n"
                         "access-control-expose-headers: x-e\r\n"));
  EXPECT_EQ(proxy_->Stat("http.ingress.cors.origin_valid"), 1);
}

TEST_F(Cors, AnswersOfTheServiceSayWhoMayReadThem) {
  StartWithPolicy(
      "allow_origin_string_match: [{suffix: .b.com}], expose_headers: x-e, allow_methods: GET");
  EXPECT_THAT(Pass("GET /", "origin: http://x.b.com\r\n").answer,
              AllOf(HasSubstr("\r\naccess-control-allow-origin: http://x.b.com\r\n"
                              "access-control-expose-headers: x-e\r\n"),
                    Not(HasSubstr("credentials")), Not(HasSubstr("methods"))));
  EXPECT_THAT(Pass("GET /", "origin: http://b.com\r\n").answer, Not(HasSubstr("access-control")));
  EXPECT_THAT(Pass("GET /").answer, Not(HasSubstr("access-control")));
  EXPECT_EQ(proxy_->Stat("http.ingress.cors.origin_valid"), 1);
  EXPECT_EQ(proxy_->Stat("http.ingress.cors.origin_invalid"), 1);
}

TEST_F(Cors, AStrangersPreflightIsTheServicesBusiness) {
  StartWithPolicy("allow_origin_string_match: [{exact: 'http://a.com'}]");
  EXPECT_THAT(Pass("OPTIONS /", kStrangerPreflight).answer, Not(HasSubstr("access-control")));
}

TEST_F(Cors, AStrangersPreflightMayBeRefusedHere) {
  StartWithPolicy(
      "allow_origin_string_match: [{exact: 'http://a.com'}], "
      "forward_not_matching_preflights: false");
  EXPECT_THAT(Ask("OPTIONS /", kStrangerPreflight),
              AllOf(StartsWith("HTTP/1.1 200 "), Not(HasSubstr("access-control"))));
}

TEST_F(Cors, AStarAllowsEveryOrigin) {
  StartWithPolicy("allow_origin_string_match: [{exact: '*'}]");
  EXPECT_THAT(Pass("GET /", "origin: http://z\r\n").answer,
              HasSubstr("\r\naccess-control-allow-origin: http://z\r\n"));
}

TEST_F(Cors, APrivateNetworkIsOpenedToThoseWhoAsk) {
  StartWithPolicy("allow_origin_string_match: [{exact: '*'}], allow_private_network_access: true");
  const std::string asking = std::string(kPreflight) + "access-control-request-private-network: ";
  EXPECT_THAT(Ask("OPTIONS /", asking + "true\r\n"),
              HasSubstr("\r\naccess-control-allow-private-network: true\r\n"));
  EXPECT_THAT(Ask("OPTIONS /", kPreflight), Not(HasSubstr("private-network")));
}

// It may only watch: origins are counted, and everything passes as it is.
TEST_F(Cors, AShadowOnlyCounts) {
  StartWithPolicy(
      "allow_origin_string_match: [{exact: 'http://a.com'}], "
      "filter_enabled: {default_value: {numerator: 0}}, "
      "shadow_enabled: {default_value: {numerator: 100}}");
  EXPECT_THAT(Pass("OPTIONS /", kPreflight).answer, Not(HasSubstr("access-control")));
  EXPECT_EQ(proxy_->Stat("http.ingress.cors.origin_valid"), 1);
}

TEST_F(Cors, WhatARouteAnswersItselfIsNotReadByOthers) {
  StartWithPolicy("allow_origin_string_match: [{exact: '*'}]");
  EXPECT_THAT(Ask("GET /direct", "origin: http://z\r\n"),
              AllOf(StartsWith("HTTP/1.1 204 "), Not(HasSubstr("access-control"))));
}

}  // namespace
}  // namespace outrigger::test
