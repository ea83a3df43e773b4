// Exchanges over HTTP/2 as clients and services have them, in all four pairs of protocols: streams
// beside one another, bodies and trailers both ways, resets, GOAWAY, early ends.
#include <string>
#include <string_view>
#include <vector>

#include "test/integration/http_fixture.h"
#include "test/support/http2_peer.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::StartsWith;

constexpr uint32_t kNoError = 0;
constexpr uint32_t kRefusedStream = 7;
constexpr uint32_t kCancel = 8;

class Http2Exchange : public HttpTest {
 protected:
  void StartWithHttp2Service() {
    StaticBootstrap bootstrap;
    bootstrap.cluster_fields = "http2_protocol_options: {}";
    StartProxy(bootstrap);
  }
  Http2Peer Client2() const { return Http2Peer::ConnectTo(port_); }
  // The HTTP/1 service's end of the next request, which has been read up to `end`.
  std::string ReadRequest(std::string_view end = "\r\n\r\n") {
    if (!service_.is_connected()) service_ = upstream_.Accept();
    return service_.ReadUntil(end);
  }
  int64_t ClusterStat(const std::string& name) { return proxy_->Stat("cluster.service." + name); }
  int64_t HttpStat(const std::string& name) { return proxy_->Stat("http.ingress." + name); }
};

TEST_F(Http2Exchange, AClientOfHttp2IsServedFromAnHttp1Service) {
  StartProxy();
  Http2Peer client = Client2();
  for (uint32_t stream : {1u, 3u, 5u}) {
    ASSERT_TRUE(client.SendHead(stream, GetFields("/x?y"), true));
    EXPECT_THAT(ReadRequest(), AllOf(StartsWith("GET /x?y HTTP/1.1\r\nhost: a\r\n"),
                                     Not(HasSubstr("transfer-encoding"))));
    ASSERT_TRUE(service_.Send(kOk));
    const Http2Message answer = client.Read(stream);
    EXPECT_EQ(answer.Field(":status"), "200");
    EXPECT_EQ(answer.Field("content-length"), "2");
    EXPECT_EQ(answer.body, "ok");
    EXPECT_TRUE(answer.is_complete);
  }
  EXPECT_EQ(HttpStat("downstream_cx_http2_total"), 1);
  EXPECT_EQ(HttpStat("downstream_cx_http1_total"), 0);
  EXPECT_EQ(HttpStat("downstream_rq_http2_total"), 3);
  EXPECT_EQ(ClusterStat("upstream_cx_total"), 1);
  EXPECT_EQ(HttpStat("downstream_rq_active"), 0);
}

TEST_F(Http2Exchange, BodiesAndTrailersPassBothWaysBetweenTheProtocols) {
  StartProxy();
  Http2Peer client = Client2();
  ASSERT_TRUE(client.SendHead(1, PostFields(), false));
  ASSERT_TRUE(client.Send(kData, 0, 1, "first "));
  ASSERT_TRUE(client.Send(kData, 0, 1, "second"));
  ASSERT_TRUE(
      client.Send(kHeaders, kEndHeaders | kEndStream, 1, client.EncodeFields({{"x-sum", "12"}})));
  const std::string request = ReadRequest("x-sum: 12\r\n\r\n");
  EXPECT_THAT(request, AllOf(HasSubstr("transfer-encoding: chunked\r\n"), HasSubstr("first "),
                             HasSubstr("second")));
  ASSERT_TRUE(
      service_.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "3\r\nxyz\r\n0\r\ngrpc-status: 0\r\n\r\n"));
  const Http2Message answer = client.Read(1);
  EXPECT_EQ(answer.body, "xyz");
  EXPECT_THAT(answer.trailers, Contains(Pair("grpc-status", "0")));
  EXPECT_THAT(answer.head, Not(Contains(Pair("transfer-encoding", "chunked"))));
}

TEST_F(Http2Exchange, StreamsOfOneConnectionAreAnsweredInAnyOrder) {
  StartProxy();
  Http2Peer client = Client2();
  std::vector<RawPeer> services;
  for (uint32_t i = 0; i < 8; ++i) {
    ASSERT_TRUE(client.SendHead(2 * i + 1, GetFields("/" + std::to_string(i)), true));
    services.push_back(upstream_.Accept());
    EXPECT_THAT(services[i].ReadUntil("\r\n\r\n"), StartsWith("GET /" + std::to_string(i) + " "));
  }
  for (uint32_t i = 8; i-- > 0;) {
    ASSERT_TRUE(
        services[i].Send("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n" + std::to_string(i)));
    EXPECT_EQ(client.Read(2 * i + 1).body, std::to_string(i));
  }
  EXPECT_EQ(HttpStat("downstream_cx_total"), 1);
}

TEST_F(Http2Exchange, RequestsOfOneClientShareOneHttp2ConnectionToTheService) {
  StartWithHttp2Service();
  Http2Peer client = Client2();
  ASSERT_TRUE(client.SendHead(1, PostFields("/first"), false));
  Http2Peer service = Http2Peer::Accept(upstream_);
  ASSERT_EQ(service.AwaitHead(), 1u);
  ASSERT_TRUE(client.SendHead(3, GetFields("/second"), true));
  ASSERT_EQ(service.AwaitHead(), 3u);
  ASSERT_TRUE(service.SendHead(3, {{":status", "204"}}, true));
  EXPECT_EQ(client.Read(3).Field(":status"), "204");
  ASSERT_TRUE(client.Send(kData, kEndStream, 1, "body"));
  const Http2Message request = service.Read(1);
  EXPECT_EQ(request.Field(":path"), "/first");
  EXPECT_EQ(request.Field(":authority"), "a");
  EXPECT_EQ(request.Field(":scheme"), "http");
  EXPECT_EQ(request.body, "body");
  ASSERT_TRUE(
      service.SendHead(1, {{":status", "200"}, {"content-type", "application/grpc"}}, false));
  ASSERT_TRUE(service.Send(kData, 0, 1, "answer"));
  ASSERT_TRUE(service.SendHead(1, {{"grpc-status", "5"}, {"grpc-message", "none"}}, true));
  const Http2Message answer = client.Read(1);
  EXPECT_EQ(answer.body, "answer");
  EXPECT_THAT(answer.trailers, Contains(Pair("grpc-status", "5")));
  EXPECT_THAT(answer.trailers, Contains(Pair("grpc-message", "none")));
  EXPECT_EQ(ClusterStat("upstream_cx_http2_total"), 1);
  EXPECT_EQ(ClusterStat("upstream_rq_2xx"), 2);
}

TEST_F(Http2Exchange, TrailersOnlyResponsesStayOneHead) {
  StartWithHttp2Service();
  Http2Peer client = Client2();
  ASSERT_TRUE(client.SendHead(1, PostFields(), true));
  Http2Peer service = Http2Peer::Accept(upstream_);
  ASSERT_EQ(service.AwaitHead(), 1u);
  ASSERT_TRUE(service.SendHead(1, {{":status", "200"}, {"grpc-status", "12"}}, true));
  const std::optional<Frame> head = client.NextOf(kHeaders);
  ASSERT_TRUE(head.has_value());
  EXPECT_TRUE(head->ends_stream());
  EXPECT_THAT(client.DecodeFields(head->payload), Contains(Pair("grpc-status", "12")));
}

TEST_F(Http2Exchange, AGrpcClientFindsOurOwnAnswersInGrpcStatus) {
  StartProxyWithRoutes("[{match: {path: /gone}, route: {cluster: nowhere}}]");
  Http2Peer client = Client2();
  uint32_t stream = 1;
  for (const std::string path : {"/gone", "/none"}) {
    Fields fields = PostFields(path);
    fields.emplace_back("content-type", "application/grpc");
    ASSERT_TRUE(client.SendHead(stream, fields, true));
    const Http2Message answer = client.Read(stream);
    EXPECT_EQ(answer.Field(":status"), "200");
    EXPECT_EQ(answer.Field("content-type"), "application/grpc");
    EXPECT_EQ(answer.Field("grpc-status"), path == "/gone" ? "14" : "12");
    EXPECT_EQ(answer.body, "");
    stream += 2;
  }
}

TEST_F(Http2Exchange, AnHttp1ClientIsServedFromAnHttp2Service) {
  StartWithHttp2Service();
  RawPeer client = Client();
  ASSERT_TRUE(client.Send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"));
  Http2Peer service = Http2Peer::Accept(upstream_);
  ASSERT_EQ(service.AwaitHead(), 1u);
  const Http2Message request = service.Read(1);
  EXPECT_EQ(request.Field("content-length"), "4");
  EXPECT_EQ(request.body, "body");
  ASSERT_TRUE(service.SendHead(1, {{":status", "200"}, {"content-length", "2"}}, false));
  ASSERT_TRUE(service.Send(kData, kEndStream, 1, "ok"));
  EXPECT_THAT(client.ReadMessage(),
              AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), EndsWith("\r\n\r\nok")));
  // The connection goes on, and so does the service's.
  ASSERT_TRUE(client.Send(kGet));
  ASSERT_EQ(service.AwaitHead(), 3u);
  ASSERT_TRUE(service.SendHead(3, {{":status", "200"}}, false));
  ASSERT_TRUE(service.Send(kData, kEndStream, 3, "x"));
  EXPECT_THAT(client.ReadUntil("0\r\n\r\n"), HasSubstr("\r\n\r\n1\r\nx\r\n0\r\n\r\n"));
  EXPECT_EQ(HttpStat("downstream_cx_total"), 1);
}

TEST_F(Http2Exchange, AStreamThatTheClientResetsIsResetAtTheService) {
  StartWithHttp2Service();
  Http2Peer client = Client2();
  ASSERT_TRUE(client.SendHead(1, GetFields(), true));
  Http2Peer service = Http2Peer::Accept(upstream_);
  ASSERT_EQ(service.AwaitHead(), 1u);
  ASSERT_TRUE(client.Send(kRstStream, 0, 1, Number32(kCancel)));
  const std::optional<Frame> reset = service.NextOf(kRstStream);
  ASSERT_TRUE(reset.has_value());
  EXPECT_EQ(reset->stream, 1u);
  EXPECT_EQ(reset->error_code(), kCancel);
  // Neither connection has noticed.
  ASSERT_TRUE(client.SendHead(3, GetFields(), true));
  ASSERT_EQ(service.AwaitHead(), 3u);
  ASSERT_TRUE(service.SendHead(3, {{":status", "204"}}, true));
  EXPECT_EQ(client.Read(3).Field(":status"), "204");
  EXPECT_EQ(HttpStat("downstream_rq_rx_reset"), 1);
  EXPECT_EQ(ClusterStat("upstream_rq_tx_reset"), 1);
}

TEST_F(Http2Exchange, R11_AnAnswerBeforeTheEndOfItsRequestEndsTheStreamOnly) {
  StartProxyWithRoutes("[{match: {prefix: /}, direct_response: {status: 403}}]");
  Http2Peer client = Client2();
  ASSERT_TRUE(client.SendHead(1, PostFields(), false));
  const Http2Message answer = client.Read(1);
  EXPECT_EQ(answer.Field(":status"), "403");
  EXPECT_TRUE(answer.is_complete);
  const std::optional<Frame> reset = client.NextOf(kRstStream);
  ASSERT_TRUE(reset.has_value());
  EXPECT_EQ(reset->error_code(), kNoError);
  ASSERT_TRUE(client.SendHead(3, GetFields(), true));
  EXPECT_EQ(client.Read(3).Field(":status"), "403");
}

TEST_F(Http2Exchange, R15_AResponseThatIsCutOffEndsInAReset) {
  StartProxy();
  Http2Peer client = Client2();
  ASSERT_TRUE(client.SendHead(1, GetFields(), true));
  ReadRequest();
  ASSERT_TRUE(service_.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
  service_.Close();
  const Http2Message answer = client.Read(1);
  EXPECT_THAT("half", StartsWith(answer.body));  // what had not left yet goes with the stream
  EXPECT_FALSE(answer.is_complete);
  EXPECT_TRUE(answer.reset.has_value());
}

TEST_F(Http2Exchange, RequestsAboveTheServicesGoawayAreSentAgain) {
  StartWithHttp2Service();
  Http2Peer client = Client2();
  ASSERT_TRUE(client.SendHead(1, PostFields("/kept"), true));
  Http2Peer service = Http2Peer::Accept(upstream_);
  ASSERT_EQ(service.AwaitHead(), 1u);
  ASSERT_TRUE(client.SendHead(3, PostFields("/moved"), true));
  ASSERT_EQ(service.AwaitHead(), 3u);
  ASSERT_TRUE(service.Send(kGoaway, 0, 0, Number32(1) + Number32(kNoError)));
  Http2Peer next = Http2Peer::Accept(upstream_);
  ASSERT_EQ(next.AwaitHead(), 1u);
  EXPECT_EQ(next.Read(1).Field(":path"), "/moved");
  ASSERT_TRUE(next.SendHead(1, {{":status", "201"}}, true));
  EXPECT_EQ(client.Read(3).Field(":status"), "201");
  // What the service had taken, it still answers; then it is left.
  ASSERT_TRUE(service.SendHead(1, {{":status", "202"}}, true));
  EXPECT_EQ(client.Read(1).Field(":status"), "202");
  EXPECT_TRUE(service.raw().HasEnded() || !service.NextOf(kHeaders).has_value());
}

TEST_F(Http2Exchange, ARefusedRequestIsSentAgainWhateverItsMethod) {
  StartWithHttp2Service();
  Http2Peer client = Client2();
  ASSERT_TRUE(client.SendHead(1, PostFields(), false));
  ASSERT_TRUE(client.Send(kData, kEndStream, 1, "once"));
  Http2Peer service = Http2Peer::Accept(upstream_);
  ASSERT_EQ(service.AwaitHead(), 1u);
  ASSERT_EQ(service.Read(1).body, "once");
  ASSERT_TRUE(service.Send(kRstStream, 0, 1, Number32(kRefusedStream)));
  ASSERT_EQ(service.AwaitHead(), 3u);
  EXPECT_EQ(service.Read(3).body, "once");
  ASSERT_TRUE(service.SendHead(3, {{":status", "200"}}, true));
  EXPECT_EQ(client.Read(1).Field(":status"), "200");
}

TEST_F(Http2Exchange, NoMoreStreamsThanTheServiceAllows) {
  StartWithHttp2Service();
  Http2Peer client = Client2();
  ASSERT_TRUE(client.SendHead(1, GetFields("/1"), true));
  const std::string one_stream = std::string("\0\3", 2) + Number32(1);
  Http2Peer service = Http2Peer::Accept(upstream_, one_stream);
  ASSERT_EQ(service.AwaitHead(), 1u);
  ASSERT_TRUE(service.NextOf(kSettings).has_value());  // ours is acknowledged
  ASSERT_TRUE(client.SendHead(3, GetFields("/3"), true));
  // A second connection, not a second stream.
  Http2Peer other = Http2Peer::Accept(upstream_, one_stream);
  ASSERT_EQ(other.AwaitHead(), 1u);
  EXPECT_EQ(other.Read(1).Field(":path"), "/3");
  ASSERT_TRUE(other.SendHead(1, {{":status", "203"}}, true));
  EXPECT_EQ(client.Read(3).Field(":status"), "203");
  ASSERT_TRUE(service.SendHead(1, {{":status", "201"}}, true));
  EXPECT_EQ(client.Read(1).Field(":status"), "201");
}

// An HTTP/1 service counts the bytes, and may answer before the client has said that they are all.
TEST_F(Http2Exchange, R11_AWholeRequestWhoseEndIsOnItsWayIsNotReset) {
  StartProxy();
  Http2Peer client = Client2();
  Fields fields = PostFields();
  fields.emplace_back("content-length", "4");
  ASSERT_TRUE(client.SendHead(1, fields, false));
  ASSERT_TRUE(client.Send(kData, 0, 1, "body"));
  EXPECT_THAT(ReadRequest("body"), HasSubstr("content-length: 4\r\n"));
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_EQ(client.Read(1).body, "ok");
  ASSERT_TRUE(client.Send(kData, kEndStream, 1));
  ASSERT_TRUE(client.Send(kPing, 0, 0, "12345678"));
  for (auto frame = client.Next(); frame.has_value() && frame->type != kPing;) {
    EXPECT_NE(frame->type, kRstStream);
    frame = client.Next();
  }
  EXPECT_EQ(HttpStat("downstream_rq_active"), 0);
  EXPECT_EQ(ClusterStat("upstream_rq_active"), 0);
}

TEST_F(Http2Exchange, TheCodecTypeOfTheListenerIsObeyed) {
  StaticBootstrap bootstrap;
  bootstrap.listeners = {StaticListener(), StaticListener()};
  bootstrap.listeners[0].name = "one";
  bootstrap.listeners[0].hcm_fields = "codec_type: HTTP1";
  bootstrap.listeners[1].name = "two";
  bootstrap.listeners[1].hcm_fields = "codec_type: HTTP2";
  StartProxy(bootstrap);
  Http2Peer refused = Http2Peer::ConnectTo(proxy_->ListenerPort("one"));
  EXPECT_THAT(refused.raw().ReadToEnd(), StartsWith("HTTP/1.1 "));
  RawPeer client = RawPeer::ConnectTo(proxy_->ListenerPort("two"));
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_THAT(client.ReadToEnd(), Not(HasSubstr("HTTP/1.1")));
  Http2Peer served = Http2Peer::ConnectTo(proxy_->ListenerPort("two"));
  ASSERT_TRUE(served.SendHead(1, GetFields(), true));
  ReadRequest();
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_EQ(served.Read(1).body, "ok");
}

TEST_F(Http2Exchange, APrefaceThatComesByteByByteIsStillOne) {
  StartProxy();
  RawPeer raw = Client();
  for (char byte : std::string(kPreface)) ASSERT_TRUE(raw.Send({&byte, 1}));
  ASSERT_TRUE(raw.Send(FrameBytes(kSettings, 0, 0)));
  EXPECT_EQ(raw.ReadBytes(4).substr(3), std::string(1, kSettings));
}

}  // namespace
}  // namespace outrigger::test
