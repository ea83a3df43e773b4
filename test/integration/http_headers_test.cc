// What the proxy adds, changes and takes away on the way, and answers by itself.
#include <string>
#include <string_view>

#include "test/integration/http_fixture.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class HttpHeaders : public HttpTest {
 protected:
  // The request as the service saw it; the client got `response`'s counterpart in `answer_`.
  std::string Pass(std::string_view request, std::string_view response = kOk) {
    RawPeer client = Client();
    service_ = RawPeer();
    const std::string seen = Forwarded(client, request, "\r\n\r\n");
    EXPECT_TRUE(service_.Send(response));
    answer_ = client.ReadMessage();
    service_.Close();
    return seen;
  }
  std::string Ask(std::string_view target) {
    RawPeer client = Client();
    EXPECT_TRUE(client.Send("GET " + std::string(target) + " HTTP/1.1\r\nHost: a.b:81\r\n\r\n"));
    return client.ReadMessage();
  }
  static std::string ValueOf(const std::string& message, const std::string& name) {
    const size_t at = message.find("\r\n" + name + ": ");
    if (at == message.npos) return "(absent)";
    const size_t start = at + name.size() + 4;
    return message.substr(start, message.find("\r\n", start) - start);
  }

  std::string answer_;
};

TEST_F(HttpHeaders, ARequestGetsWhatItDoesNotBring) {
  StartProxy();
  const std::string seen = Pass(kGet);
  EXPECT_EQ(ValueOf(seen, "host"), "a");
  EXPECT_EQ(ValueOf(seen, "x-forwarded-proto"), "http");
  EXPECT_THAT(ValueOf(seen, "x-request-id"), testing::Truly([](const std::string& id) {
                return id.size() == 36 && id[14] == '4' && id[8] == '-' && id[23] == '-';
              }));
  EXPECT_EQ(ValueOf(seen, "x-envoy-expected-rq-timeout-ms"), "15000");
  EXPECT_NE(ValueOf(Pass(kGet), "x-request-id"), ValueOf(seen, "x-request-id"));
  // An empty one is none.
  EXPECT_EQ(
      ValueOf(Pass("GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id:\r\n\r\n"), "x-request-id").size(),
      36u);
}

TEST_F(HttpHeaders, ARequestKeepsWhatItBrings) {
  StartProxy();
  const std::string seen = Pass(
      "GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: mine\r\nX-Forwarded-Proto: https\r\n"
      "Accept: */*\r\nX-Twice: 1\r\nX-Twice: 2\r\n\r\n");
  EXPECT_EQ(ValueOf(seen, "x-request-id"), "mine");
  EXPECT_EQ(ValueOf(seen, "x-forwarded-proto"), "https");
  EXPECT_THAT(seen, HasSubstr("\r\naccept: */*\r\nx-twice: 1\r\nx-twice: 2\r\n"));
}

TEST_F(HttpHeaders, AResponseGetsServerDateAndServiceTime) {
  StartProxy();
  Pass(kGet,
       "HTTP/1.1 200 OK\r\nServer: mine\r\nX-Envoy-Upstream-Service-Time: 99\r\n"
       "Content-Length: 0\r\n\r\n");
  EXPECT_EQ(ValueOf(answer_, "server"), "envoy");
  EXPECT_THAT(ValueOf(answer_, "date"), EndsWith(" GMT"));
  EXPECT_NE(ValueOf(answer_, "x-envoy-upstream-service-time"), "99");
  EXPECT_NE(ValueOf(answer_, "x-envoy-upstream-service-time"), "(absent)");
  Pass(kGet, "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(ValueOf(answer_, "date"), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_F(HttpHeaders, OperationsOfEveryLevelApplyTheMoreSpecificOnesFirst) {
  StartProxyWithRoutes(R"([{match: {prefix: /},
    request_headers_to_add: [{header: {key: x-level, value: route}},
                             {header: {key: x-set, value: route}, append_action: OVERWRITE_IF_EXISTS_OR_ADD}],
    request_headers_to_remove: [x-gone],
    response_headers_to_add: [{header: {key: x-answer, value: route}}],
    response_headers_to_remove: [x-secret],
    route: {weighted_clusters: {clusters: [{name: service, weight: 1,
      request_headers_to_add: [{header: {key: x-level, value: cluster}}],
      response_headers_to_add: [{header: {key: x-answer, value: cluster}}]}]}}}])");
  const std::string seen =
      Pass("GET / HTTP/1.1\r\nHost: a\r\nx-level: client\r\nx-set: client\r\nx-gone: 1\r\n\r\n",
           "HTTP/1.1 200 OK\r\nx-secret: 1\r\nx-answer: service\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(ValueOf(seen, "x-set"), "route");
  EXPECT_THAT(seen, Not(HasSubstr("x-gone")));
  EXPECT_LT(seen.find("x-level: client"), seen.find("x-level: cluster"));
  EXPECT_LT(seen.find("x-level: cluster"), seen.find("x-level: route"));
  EXPECT_THAT(answer_, Not(HasSubstr("x-secret")));
  EXPECT_LT(answer_.find("x-answer: service"), answer_.find("x-answer: cluster"));
  EXPECT_LT(answer_.find("x-answer: cluster"), answer_.find("x-answer: route"));
}

TEST_F(HttpHeaders, DirectResponsesAndRedirectsNeedNoService) {
  StartProxyWithRoutes(R"([
    {match: {path: /direct}, direct_response: {status: 418, body: {inline_string: short}}},
    {match: {path: /empty}, direct_response: {status: 200}},
    {match: {prefix: /moved}, redirect: {host_redirect: c.d, path_redirect: /new}},
    {match: {prefix: /secure}, redirect: {https_redirect: true, response_code: PERMANENT_REDIRECT}}])");
  EXPECT_THAT(Ask("/direct"), AllOf(StartsWith("HTTP/1.1 418"), EndsWith("\r\n\r\nshort"),
                                    HasSubstr("\r\ncontent-type: text/plain\r\n")));
  EXPECT_THAT(Ask("/empty"), AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("content-length: 0\r\n")));
  EXPECT_EQ(ValueOf(Ask("/moved?q"), "location"), "http://c.d/new?q");
  const std::string secure = Ask("/secure/x?q");
  EXPECT_THAT(secure, StartsWith("HTTP/1.1 308"));
  EXPECT_EQ(ValueOf(secure, "location"), "https://a.b:81/secure/x?q");
  EXPECT_THAT(Ask("/none"), AllOf(StartsWith("HTTP/1.1 404"), HasSubstr("content-length: 0\r\n")));
}

TEST_F(HttpHeaders, ADirectResponseToAnUnfinishedRequestEndsTheConnection) {
  StartProxyWithRoutes("[{match: {prefix: /}, direct_response: {status: 403}}]");
  RawPeer client = Client();
  ASSERT_TRUE(
      client.Send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                  "Content-Length: 9\r\n\r\n"));
  // R12: a final answer instead of 100; whether the body comes is unknown from then on.
  EXPECT_THAT(client.ReadToEnd(),
              AllOf(StartsWith("HTTP/1.1 403"), HasSubstr("\r\nconnection: close\r\n")));
}

TEST_F(HttpHeaders, AnUnknownClusterIsAnsweredAsTheRouteSays) {
  StartProxyWithRoutes(R"([
    {match: {prefix: /404}, route: {cluster: none, cluster_not_found_response_code: NOT_FOUND}},
    {match: {prefix: /}, route: {cluster: none}}])");
  EXPECT_THAT(Ask("/404"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(Ask("/"), StartsWith("HTTP/1.1 503"));
  EXPECT_EQ(proxy_->Stat("http.ingress.no_cluster"), 2);
}

TEST_F(HttpHeaders, WeightsDecideHowOftenAClusterIsChosen) {
  StartProxyWithRoutes(R"([{match: {prefix: /}, route: {weighted_clusters: {clusters: [
    {name: none, weight: 30}, {name: service, weight: 0}, {name: other, weight: 70}]}}}])");
  RawPeer client = Client();
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(client.Send(kGet));
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 503"));
  }
  // A weight of zero is never chosen.
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_rq_total"), 0);
}

TEST_F(HttpHeaders, TheRewrittenPathAndHostReachTheService) {
  StartProxyWithRoutes(
      "[{match: {prefix: /api/}, route: {cluster: service, prefix_rewrite: /v2/, "
      "host_rewrite_literal: inner}}]");
  const std::string seen = Pass("GET /api/x?y=/api/ HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(seen, StartsWith("GET /v2/x?y=/api/ HTTP/1.1\r\nhost: inner\r\n"));
}

TEST_F(HttpHeaders, AttemptsAreToldWhereTheHostAsksForIt) {
  StaticBootstrap bootstrap;
  bootstrap.listeners[0].host_fields =
      "include_request_attempt_count: true, include_attempt_count_in_response: true";
  StartProxy(bootstrap);
  RawPeer client = Client();
  const std::string first = Forwarded(client, kGet, "\r\n\r\n");
  EXPECT_EQ(ValueOf(first, "x-envoy-attempt-count"), "1");
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_EQ(ValueOf(client.ReadMessage(), "x-envoy-attempt-count"), "1");
  // The connection that was kept fails: the next one takes the request.
  ASSERT_TRUE(client.Send(kGet));
  service_.ReadUntil("\r\n\r\n");
  service_.Reset();
  service_ = upstream_.Accept();
  EXPECT_EQ(ValueOf(service_.ReadUntil("\r\n\r\n"), "x-envoy-attempt-count"), "2");
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_EQ(ValueOf(client.ReadMessage(), "x-envoy-attempt-count"), "2");
}

TEST_F(HttpHeaders, AttemptsAreNotToldUnasked) {
  StartProxy();
  EXPECT_EQ(ValueOf(Pass(kGet), "x-envoy-attempt-count"), "(absent)");
  EXPECT_EQ(ValueOf(answer_, "x-envoy-attempt-count"), "(absent)");
}

TEST_F(HttpHeaders, TheRoutersOwnFieldsCanBeSuppressed) {
  StaticBootstrap bootstrap;
  bootstrap.listeners[0].router_fields = "suppress_envoy_headers: true";
  bootstrap.listeners[0].routes =
      "[{match: {prefix: /}, route: {cluster: service, prefix_rewrite: /v2/}}]";
  StartProxy(bootstrap);
  const std::string seen = Pass(kGet);
  EXPECT_THAT(seen, StartsWith("GET /v2/ HTTP/1.1\r\n"));
  EXPECT_EQ(ValueOf(seen, "x-envoy-expected-rq-timeout-ms"), "(absent)");
  EXPECT_EQ(ValueOf(seen, "x-envoy-original-path"), "(absent)");
  EXPECT_EQ(ValueOf(answer_, "x-envoy-upstream-service-time"), "(absent)");
}

}  // namespace
}  // namespace outrigger::test
