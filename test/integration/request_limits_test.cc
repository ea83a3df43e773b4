// How long a stream and a connection may live, by configuration and by what a request says.
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

class RequestLimits : public HttpTest {
 protected:
  void StartWith(std::string_view hcm_fields, std::string_view route_fields) {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].hcm_fields = hcm_fields;
    bootstrap.listeners[0].routes =
        "[{match: {prefix: /}, route: {cluster: service" + std::string(route_fields) + "}}]";
    StartProxy(bootstrap);
  }
  // What a client gets from a service that reads and never answers.
  std::string AnswerWithoutService(const std::string& request) {
    RawPeer client = Client();
    EXPECT_TRUE(client.Send(request));
    return client.ReadMessage();
  }
  int64_t HttpStat(const std::string& name) { return proxy_->Stat("http.ingress." + name); }

  static std::string Grpc(const std::string& fields) {
    return "POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/grpc\r\n" + fields + "\r\n";
  }
};

// Larger than what a connection keeps for anybody else.
TEST_F(RequestLimits, R23_AHeadMayBeAsLargeAsTheConfigurationSays) {
  StartWith("max_request_headers_kb: 200", "");
  RawPeer client = Client();
  const std::string large(150'000, 'x');
  const std::string seen =
      Forwarded(client, "GET / HTTP/1.1\r\nhost: a\r\nx-large: " + large + "\r\nx-last: y\r\n\r\n",
                "x-last: y\r\n");
  EXPECT_THAT(seen, HasSubstr("\r\nx-large: " + large + "\r\n"));
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nok"));
  RawPeer other = Client();
  other.Send("GET / HTTP/1.1\r\nhost: a\r\nx-large: " + large + large + "\r\n\r\n");
  EXPECT_THAT(other.ReadMessage(), StartsWith("HTTP/1.1 431 "));
}

TEST_F(RequestLimits, AStreamEndsWithTheDurationOfItsRoute) {
  StartWith("", ", max_stream_duration: {max_stream_duration: 0.05s}");
  EXPECT_THAT(AnswerWithoutService(std::string(kGet)),
              AllOf(StartsWith("HTTP/1.1 504"), EndsWith("\r\n\r\ndownstream duration timeout")));
  EXPECT_THAT(AnswerWithoutService("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 408"), HasSubstr("\r\nconnection: close\r\n")));
  EXPECT_THAT(AnswerWithoutService(Grpc("")),
              AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("\r\ngrpc-status: 4\r\n")));
  EXPECT_EQ(HttpStat("downstream_rq_max_duration_reached"), 3);
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_rq_completed"), 0) << "as in Envoy";
}

TEST_F(RequestLimits, AStreamEndsWithTheDurationOfItsConnectionManager) {
  StartWith("common_http_protocol_options: {max_stream_duration: 0.05s}", ", timeout: 0s");
  EXPECT_THAT(AnswerWithoutService(std::string(kGet)), StartsWith("HTTP/1.1 504"));
}

TEST_F(RequestLimits, AStreamThatTookTooLongIsCutInItsResponse) {
  StartWith("", ", max_stream_duration: {max_stream_duration: 1s}");
  RawPeer client = Client();
  Forwarded(client, kGet, "\r\n\r\n");
  ASSERT_TRUE(service_.Send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf"));
  EXPECT_THAT(client.ReadToEnd(), EndsWith("\r\n\r\nhalf"));
  EXPECT_TRUE(service_.HasEnded());
}

TEST_F(RequestLimits, R76_AGrpcClientSaysHowLongItWaits) {
  StartWith("", ", max_stream_duration: {grpc_timeout_header_max: 10s}");
  const auto answer = AnswerWithoutService(Grpc("grpc-timeout: 20m\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\ngrpc-status: 4\r\n"));
  // It is over before it begins: the service hears nothing of it.
  const int64_t asked = proxy_->Stat("cluster.service.upstream_rq_total");
  EXPECT_THAT(AnswerWithoutService(Grpc("grpc-timeout: 0m\r\n")),
              HasSubstr("\r\ngrpc-status: 4\r\n"));
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_rq_total"), asked);
}

TEST_F(RequestLimits, R76_NumbersThatAreNoneDoNotCount) {
  StartWith("", ", max_stream_duration: {grpc_timeout_header_max: 10s}");
  for (const char* timeout : {"999999999S", "-1m", "1x"}) {
    RawPeer client = Client();
    service_ = RawPeer();
    EXPECT_THAT(
        Forwarded(client, Grpc("grpc-timeout: " + std::string(timeout) + "\r\n"), "\r\n\r\n"),
        HasSubstr("\r\ngrpc-timeout: " + std::string(timeout) + "\r\n"));
    ASSERT_TRUE(service_.Send(kOk));
    EXPECT_THAT(client.ReadMessage(), EndsWith("ok"));
  }
}

TEST_F(RequestLimits, MaxGrpcTimeoutBoundsWhatAClientAsksFor) {
  StartWith("", ", max_grpc_timeout: 0.05s");
  EXPECT_THAT(AnswerWithoutService(Grpc("grpc-timeout: 1H\r\n")),
              AllOf(HasSubstr("\r\ngrpc-status: 14\r\n"),
                    HasSubstr("\r\ngrpc-message: upstream request timeout\r\n")));
}

TEST_F(RequestLimits, R76_AnInternalRequestSaysHowLongItWaits) {
  StartWith(
      "use_remote_address: true, internal_address_config: {cidr_ranges: [{address_prefix: "
      "127.0.0.0, prefix_len: 8}]}",
      ", timeout: 0s");
  EXPECT_THAT(AnswerWithoutService(
                  "GET / HTTP/1.1\r\nhost: a\r\nx-envoy-upstream-rq-timeout-ms: 50\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 504"), EndsWith("upstream request timeout")));
}

TEST_F(RequestLimits, AConnectionTakesSoManyRequests) {
  StartWith("common_http_protocol_options: {max_requests_per_connection: 2}", "");
  RawPeer client = Client();
  Forwarded(client, kGet, "\r\n\r\n");
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_THAT(client.ReadMessage(), Not(HasSubstr("connection: close")));
  Forwarded(client, kGet, "\r\n\r\n");
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_THAT(client.ReadToEnd(), HasSubstr("\r\nconnection: close\r\n"));
  EXPECT_EQ(HttpStat("downstream_cx_max_requests_reached"), 1);
}

TEST_F(RequestLimits, AConnectionOfHttp2TakesSoManyRequests) {
  StartWith("common_http_protocol_options: {max_requests_per_connection: 1}", "");
  Http2Peer client = Http2Peer::ConnectTo(port_);
  ASSERT_TRUE(client.SendHead(1, GetFields("/"), true));
  service_ = upstream_.Accept();
  service_.ReadUntil("\r\n\r\n");
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_TRUE(client.NextOf(kGoaway).has_value());
  EXPECT_EQ(client.Read(1).body, "ok");
}

TEST_F(RequestLimits, AConnectionEndsWithItsDuration) {
  StartWith("common_http_protocol_options: {max_connection_duration: 2s}", "");
  RawPeer client = Client();
  Forwarded(client, kGet, "\r\n\r\n");
  RawPeer silent = Client();
  EXPECT_EQ(silent.ReadToEnd(), "");
  // What is under way comes to its end.
  EXPECT_TRUE(proxy_->WaitForStat("http.ingress.downstream_cx_max_duration_reached", 2));
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_THAT(client.ReadToEnd(),
              AllOf(HasSubstr("\r\nconnection: close\r\n"), EndsWith("\r\n\r\nok")));
}

TEST_F(RequestLimits, AnHttp2ConnectionEndsWithItsDuration) {
  StartWith("common_http_protocol_options: {max_connection_duration: 2s}", "");
  Http2Peer client = Http2Peer::ConnectTo(port_);
  ASSERT_TRUE(client.SendHead(1, GetFields("/"), true));
  service_ = upstream_.Accept();
  service_.ReadUntil("\r\n\r\n");
  EXPECT_TRUE(client.NextOf(kGoaway).has_value());
  EXPECT_TRUE(proxy_->WaitForStat("http.ingress.downstream_cx_max_duration_reached", 1));
  // What is under way comes to its end.
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_EQ(client.Read(1).body, "ok");
  EXPECT_TRUE(proxy_->WaitForStatBelow("http.ingress.downstream_cx_http2_active", 1));
}

TEST_F(RequestLimits, WithoutDelayAConnectionClosesAtOnce) {
  StartWith("delayed_close_timeout: 0s, common_http_protocol_options: {max_stream_duration: 0.05s}",
            "");
  EXPECT_THAT(AnswerWithoutService("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\n"),
              StartsWith("HTTP/1.1 408"));
}

}  // namespace
}  // namespace outrigger::test
