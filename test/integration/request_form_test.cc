// The one form of a request that routes, rewrites and the upstream see: its path, its host, the
// names of its fields (R20, R44, R45). The tables are in unit/http/normalize_test.cc.
#include <string>
#include <string_view>

#include "test/integration/http_fixture.h"
#include "test/support/http2_peer.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class RequestForm : public HttpTest {
 protected:
  void StartWith(std::string_view hcm_fields) {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].hcm_fields = hcm_fields;
    bootstrap.listeners[0].routes =
        "[{match: {prefix: /secret}, direct_response: {status: 403}}, "
        "{match: {prefix: /api/}, route: {cluster: service, prefix_rewrite: /v2/}}, "
        "{match: {prefix: /}, route: {cluster: service}}]";
    StartProxy(bootstrap);
  }
  // With `outrigger --edge-listener ingress`.
  void StartAtTheEdge(std::string_view hcm_fields = "") {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].hcm_fields = hcm_fields;
    StartProxy(bootstrap, {"ingress"});
  }
  static std::string Get(const std::string& path, const std::string& fields = "host: a\r\n") {
    return "GET " + path + " HTTP/1.1\r\n" + fields + "\r\n";
  }
  // The first line that the service sees.
  std::string Seen(const std::string& request) {
    RawPeer client = Client();
    service_ = RawPeer();
    const std::string seen = Forwarded(client, request, "\r\n\r\n");
    service_.Send(kOk);
    EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nok"));
    return seen;
  }
  std::string Answer(const std::string& request) {
    RawPeer client = Client();
    EXPECT_TRUE(client.Send(request));
    return client.ReadMessage();
  }
};

TEST_F(RequestForm, R44_RoutesAndTheServiceSeeTheNormalisedPath) {
  StartWith("normalize_path: true, merge_slashes: true");
  EXPECT_THAT(Seen(Get("/a/./b//%2e%2e/c%7E?d=/../e//f")),
              StartsWith("GET /a/b/c~?d=/../e//f HTTP/1.1\r\n"));
  EXPECT_THAT(Seen(Get("/x/..//api/y")), StartsWith("GET /v2/y HTTP/1.1\r\n"));
  for (const char* path : {"/x/../secret", "//secret", "/x/%2e%2e\\secret", "/x/..;a/secret"}) {
    EXPECT_THAT(Answer(Get(path)), StartsWith("HTTP/1.1 403")) << path;
  }
}

TEST_F(RequestForm, R44_WithoutRulesThePathStaysAsItCame) {
  StartWith("");
  EXPECT_THAT(Seen(Get("/a/../b//%2e%2F%5c\\c")),
              StartsWith("GET /a/../b//%2e%2F%5c\\c HTTP/1.1\r\n"));
}

TEST_F(RequestForm, R44_NoPathHoldsANulAFragmentOrAControlCharacter) {
  StartWith("");
  EXPECT_THAT(Answer(Get("/a%00b")), StartsWith("HTTP/1.1 400"));
  EXPECT_EQ(proxy_->Stat("http.ingress.downstream_rq_failed_path_normalization"), 1);
  for (const char* path : {"/a#b", "/a\x01z", "/a?b#c", "/\xc3\xa9"}) {
    EXPECT_THAT(Answer(Get(path)), StartsWith("HTTP/1.1 400")) << path;
  }
  EXPECT_THAT(Seen(Get("/a?b%00")), StartsWith("GET /a?b%00 HTTP/1.1\r\n"));
}

TEST_F(RequestForm, R44_EscapedSlashesAreRefused) {
  StartWith("path_with_escaped_slashes_action: REJECT_REQUEST");
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(Get("/a%2Fb")));
  EXPECT_THAT(client.ReadMessage(), AllOf(StartsWith("HTTP/1.1 400"), EndsWith("\r\n\r\n")));
  ASSERT_TRUE(client.Send(Get("/a%5cb", "host: a\r\ncontent-type: application/grpc\r\n")));
  EXPECT_THAT(client.ReadMessage(),
              AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("\r\ngrpc-status: 13\r\n")));
  EXPECT_EQ(proxy_->Stat("http.ingress.downstream_rq_failed_path_normalization"), 2);
  EXPECT_THAT(Seen(Get("/a?b%2F")), StartsWith("GET /a?b%2F HTTP/1.1\r\n"));
}

TEST_F(RequestForm, R44_EscapedSlashesRedirectToThePathWithoutThem) {
  StartWith("normalize_path: true, path_with_escaped_slashes_action: UNESCAPE_AND_REDIRECT");
  EXPECT_THAT(Answer(Get("/a%2f..%2fb?c=%2f")),
              AllOf(StartsWith("HTTP/1.1 307"), HasSubstr("\r\nlocation: /b?c=%2f\r\n")));
  EXPECT_EQ(proxy_->Stat("http.ingress.downstream_rq_redirected_with_normalized_path"), 1);
  EXPECT_THAT(Answer(Get("/a%2fb", "host: a\r\ncontent-type: application/grpc\r\n")),
              HasSubstr("\r\ngrpc-status: 13\r\n"));
}

TEST_F(RequestForm, R44_EscapedSlashesAreForwardedAsSlashes) {
  StartWith("normalize_path: true, path_with_escaped_slashes_action: UNESCAPE_AND_FORWARD");
  EXPECT_THAT(Answer(Get("/a%2f..%5Csecret")), StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(Seen(Get("/a%2Fb")), StartsWith("GET /a/b HTTP/1.1\r\n"));
}

TEST_F(RequestForm, TheServerAsAWholeIsNoPathOfAnyRoute) {
  StaticBootstrap bootstrap;
  bootstrap.listeners[0].routes =
      "[{match: {safe_regex: {regex: '.*'}}, direct_response: {status: 200}}]";
  StartProxy(bootstrap);
  EXPECT_THAT(Answer(Get("/")), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Answer("OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n"), StartsWith("HTTP/1.1 404"));
  EXPECT_EQ(proxy_->Stat("http.ingress.downstream_rq_non_relative_path"), 1);
}

TEST_F(RequestForm, R44_PathsOfHttp2HaveTheSameForm) {
  StartWith("normalize_path: true, path_with_escaped_slashes_action: REJECT_REQUEST");
  Http2Peer client = Http2Peer::ConnectTo(port_);
  ASSERT_TRUE(client.SendHead(1, GetFields("/x/../secret"), true));
  EXPECT_EQ(client.Read(1).Field(":status"), "403");
  ASSERT_TRUE(client.SendHead(3, GetFields("/x%2fy"), true));
  EXPECT_EQ(client.Read(3).Field(":status"), "400");
  ASSERT_TRUE(client.SendHead(5, GetFields("/secret#x"), true));
  EXPECT_EQ(client.Read(5).Field(":status"), "400");
}

TEST_F(RequestForm, R20_UnderscoresInNamesAreRefused) {
  StartWith("common_http_protocol_options: {headers_with_underscores_action: REJECT_REQUEST}");
  const std::string answer = Answer(Get("/", "host: a\r\nx_forwarded_for: 1.2.3.4\r\n"));
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 400"), EndsWith("\r\n\r\nBad Request")));
  Http2Peer client = Http2Peer::ConnectTo(port_);
  Fields fields = GetFields("/");
  fields.emplace_back("x_y", "1");
  ASSERT_TRUE(client.SendHead(1, fields, true));
  EXPECT_EQ(client.Read(1).Field(":status"), "400");
  EXPECT_EQ(proxy_->Stat("http1.requests_rejected_with_underscores_in_headers"), 1);
  EXPECT_EQ(proxy_->Stat("http2.requests_rejected_with_underscores_in_headers"), 1);
}

TEST_F(RequestForm, R20_FieldsWithUnderscoresAreDropped) {
  StartWith("common_http_protocol_options: {headers_with_underscores_action: DROP_HEADER}");
  EXPECT_THAT(Seen(Get("/", "host: a\r\na_b: 1\r\nc-d: 2\r\n")),
              AllOf(HasSubstr("\r\nc-d: 2\r\n"), Not(HasSubstr("a_b"))));
  EXPECT_EQ(proxy_->Stat("http1.dropped_headers_with_underscores"), 1);
  EXPECT_EQ(proxy_->Stat("http2.dropped_headers_with_underscores"), 0);
  Http2Peer client = Http2Peer::ConnectTo(port_);
  Fields fields = GetFields("/");
  fields.emplace_back("x_y", "1");
  fields.emplace_back("x_z", "1");
  ASSERT_TRUE(client.SendHead(1, fields, true));
  EXPECT_TRUE(proxy_->WaitForStat("http2.dropped_headers_with_underscores", 2));
}

TEST_F(RequestForm, R20_FieldsWithUnderscoresPassByDefault) {
  StartWith("");
  EXPECT_THAT(Seen(Get("/", "host: a\r\na_b: 1\r\n")), HasSubstr("\r\na_b: 1\r\n"));
}

TEST_F(RequestForm, R20_R44_AnEdgeListenerIsStrictWhereNothingIsSaid) {
  StartAtTheEdge();
  EXPECT_THAT(Answer(Get("/", "host: a\r\nx_y: 1\r\n")), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(Answer(Get("/a%2fb")), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(Seen(Get("/a//b")), StartsWith("GET /a//b HTTP/1.1\r\n"));
}

TEST_F(RequestForm, R23_AnEdgeListenerEndsAHeadThatDoesNotCome) {
  StartAtTheEdge("request_headers_timeout: 0.05s");  // what is said counts; the default is 10 s
  RawPeer client = Client();
  ASSERT_TRUE(client.Send("GET / HT"));
  EXPECT_THAT(client.ReadToEnd(), StartsWith("HTTP/1.1 408"));
}

TEST_F(RequestForm, R45_PortsOfHostsAreStripped) {
  StartWith("strip_matching_host_port: true");
  const std::string own = "host: a:" + std::to_string(port_) + "\r\n";
  EXPECT_THAT(Seen(Get("/", own)), HasSubstr("\r\nhost: a\r\n"));
  EXPECT_THAT(Seen(Get("/", "host: a:1\r\n")), HasSubstr("\r\nhost: a:1\r\n"));
  StartWith("strip_any_host_port: true, strip_trailing_host_dot: true");
  EXPECT_THAT(Seen(Get("/", "host: a.:1\r\n")), HasSubstr("\r\nhost: a\r\n"));
  EXPECT_THAT(Seen(Get("/", "host: [::1]:1\r\n")), HasSubstr("\r\nhost: [::1]\r\n"));
}

}  // namespace
}  // namespace outrigger::test
