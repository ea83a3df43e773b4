// Filters that hold, change or answer whole messages: buffer, health_check and gRPC-Web, compared
// with a real Envoy 1.40.
#include "test/integration/filters_fixture.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kForwards = "[{match: {prefix: /}, route: {cluster: service}}]";

class BufferTest : public FiltersTest {
 protected:
  void Start(const std::string& routes = std::string(kForwards), const std::string& more = "") {
    StartProxyWithFilters(more + Filter("buffer", "buffer.v3.Buffer", "max_request_bytes: 10"),
                          routes);
  }
  static std::string Post(std::string_view path, size_t bytes) {
    return Head(fmt::format("POST {}", path), fmt::format("content-length: {}\r\n", bytes)) +
           std::string(bytes, 'x');
  }
};

TEST_F(BufferTest, ARequestGoesOnOnlyWhenItIsComplete) {
  Start();
  RawPeer client = Client();
  ASSERT_TRUE(client.Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
  ASSERT_TRUE(client.Send("5\r\nhello\r\n"));
  ASSERT_TRUE(proxy_->WaitForStat("http.ingress.downstream_rq_active", 1));
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_rq_total"), 0);
  EXPECT_THAT(Forwarded(client, "3\r\nabc\r\n0\r\n\r\n", "helloabc"),
              AllOf(HasSubstr("\r\ncontent-length: 8\r\n"), Not(HasSubstr("chunked"))));
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_THAT(client.ReadMessage(), EndsWith("ok"));
}

TEST_F(BufferTest, ARequestThatIsTooLongIsAnswered) {
  Start();
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(Post("/", 11)));
  EXPECT_THAT(client.ReadMessage(), AllOf(StartsWith("HTTP/1.1 413 Payload Too Large\r\n"),
                                          EndsWith("\r\n\r\nPayload Too Large")));
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_rq_total"), 0);
  EXPECT_EQ(proxy_->Stat("http.ingress.downstream_rq_too_large"), 1);
  RawPeer fits = Client();
  EXPECT_THAT(Forwarded(fits, Post("/", 10), "xxxxxxxxxx"), HasSubstr("content-length: 10"));
}

TEST_F(BufferTest, ARouteHasALimitOfItsOwnOrNone) {
  Start("[{match: {path: /more}, route: {cluster: service}, " +
        Say("buffer", "buffer.v3.BufferPerRoute", "buffer: {max_request_bytes: 12}") +
        "}, {match: {path: /any}, route: {cluster: service}, " +
        Say("buffer", "buffer.v3.BufferPerRoute", "disabled: true") + "}]");
  RawPeer more = Client();
  ASSERT_TRUE(more.Send(Post("/more", 13)));
  EXPECT_THAT(more.ReadMessage(), StartsWith("HTTP/1.1 413 "));
  RawPeer any = Client();
  EXPECT_THAT(Forwarded(any, Post("/any", 100), std::string(100, 'x')),
              HasSubstr("content-length: 100"));
}

TEST_F(BufferTest, AClientThatAsksMaySend) {
  Start();
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(Head("POST /", "content-length: 2\r\nexpect: 100-continue\r\n")));
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 100 "));
  EXPECT_THAT(Forwarded(client, "hi", "hi"), HasSubstr("content-length: 2"));
}

TEST_F(BufferTest, AFilterBehindItMayHaveTheRequestWait) {
  StartProxyWithFilters(Filter("buffer", "buffer.v3.Buffer", "max_request_bytes: 10") + ", " +
                            Filter("fault", "fault.v3.HTTPFault",
                                   "delay: {fixed_delay: 0.01s, percentage: {numerator: 100}}"),
                        std::string(kForwards));
  RawPeer client = Client();
  EXPECT_THAT(Forwarded(client, Post("/", 3), "xxx"), HasSubstr("content-length: 3"));
}

class HealthCheckTest : public FiltersTest {
 protected:
  void Start(std::string_view fields) {
    StartProxyWithFilters(
        Filter("health", "health_check.v3.HealthCheck",
               fmt::format("headers: [{{name: ':path', string_match: {{exact: /healthz}}}}], {}",
                           fields)),
        std::string(kForwards));
  }
};

TEST_F(HealthCheckTest, HealthIsToldInTheServicesPlace) {
  Start("pass_through_mode: false");
  EXPECT_THAT(Ask("GET /healthz"),
              AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("content-length: 0\r\n")));
  EXPECT_EQ(proxy_->Stat("http.ingress.health_check.request_total"), 1);
  EXPECT_EQ(proxy_->Stat("http.ingress.health_check.ok"), 1);
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_rq_total"), 0);
  EXPECT_THAT(Pass("GET /other").answer, EndsWith("ok"));
}

TEST_F(HealthCheckTest, TheServiceIsAskedWhereThatIsSaid) {
  Start("pass_through_mode: true");
  EXPECT_THAT(Pass("GET /healthz").answer, EndsWith("ok"));
  EXPECT_EQ(proxy_->Stat("http.ingress.health_check.request_total"), 0);
}

TEST_F(HealthCheckTest, AnswersSayWhoseHealthItIs) {
  Start("pass_through_mode: true");
  constexpr std::string_view kOfTest = "x-envoy-upstream-healthchecked-cluster: test\r\n";
  EXPECT_THAT(Pass("GET /healthz").answer, HasSubstr(kOfTest));
  EXPECT_THAT(Pass("GET /other").answer, Not(HasSubstr(kOfTest)));
}

TEST_F(HealthCheckTest, AnswersOfTheServiceAreKeptForAWhile) {
  Start("pass_through_mode: true, cache_time: 3600s");
  EXPECT_THAT(Pass("GET /healthz").answer, EndsWith("ok"));
  // Of whichever worker.
  for (int i = 0; i < 8; ++i) {
    EXPECT_THAT(Ask("GET /healthz"),
                AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("content-length: 0\r\n")));
  }
  EXPECT_EQ(proxy_->Stat("http.ingress.health_check.cached_response"), 8);
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_rq_total"), 1);
  EXPECT_THAT(Pass("GET /other").answer, EndsWith("ok"));
}

class GrpcWebTest : public FiltersTest {
 protected:
  // A message of gRPC: "hi".
  static constexpr std::string_view kMessage{"\0\0\0\0\2hi", 7};
  static constexpr std::string_view kEncoded = "AAAAAAJoaQ==";

  void Start() {
    StartProxyWithFilters(Filter("web", "grpc_web.v3.GrpcWeb"), std::string(kForwards));
  }
  static std::string Call(std::string_view type, std::string_view body,
                          std::string_view fields = "") {
    return Head("POST /s.S/M", fmt::format("content-type: {}\r\ncontent-length: {}\r\n{}", type,
                                           body.size(), fields)) +
           std::string(body);
  }
  // What the service answers: one message, then how it went.
  static std::string Answer() {
    return "HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\ntransfer-encoding: chunked\r\n\r\n"
           "7\r\n" +
           std::string(kMessage) + "\r\n0\r\ngrpc-status: 0\r\ngrpc-message: fine\r\n\r\n";
  }
};

TEST_F(GrpcWebTest, ACallInBytesBecomesOneOfGrpc) {
  Start();
  RawPeer client = Client();
  EXPECT_THAT(
      Forwarded(client, Call("application/grpc-web+proto", kMessage), "hi"),
      AllOf(HasSubstr("\r\ncontent-type: application/grpc\r\n"), HasSubstr("\r\nte: trailers\r\n"),
            HasSubstr("\r\ngrpc-accept-encoding: identity\r\n"), EndsWith(kMessage)));
  ASSERT_TRUE(service_.Send(Answer()));
  const std::string fields = "grpc-status:0\r\ngrpc-message:fine\r\n";
  EXPECT_THAT(
      client.ReadUntil("\r\n0\r\n\r\n"),
      AllOf(HasSubstr("\r\ncontent-type: application/grpc-web+proto\r\n"), HasSubstr(kMessage),
            HasSubstr(std::string("\x80\0\0\0", 4) + static_cast<char>(fields.size()) + fields)));
}

TEST_F(GrpcWebTest, TextIsBase64BothWays) {
  Start();
  RawPeer client = Client();
  EXPECT_THAT(Forwarded(client,
                        Call("application/grpc-web-text", kEncoded,
                             "accept: application/grpc-web-text\r\n"),
                        "hi"),
              AllOf(Not(HasSubstr("content-length")), HasSubstr(kMessage)));
  ASSERT_TRUE(service_.Send(Answer()));
  // The frame of the trailers is a piece of base64 of its own.
  EXPECT_THAT(
      client.ReadUntil("\r\n0\r\n\r\n"),
      AllOf(HasSubstr("\r\ncontent-type: application/grpc-web-text+proto\r\n"), HasSubstr(kEncoded),
            HasSubstr("gAAAACJncnBjLXN0YXR1czowDQpncnBjLW1lc3NhZ2U6ZmluZQ0K")));
}

TEST_F(GrpcWebTest, PiecesOfAQuadWaitForEachOther) {
  Start();
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(Head("POST /s.S/M",
                               "content-type: application/grpc-web-text\r\n"
                               "transfer-encoding: chunked\r\n")));
  ASSERT_TRUE(client.Send("5\r\nAAAAA\r\n"));
  ASSERT_TRUE(client.Send("6\r\nAJoaQ=\r\n"));
  // Each goes on as far as it is whole.
  EXPECT_THAT(Forwarded(client, "1\r\n=\r\n0\r\n\r\n", "\r\n0\r\n\r\n"),
              EndsWith(std::string("3\r\n\0\0\0\r\n3\r\n\0\2h\r\n1\r\ni\r\n0\r\n\r\n", 27)));
}

TEST_F(GrpcWebTest, WhatIsNoBase64IsRefused) {
  Start();
  for (const std::string_view body : {"!!!!", "AAAAAAJoaQ"}) {
    RawPeer client = Client();
    ASSERT_TRUE(client.Send(Call("application/grpc-web-text", body)));
    EXPECT_THAT(client.ReadMessage(),
                AllOf(HasSubstr("\r\ngrpc-status: 13\r\n"),
                      HasSubstr("grpc-message: Bad gRPC-web request, invalid base64 data."),
                      HasSubstr("content-type: application/grpc-web+proto")));
  }
}

TEST_F(GrpcWebTest, AnAnswerThatIsNoGrpcIsAStatus) {
  Start();
  RawPeer client = Client();
  Forwarded(client, Call("application/grpc-web", kMessage), "hi");
  ASSERT_TRUE(
      service_.Send("HTTP/1.1 503 X\r\ncontent-type: text/html\r\ncontent-length: 4\r\n\r\n"
                    "oops"));
  EXPECT_THAT(client.ReadMessage(),
              AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("\r\ngrpc-status: 14\r\n"),
                    HasSubstr("content-type: application/grpc-web+proto"), Not(HasSubstr("oops"))));
}

// What is kept, and how long it is, is what gRPC-Web has left of it.
TEST_F(GrpcWebTest, ABufferBehindItHoldsWhatIsDecoded) {
  StartProxyWithFilters(Filter("web", "grpc_web.v3.GrpcWeb") + ", " +
                            Filter("buffer", "buffer.v3.Buffer", "max_request_bytes: 7"),
                        std::string(kForwards));
  RawPeer client = Client();
  EXPECT_THAT(Forwarded(client, Call("application/grpc-web-text", kEncoded), "hi"),
              AllOf(HasSubstr("\r\ncontent-length: 7\r\n"), EndsWith(kMessage)));
}

TEST_F(GrpcWebTest, OtherRequestsPassAsTheyAre) {
  Start();
  RawPeer client = Client();
  EXPECT_THAT(Forwarded(client, Call("application/grpc-web+json", kMessage), "hi"),
              AllOf(HasSubstr("content-type: application/grpc-web+json"), HasSubstr(kMessage)));
}

}  // namespace
}  // namespace outrigger::test
