// Exchanges as clients and services have them: keep-alive, bodies and trailers both ways,
// informational responses, early ends, timeouts.
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "test/integration/http_fixture.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class HttpExchange : public HttpTest {
 protected:
  // A request that has reached the service, which has its end of it in `service_`.
  void Ask(RawPeer& client, std::string_view request = kGet) {
    EXPECT_THAT(Forwarded(client, request, "\r\n\r\n"), HasSubstr(" HTTP/1.1\r\n"));
  }
  int64_t ClusterStat(const std::string& name) { return proxy_->Stat("cluster.service." + name); }
  int64_t HttpStat(const std::string& name) { return proxy_->Stat("http.ingress." + name); }
};

TEST_F(HttpExchange, ManyRequestsTravelOverOneConnectionOnEachSide) {
  StartProxy();
  RawPeer client = Client();
  for (int i = 0; i < 50; ++i) {
    Ask(client);
    ASSERT_TRUE(service_.Send(kOk));
    EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nok"));
  }
  EXPECT_EQ(HttpStat("downstream_cx_total"), 1);
  EXPECT_EQ(ClusterStat("upstream_cx_total"), 1);
  EXPECT_EQ(ClusterStat("upstream_rq_2xx"), 50);
  EXPECT_EQ(HttpStat("downstream_rq_active"), 0);
}

TEST_F(HttpExchange, HeadAndStatusesWithoutBodyKeepTheirLengthAndTheConnection) {
  StartProxy();
  RawPeer client = Client();
  Ask(client, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(service_.Send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), HasSubstr("\r\ncontent-length: 1000\r\n"));
  for (const std::string status : {"204 No Content", "304 Not Modified"}) {
    Ask(client);
    ASSERT_TRUE(service_.Send("HTTP/1.1 " + status + "\r\n\r\n"));
    EXPECT_THAT(client.ReadUntil("\r\n\r\n"),
                AllOf(StartsWith("HTTP/1.1 " + status), Not(HasSubstr("content-length")),
                      Not(HasSubstr("transfer-encoding"))));
  }
  EXPECT_EQ(ClusterStat("upstream_cx_total"), 1);
}

TEST_F(HttpExchange, EarlyHintsPassAndTheServicesContinueDoesNot) {
  StartProxy();
  RawPeer client = Client();
  Ask(client);
  ASSERT_TRUE(
      service_.Send("HTTP/1.1 100 Continue\r\n\r\n"
                    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" +
                    std::string(kOk)));
  EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n");
  EXPECT_THAT(client.ReadMessage(), AllOf(StartsWith("HTTP/1.1 200"), EndsWith("ok")));
}

TEST_F(HttpExchange, ChunkedBodiesAndTrailersPassBothWays) {
  StartProxy();
  RawPeer client = Client();
  const std::string body = "5\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n";
  const std::string head = "\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n";
  Ask(client, "PUT / HTTP/1.1\r\nHost: a" + head + body);
  EXPECT_EQ(service_.ReadBytes(body.size()), body);
  ASSERT_TRUE(service_.Send("HTTP/1.1 200 OK" + head + body));
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), HasSubstr("\r\ntransfer-encoding: chunked\r\n"));
  EXPECT_EQ(client.ReadBytes(body.size()), body);
}

TEST_F(HttpExchange, ABodyUntilTheServiceClosesReachesTheClientWholeAndInChunks) {
  StartProxy();
  RawPeer client = Client();
  Ask(client);
  ASSERT_TRUE(service_.Send("HTTP/1.1 200 OK\r\n\r\nabc"));
  service_.Close();
  EXPECT_THAT(client.ReadUntil("0\r\n\r\n"), EndsWith("\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
}

TEST_F(HttpExchange, R11_AnEarlyResponseIsReadByAClientThatStillSends) {
  StartProxy();
  RawPeer client = Client();
  Ask(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n");
  ASSERT_TRUE(service_.Send("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\n\r\nbig"));
  // What the client is in the midst of sending is read and dropped, not answered by a reset.
  const std::string piece(64 * 1024, 'x');
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(client.Send(piece));
  EXPECT_THAT(client.ReadToEnd(), AllOf(StartsWith("HTTP/1.1 413"), EndsWith("\r\n\r\nbig"),
                                        HasSubstr("\r\nconnection: close\r\n")));
  // The service's connection carries half a request: it is no one's any more.
  service_.ReadToEnd();
  EXPECT_EQ(ClusterStat("upstream_cx_active"), 0);
}

TEST_F(HttpExchange, ARefusedRequestIsAnsweredWhileTheClientStillSends) {
  StartProxy();
  RawPeer client = Client();
  ASSERT_TRUE(client.Send("POST / HTTP/1.1\r\nContent-Length: 10000000\r\n\r\n"));
  const std::string piece(64 * 1024, 'x');
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(client.Send(piece));
  EXPECT_THAT(client.ReadToEnd(), StartsWith("HTTP/1.1 400"));
}

TEST_F(HttpExchange, AClientThatHasFinishedSendingStillGetsItsAnswer) {
  StartProxy();
  RawPeer client = Client();
  Ask(client);
  client.ShutdownWrite();
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_THAT(client.ReadToEnd(), EndsWith("\r\n\r\nok"));
}

TEST_F(HttpExchange, F29_AClientThatGoesAtAnyByteOfItsRequestLeavesNothingBehind) {
  StartProxy();
  const std::string request =
      "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nt: "
      "1\r\n\r\n";
  for (const bool by_reset : {false, true}) {
    for (size_t size = 1; size <= request.size(); ++size) {
      RawPeer client = Client();
      ASSERT_TRUE(client.Send(request.substr(0, size)));
      by_reset ? client.Reset() : client.Close();
    }
  }
  // The whole ones have clients that had only finished sending, as far as anyone can tell.
  while (ClusterStat("upstream_cx_active") > 0) {
    RawPeer service = upstream_.Accept();
    ASSERT_TRUE(service.is_connected());
    service.Close();
  }
  EXPECT_TRUE(proxy_->WaitForStatBelow("http.ingress.downstream_cx_active", 1));
  EXPECT_EQ(HttpStat("downstream_rq_active"), 0);
  EXPECT_EQ(ClusterStat("upstream_rq_active"), 0);
  EXPECT_EQ(ClusterStat("upstream_rq_pending_active"), 0);
}

TEST_F(HttpExchange, F10_AServiceThatGoesAtAnyByteOfItsResponseIsNeverTakenForWhole) {
  StartProxy();
  const std::string response =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nt: 1\r\n\r\n";
  const size_t head_end = response.find("\r\n\r\n") + 4;
  for (const bool by_reset : {false, true}) {
    for (size_t size = 1; size < response.size(); ++size) {
      RawPeer client = Client();
      Ask(client);
      ASSERT_TRUE(service_.Send(response.substr(0, size)));
      if (size >= head_end) client.ReadUntil("\r\n\r\n");
      by_reset ? service_.Reset() : service_.Close();
      const std::string rest = size < head_end ? client.ReadMessage() : client.ReadToEnd();
      EXPECT_THAT(rest, size < head_end ? testing::Matcher<std::string>(StartsWith("HTTP/1.1 502"))
                                        : Not(HasSubstr("0\r\n")))
          << size;
    }
  }
  EXPECT_EQ(ClusterStat("upstream_rq_active"), 0);
  EXPECT_TRUE(proxy_->WaitForStatBelow("cluster.service.upstream_cx_active", 1));
}

TEST_F(HttpExchange, ARouteTimeoutAnswersAndEndsTheServicesConnection) {
  StartProxyWithRoutes("[{match: {prefix: /}, route: {cluster: service, timeout: 0.05s}}]");
  RawPeer client = Client();
  for (int i = 0; i < 2; ++i) {
    service_ = RawPeer();
    Ask(client);
    EXPECT_THAT(client.ReadMessage(),
                AllOf(StartsWith("HTTP/1.1 504"), EndsWith("upstream request timeout")));
    EXPECT_TRUE(service_.HasEnded());
  }
  EXPECT_EQ(ClusterStat("upstream_rq_timeout"), 2);
  EXPECT_EQ(ClusterStat("upstream_rq_5xx"), 2);
}

TEST_F(HttpExchange, ARouteTimeoutInTheMidstOfAResponseCutsIt) {
  StartProxyWithRoutes("[{match: {prefix: /}, route: {cluster: service, timeout: 0.2s}}]");
  RawPeer client = Client();
  Ask(client);
  ASSERT_TRUE(service_.Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"));
  EXPECT_THAT(client.ReadToEnd(), EndsWith("\r\n\r\nabc"));
  EXPECT_TRUE(service_.HasEnded());
}

TEST_F(HttpExchange, AStreamThatLiesIdleIsAnsweredForTheSideThatIsLate) {
  StaticBootstrap bootstrap;
  bootstrap.listeners[0].hcm_fields = "stream_idle_timeout: 0.05s";
  StartProxy(bootstrap);
  RawPeer client = Client();
  Ask(client);
  EXPECT_THAT(client.ReadMessage(), AllOf(StartsWith("HTTP/1.1 504"), EndsWith("stream timeout")));
  service_ = RawPeer();
  Ask(client, "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
  EXPECT_THAT(client.ReadToEnd(), AllOf(StartsWith("HTTP/1.1 408"), EndsWith("stream timeout")));
  EXPECT_EQ(HttpStat("downstream_rq_idle_timeout"), 2);
}

TEST_F(HttpExchange, R23_AHeadThatTakesTooLongIsAnswered) {
  StaticBootstrap bootstrap;
  bootstrap.listeners[0].hcm_fields = "request_headers_timeout: 0.05s";
  StartProxy(bootstrap);
  RawPeer idle = Client();
  RawPeer client = Client();
  ASSERT_TRUE(client.Send("GET / HTT"));
  EXPECT_THAT(client.ReadToEnd(),
              AllOf(StartsWith("HTTP/1.1 408"), EndsWith("request header timeout")));
  EXPECT_EQ(HttpStat("downstream_rq_header_timeout"), 1);
  // It counts from a head's first byte: who has sent none is not late.
  Ask(idle);
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_THAT(idle.ReadMessage(), EndsWith("ok"));
}

TEST_F(HttpExchange, R23_ARequestThatTakesTooLongIsAnswered) {
  StaticBootstrap bootstrap;
  bootstrap.listeners[0].hcm_fields = "request_timeout: 0.05s";
  StartProxy(bootstrap);
  RawPeer client = Client();
  Ask(client, "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
  EXPECT_THAT(client.ReadToEnd(), AllOf(StartsWith("HTTP/1.1 408"), EndsWith("request timeout")));
  EXPECT_EQ(HttpStat("downstream_rq_timeout"), 1);
  EXPECT_TRUE(service_.ReadToEnd().ends_with("abc"));
}

}  // namespace
}  // namespace outrigger::test
