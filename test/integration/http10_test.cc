// Clients of HTTP/1.0, which are served where the configuration says so.
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

class Http10 : public HttpTest {
 protected:
  void StartProxyWith(const std::string& http1_options) {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].hcm_fields = "http_protocol_options: {" + http1_options + "}";
    StartProxy(bootstrap);
  }
  std::string Answer(std::string_view request) {
    RawPeer client = Client();
    EXPECT_TRUE(client.Send(request));
    return client.ReadToEnd();
  }
};

TEST_F(Http10, IsRefusedByDefault) {
  StartProxy();
  EXPECT_THAT(Answer("GET / HTTP/1.0\r\nHost: a\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 426 Upgrade Required\r\n"),
                    EndsWith("\r\nconnection: close\r\n\r\nUpgrade Required")));
}

TEST_F(Http10, ARequestWithoutAHostTakesTheDefaultOneOrIsRefused) {
  StartProxyWith("accept_http_10: true, default_host_for_http_10: fallback");
  RawPeer client = Client();
  EXPECT_THAT(Forwarded(client, "GET / HTTP/1.0\r\n\r\n", "\r\n\r\n"),
              StartsWith("GET / HTTP/1.1\r\nhost: fallback\r\n"));
  StartProxyWith("accept_http_10: true");
  EXPECT_THAT(Answer("GET / HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
}

TEST_F(Http10, AChunkedResponseIsSentUntilTheEndOfTheConnection) {
  StartProxyWith("accept_http_10: true");
  RawPeer client = Client();
  Forwarded(client, "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", "\r\n\r\n");
  ASSERT_TRUE(
      service_.Send("HTTP/1.1 103 Early Hints\r\n\r\n"
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "3\r\nabc\r\n3\r\ndef\r\n0\r\nx-sum: 1\r\n\r\n"));
  EXPECT_THAT(client.ReadToEnd(),
              AllOf(StartsWith("HTTP/1.1 200"), EndsWith("\r\n\r\nabcdef"),
                    Not(HasSubstr("chunked")), HasSubstr("\r\nconnection: close\r\n")));
}

TEST_F(Http10, AConnectionIsKeptWhenTheClientAsks) {
  StartProxyWith("accept_http_10: true");
  RawPeer client = Client();
  for (int i = 0; i < 2; ++i) {
    Forwarded(client, "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", "\r\n\r\n");
    ASSERT_TRUE(service_.Send(kOk));
    EXPECT_THAT(client.ReadMessage(), HasSubstr("\r\nconnection: keep-alive\r\n"));
  }
  Forwarded(client, "GET / HTTP/1.0\r\nHost: a\r\n\r\n", "\r\n\r\n");
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_THAT(client.ReadToEnd(), HasSubstr("\r\nconnection: close\r\n"));
}

}  // namespace
}  // namespace outrigger::test
