// Which route a request takes by more than its path, and what routes change in requests and
// answers.
#include <string>
#include <string_view>

#include "test/integration/http_fixture.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class RouteRules : public HttpTest {
 protected:
  // The head of a GET for `target`, with further fields.
  static std::string Get(std::string_view target, std::string_view fields = "") {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a:81\r\n" + std::string(fields) +
           "\r\n";
  }
  std::string Ask(std::string_view target, std::string_view fields = "") {
    RawPeer client = Client();
    EXPECT_TRUE(client.Send(Get(target, fields)));
    return client.ReadMessage();
  }
  // The request as the service saw it.
  std::string Pass(std::string_view target, std::string_view fields = "") {
    RawPeer client = Client();
    service_ = RawPeer();
    const std::string seen = Forwarded(client, Get(target, fields), "\r\n\r\n");
    EXPECT_TRUE(service_.Send(kOk));
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200 "));
    service_.Close();
    return seen;
  }
  void StartWithListener(const StaticListener& listener) {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0] = listener;
    StartProxy(bootstrap);
  }
};

TEST_F(RouteRules, TheQueryDecides) {
  StartProxyWithRoutes(R"([
    {match: {prefix: /, query_parameters: [{name: a, string_match: {exact: '1'}}]},
     direct_response: {status: 201}},
    {match: {prefix: /, query_parameters: [{name: a, present_match: true}]},
     direct_response: {status: 202}},
    {match: {prefix: /, query_parameters: [{name: b, present_match: false}]},
     direct_response: {status: 203}},
    {match: {prefix: /}, direct_response: {status: 205}}])");
  EXPECT_THAT(Ask("/?a=1"), StartsWith("HTTP/1.1 201 "));
  EXPECT_THAT(Ask("/?x&&a=1&b"), StartsWith("HTTP/1.1 201 "));
  EXPECT_THAT(Ask("/?a=2&a=1"), StartsWith("HTTP/1.1 202 "));
  EXPECT_THAT(Ask("/?c"), StartsWith("HTTP/1.1 203 "));
  EXPECT_THAT(Ask("/?b"), StartsWith("HTTP/1.1 205 "));
}

TEST_F(RouteRules, GrpcMayHaveARouteOfItsOwn) {
  StartProxyWithRoutes(R"([
    {match: {prefix: /, grpc: {}}, direct_response: {status: 503}},
    {match: {prefix: /}, direct_response: {status: 204}}])");
  EXPECT_THAT(Ask("/", "content-type: application/grpc+proto\r\n"),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("grpc-status: 14")));
  EXPECT_THAT(Ask("/", "content-type: application/grpc-web\r\n"), StartsWith("HTTP/1.1 204 "));
  EXPECT_THAT(Ask("/"), StartsWith("HTTP/1.1 204 "));
}

TEST_F(RouteRules, ARouteMayBeForAShareOfTheRequests) {
  StartProxyWithRoutes(R"([
    {match: {prefix: /, runtime_fraction: {default_value: {numerator: 0}}},
     direct_response: {status: 201}},
    {match: {path: /half, runtime_fraction: {default_value: {numerator: 50}}},
     direct_response: {status: 202}},
    {match: {prefix: /, runtime_fraction: {default_value: {numerator: 100}}},
     direct_response: {status: 203}}])");
  EXPECT_THAT(Ask("/"), StartsWith("HTTP/1.1 203 "));
  bool took_one = false;
  bool took_other = false;
  // That one of them never comes has a chance of 2^-199.
  for (int i = 0; i < 200; ++i) {
    const std::string answer = Ask("/half");
    took_one = took_one || answer.starts_with("HTTP/1.1 202 ");
    took_other = took_other || answer.starts_with("HTTP/1.1 203 ");
  }
  EXPECT_TRUE(took_one && took_other);
}

TEST_F(RouteRules, AHostMaySendEverybodyToHttps) {
  StartWithListener({.host_fields = "require_tls: ALL"});
  EXPECT_THAT(Ask("/x?y"),
              AllOf(StartsWith("HTTP/1.1 301 "), HasSubstr("\r\nlocation: https://a:81/x?y\r\n")));
  EXPECT_THAT(Pass("/x", "x-forwarded-proto: https\r\n"), StartsWith("GET /x "));
}

// A created or moved thing is where the request went (RFC 9110 15.3.2), as Envoy has it.
TEST_F(RouteRules, AnAnswerOfTheRouteSaysWhereItsThingIs) {
  StartProxyWithRoutes(R"([
    {match: {prefix: /made}, direct_response: {status: 201}},
    {match: {prefix: /moved}, direct_response: {status: 308}},
    {match: {prefix: /}, direct_response: {status: 200}}])");
  EXPECT_THAT(Ask("/made?x"), HasSubstr("\r\nlocation: http://a:81/made?x\r\n"));
  EXPECT_THAT(Ask("/moved", "x-forwarded-proto: https\r\n"),
              HasSubstr("\r\nlocation: https://a:81/moved\r\n"));
  EXPECT_THAT(Ask("/"), Not(HasSubstr("location")));
}

TEST_F(RouteRules, TheSameHostIsForwardedOnce) {
  StartProxyWithRoutes(R"([{match: {prefix: /}, route: {cluster: service,
    append_x_forwarded_host: true, host_rewrite_literal: b}}])");
  EXPECT_THAT(Pass("/", "x-forwarded-host: a:81\r\n"), HasSubstr("\r\nx-forwarded-host: a:81\r\n"));
  EXPECT_THAT(Pass("/", "x-forwarded-host: first,a:81\r\n"),
              HasSubstr("\r\nx-forwarded-host: first,a:81\r\n"));
  EXPECT_THAT(Pass("/", "x-forwarded-host: a:8\r\n"),
              HasSubstr("\r\nx-forwarded-host: a:8,a:81\r\n"));
}

TEST_F(RouteRules, OurOwnSideMayComeByHttpWhereOnlyOthersMayNot) {
  StartWithListener({.hcm_fields =
                         "use_remote_address: true, internal_address_config: {cidr_ranges: "
                         "[{address_prefix: 127.0.0.1, prefix_len: 32}]}",
                     .host_fields = "require_tls: EXTERNAL_ONLY"});
  EXPECT_THAT(Pass("/x"), StartsWith("GET /x "));
  EXPECT_THAT(Ask("/x", "x-forwarded-for: 8.8.8.8\r\n"), StartsWith("HTTP/1.1 301 "));
}

TEST_F(RouteRules, AnExpressionRewritesThePathAndNotTheQuery) {
  StartProxyWithRoutes(R"([{match: {prefix: /rx}, route: {cluster: service,
    regex_rewrite: {pattern: {regex: "/rx/([a-z]+)/"}, substitution: "/n/\\1-\\0/"}}}])");
  EXPECT_THAT(Pass("/rx/abc/d?z=/rx/y/"),
              AllOf(StartsWith("GET /n/abc-/rx/abc//d?z=/rx/y/ "),
                    HasSubstr("\r\nx-envoy-original-path: /rx/abc/d?z=/rx/y/\r\n")));
}

TEST_F(RouteRules, AnExpressionRewritesTheLocation) {
  StartProxyWithRoutes(R"([{match: {prefix: /re}, redirect: {host_redirect: h,
    regex_rewrite: {pattern: {regex: '/re/([a-z]+)'}, substitution: "/t/\\1"
}
}
}])");
  EXPECT_THAT(Ask("/re/abc/x?y=1"), HasSubstr("\r\nlocation: http://h/t/abc/x?y=1\r\n"));
}

TEST_F(RouteRules, TheHostComesFromAHeaderOrThePath) {
  StartProxyWithRoutes(R"([
    {match: {prefix: /h}, route: {cluster: service, host_rewrite_header: X-Host}},
    {match: {prefix: /p}, route: {cluster: service, append_x_forwarded_host: true,
      host_rewrite_path_regex: {pattern: {regex: "^/p/([^/]+).*$"}, substitution: "\\1"}}}])");
  EXPECT_THAT(
      Pass("/h", "X-Host: from.header\r\n"),
      AllOf(HasSubstr("\r\nhost: from.header\r\n"),
            HasSubstr("\r\nx-envoy-original-host: a:81\r\n"), Not(HasSubstr("x-forwarded-host"))));
  EXPECT_THAT(Pass("/h", "X-Host: a b\r\n"), HasSubstr("\r\nhost: a:81\r\n"));
  EXPECT_THAT(Pass("/p/in.path/x", "x-forwarded-host: before\r\n"),
              AllOf(HasSubstr("\r\nhost: in.path\r\n"),
                    HasSubstr("\r\nx-forwarded-host: before,a:81\r\n")));
}

TEST_F(RouteRules, TheHostIsTheEndpointsName) {
  StaticBootstrap bootstrap;
  bootstrap.endpoint_fields = "hostname: an.endpoint";
  bootstrap.listeners[0].routes =
      "[{match: {prefix: /}, route: {cluster: service, auto_host_rewrite: true}}]";
  StartProxy(bootstrap);
  EXPECT_THAT(Pass("/"), AllOf(HasSubstr("\r\nhost: an.endpoint\r\n"),
                               HasSubstr("\r\nx-envoy-original-host: a:81\r\n")));
}

TEST_F(RouteRules, ANumberInAHeaderChoosesTheCluster) {
  StartProxyWithRoutes(R"([{match: {prefix: /}, route: {weighted_clusters: {
    header_name: X-Number, clusters: [
      {name: service, weight: 1, host_rewrite_literal: first}, {name: none, weight: 3}]}}}])");
  for (const char* number : {"0", "4", "400"}) {
    EXPECT_THAT(Pass("/", "x-number: " + std::string(number) + "\r\n"),
                HasSubstr("\r\nhost: first\r\n"));
  }
  for (const char* number : {"1", "3", "403"}) {
    EXPECT_THAT(Ask("/", "x-number: " + std::string(number) + "\r\n"), StartsWith("HTTP/1.1 503 "));
  }
}

// Answers of the proxy itself, too, once a route is found.
TEST_F(RouteRules, FieldsAreAddedToEveryAnswerOfARoute) {
  StartWithListener(
      {.table_fields = "response_headers_to_add: [{header: {key: x-table, value: t}}]",
       .host_fields = "response_headers_to_add: [{header: {key: location, value: "
                      "/other}, append_action: OVERWRITE_IF_EXISTS}]",
       .routes = R"([
    {match: {prefix: /d}, direct_response: {status: 200, body: {inline_string: hi}}},
    {match: {prefix: /r}, redirect: {path_redirect: /z}},
    {match: {prefix: /n}, route: {weighted_clusters: {clusters: [
      {name: none, weight: 1,
       response_headers_to_add: [{header: {key: x-cluster, value: c}}]}]}}}])"});
  EXPECT_THAT(Ask("/d"), HasSubstr("\r\nx-table: t\r\n"));
  EXPECT_THAT(Ask("/r"),
              AllOf(HasSubstr("\r\nx-table: t\r\n"), HasSubstr("\r\nlocation: /other\r\n")));
  EXPECT_THAT(Ask("/n"), AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("\r\nx-table: t\r\n"),
                               HasSubstr("\r\nx-cluster: c\r\n")));
  EXPECT_THAT(Ask("/x"), AllOf(StartsWith("HTTP/1.1 404 "), Not(HasSubstr("x-table"))));
}

}  // namespace
}  // namespace outrigger::test
