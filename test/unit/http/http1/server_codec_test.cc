#include "http/http1/server_codec.h"

#include <gtest/gtest.h>

#include "test/unit/http/http1/codec_probe.h"

namespace outrigger::http::http1 {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kHead = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kGet10 = "GET / HTTP/1.0\r\n\r\n";
constexpr std::string_view kPost = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n";

ResponseHead Response(uint16_t status, BodyLength body) {
  ResponseHead head;
  head.status = status;
  head.body = body;
  return head;
}

constexpr BodyLength kNoBody{};
constexpr BodyLength kUnknown{BodyLength::Kind::kUnknown, 0};
constexpr BodyLength Known(uint64_t bytes) { return {BodyLength::Kind::kKnown, bytes}; }

// What is written for a response of `body` pieces to `request`.
std::string Written(std::string_view request, const ResponseHead& head,
                    std::initializer_list<std::string_view> body = {}) {
  ServerProbe server;
  server.Offer(request);
  server.codec.EncodeResponseHead(head, false);
  for (std::string_view piece : body) server.codec.EncodeBody(piece);
  server.codec.EncodeEnd(nullptr);
  return server.TakeOutput();
}

TEST(ServerCodec, FramesByTheKindOfBody) {
  EXPECT_EQ(Written(kGet, Response(200, kNoBody)), "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  EXPECT_EQ(Written(kGet, Response(404, Known(5)), {"he", "llo"}),
            "HTTP/1.1 404 Not Found\r\ncontent-length: 5\r\n\r\nhello");
  EXPECT_EQ(Written(kGet, Response(200, kUnknown), {"he", "", "llo"}),
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
            "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");
  EXPECT_EQ(Written(kGet, Response(299, kNoBody)).substr(0, 22), "HTTP/1.1 299 Unknown\r\n");
}

TEST(ServerCodec, R14_ResponsesToHeadHaveTheFramingOfGetAndNoBody) {
  EXPECT_EQ(Written(kHead, Response(200, Known(5)), {"hello"}),
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n");
  EXPECT_EQ(Written(kHead, Response(200, Known(5))),
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n");
  EXPECT_EQ(Written(kHead, Response(200, kUnknown), {"hello"}), "HTTP/1.1 200 OK\r\n\r\n");
  ResponseHead head = Response(200, kNoBody);
  EXPECT_EQ(Written(kHead, head), "HTTP/1.1 200 OK\r\n\r\n");
  head.announced_length = 7;
  EXPECT_EQ(Written(kHead, head), "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n");
}

TEST(ServerCodec, R14_204And304NeverHaveABody) {
  EXPECT_EQ(Written(kGet, Response(204, Known(5)), {"hello"}), "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(Written(kGet, Response(204, kUnknown), {"hello"}), "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(Written(kGet, Response(304, kUnknown)), "HTTP/1.1 304 Not Modified\r\n\r\n");
  ResponseHead head = Response(304, kNoBody);
  head.announced_length = 7;
  EXPECT_EQ(Written(kGet, head), "HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\n\r\n");
}

TEST(ServerCodec, R9_FramingFieldsOfCallersAreNotWritten) {
  ResponseHead head = Response(200, kNoBody);
  for (std::string_view name : {"transfer-encoding", "content-length", "connection", "upgrade"}) {
    head.headers.Add(name, "9");
  }
  head.headers.Add("x-a", "b");
  EXPECT_EQ(Written(kGet, head), "HTTP/1.1 200 OK\r\nx-a: b\r\ncontent-length: 0\r\n\r\n");
}

TEST(ServerCodec, HeadsLargerThanTheGatheringBufferAreWrittenWhole) {
  ResponseHead head = Response(200, kNoBody);
  const std::string small(700, 's'), large(5000, 'l');
  for (std::string_view value : {std::string_view(small), std::string_view(large)}) {
    for (int i = 0; i < 4; ++i) head.headers.Add("x", value);
  }
  std::string expected = "HTTP/1.1 200 OK\r\n";
  for (const std::string& value : {small, large}) {
    for (int i = 0; i < 4; ++i) expected += "x: " + value + "\r\n";
  }
  EXPECT_EQ(Written(kGet, head), expected + "content-length: 0\r\n\r\n");
}

TEST(ServerCodec, Http10ConnectionsPersistOnlyWhenAsked) {
  EXPECT_EQ(Written(kGet10, Response(200, kNoBody)),
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  EXPECT_EQ(Written("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", Response(200, kNoBody)),
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n");
  EXPECT_EQ(
      Written("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", Response(200, kNoBody)),
      "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
}

TEST(ServerCodec, ABodyOfUnknownLengthForHttp10EndsWithTheConnection) {
  ServerProbe server;
  server.Offer("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  server.codec.EncodeResponseHead(Response(200, kUnknown), false);
  server.codec.EncodeBody("hello");
  EXPECT_FALSE(server.codec.must_close());
  server.codec.EncodeEnd(nullptr);
  EXPECT_EQ(server.TakeOutput(), "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhello");
  EXPECT_TRUE(server.codec.must_close());
}

TEST(ServerCodec, ClosesWhenTheClientAsksForIt) {
  ServerProbe server;
  server.answers = true;
  server.Offer("GET / HTTP/1.1\r\nHost: a\r\nConnection: foo, Close\r\n\r\n" + std::string(kGet));
  EXPECT_EQ(server.transcript.ToString(), "request GET / at a body none {}\nend\n");
  EXPECT_EQ(server.TakeOutput(),
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  EXPECT_TRUE(server.codec.must_close());
}

TEST(ServerCodec, ADrainIsAnnouncedByTheNextResponseHead) {
  ServerProbe server;
  server.Offer(kGet);
  server.codec.EncodeResponseHead(Response(200, Known(2)), false);
  server.codec.StartDrain();
  server.codec.EncodeBody("hi");
  server.codec.EncodeEnd(nullptr);
  EXPECT_FALSE(
      server.codec.must_close());  // the client was told nothing: its next request is served
  server.answers = true;
  server.Offer(kGet);
  EXPECT_TRUE(server.TakeOutput().ends_with("connection: close\r\n\r\n"));
  EXPECT_TRUE(server.codec.must_close());
}

TEST(ServerCodec, R10_PipelinedRequestsWaitForTheResponse) {
  ServerProbe server;
  server.Offer(std::string(kPost) + "abcd" + std::string(kGet) + std::string(kGet));
  EXPECT_EQ(server.transcript.ToString(), "request POST / at a body 4 {}\nbody abcd\nend\n");
  EXPECT_EQ(server.pending.size(), 2 * kGet.size());
  server.Respond(200);
  server.Offer("");
  EXPECT_EQ(server.pending.size(), kGet.size());
  server.codec.EncodeResponseHead(Response(200, Known(1)), false);
  server.Offer("");
  EXPECT_EQ(server.pending.size(), kGet.size());
  server.codec.EncodeBody("x");
  server.codec.EncodeEnd(nullptr);
  server.Offer("");
  EXPECT_TRUE(server.pending.empty());
}

TEST(ServerCodec, R11_AResponseBeforeTheEndOfItsRequestClosesTheConnection) {
  ServerProbe server;
  server.Offer(std::string(kPost) + "ab");
  server.Respond(413, "no");
  EXPECT_EQ(server.TakeOutput(),
            "HTTP/1.1 413 Payload Too Large\r\ncontent-length: 2\r\n"
            "connection: close\r\n\r\nno");
  EXPECT_TRUE(server.codec.must_close());
  server.Offer("cd" + std::string(kGet));
  EXPECT_TRUE(server.pending.empty());
  EXPECT_EQ(server.transcript.ToString(), "request POST / at a body 4 {}\nbody ab\n");
}

TEST(ServerCodec, R11_AResponseFromWithinTheHeadEventClosesTheConnectionToo) {
  ServerProbe server;
  server.on_head = [&server] { server.Respond(401); };
  server.Offer(std::string(kPost) + "abcd" + std::string(kGet));
  EXPECT_TRUE(server.TakeOutput().ends_with("connection: close\r\n\r\n"));
  EXPECT_EQ(server.transcript.ToString(), "request POST / at a body 4 {}\n");
}

TEST(ServerCodec, AResponseFromWithinTheHeadEventOfAWholeRequestKeepsTheConnection) {
  ServerProbe server;
  server.on_head = [&server] { server.Respond(200); };
  server.Offer(std::string(kGet) + std::string(kGet));
  EXPECT_EQ(server.transcript.ToString(),
            "request GET / at a body none {}\nend\nrequest GET / at a body none {}\nend\n");
  EXPECT_FALSE(server.codec.must_close());
}

TEST(ServerCodec, R13_InformationalHeadsPrecedeTheResponse) {
  ServerProbe server;
  server.Offer(kGet);
  ResponseHead hints = Response(103, kNoBody);
  hints.headers.Add("link", "x");
  server.codec.EncodeInformational(hints);
  EXPECT_FALSE(server.codec.is_response_started());
  server.codec.EncodeInformational(Response(100, kNoBody));
  server.Respond(200);
  EXPECT_TRUE(server.codec.is_response_started());
  EXPECT_EQ(server.TakeOutput(),
            "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
}

TEST(ServerCodec, InformationalHeadsStayAwayFromHttp10) {
  ServerProbe server;
  server.Offer(kGet10);
  server.codec.EncodeInformational(Response(103, kNoBody));
  EXPECT_TRUE(server.TakeOutput().empty());
}

TEST(ServerCodec, R15_AResetResponseIsCutOffWithoutItsLastChunk) {
  ServerProbe server;
  server.Offer(kGet);
  server.codec.EncodeResponseHead(Response(200, kUnknown), false);
  server.codec.EncodeBody("hi");
  server.codec.ResetStream();
  server.codec.EncodeBody("more");  // too late: goes nowhere
  server.codec.EncodeEnd(nullptr);
  EXPECT_TRUE(server.TakeOutput().ends_with("\r\n\r\n2\r\nhi\r\n"));
  EXPECT_TRUE(server.codec.must_close());
  EXPECT_FALSE(server.codec.has_active_exchange());
}

TEST(ServerCodec, NothingFollowsAResetFromWithinAnyEvent) {
  const std::string bytes =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "1\r\na\r\n1\r\nb\r\n0\r\nx: y\r\n\r\n" +
      std::string(kGet);
  const auto lines_when_reset_in = [&bytes](std::function<void()> ServerProbe::* event) {
    ServerProbe server;
    server.*event = [&server] { server.codec.ResetStream(); };
    server.Offer(bytes);
    server.codec.OnEof();
    EXPECT_TRUE(server.codec.must_close());
    EXPECT_TRUE(server.pending.empty());
    return server.transcript.lines().size();
  };
  EXPECT_EQ(lines_when_reset_in(&ServerProbe::on_head), 1u);
  EXPECT_EQ(lines_when_reset_in(&ServerProbe::on_body), 2u);
  EXPECT_EQ(lines_when_reset_in(&ServerProbe::on_trailers), 3u);
  EXPECT_EQ(lines_when_reset_in(&ServerProbe::on_end), 4u);
}

TEST(ServerCodec, AMalformedBodyEndsTheRequestAndMayStillBeAnswered) {
  ServerProbe server;
  server.Offer("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\naX\r\nmore");
  EXPECT_TRUE(server.transcript.Contains("body a\nerror 400 http1.codec_error: chunk data"));
  EXPECT_FALSE(server.codec.must_close());  // a response is owed
  server.Respond(400);
  EXPECT_TRUE(server.TakeOutput().ends_with("connection: close\r\n\r\n"));
  EXPECT_TRUE(server.codec.must_close());
  server.codec.OnEof();
  EXPECT_FALSE(server.transcript.Contains("error 0"));
}

TEST(ServerCodec, ErrorRepliesSpeakAsEnvoyDoes) {
  ServerProbe server;
  server.answers = true;
  server.Offer("garbage\r\n\r\n");
  EXPECT_EQ(server.TakeOutput(),
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 11\r\ncontent-type: text/plain\r\n"
            "connection: close\r\n\r\nBad Request");
  EXPECT_TRUE(server.codec.must_close());
}

TEST(ServerCodec, ErrorRepliesToHeadHaveNoBody) {
  ServerProbe server;
  server.answers = true;
  server.Offer("HEAD / HTTP/1.1\r\nHost: a b\r\n\r\n");
  EXPECT_TRUE(server.TakeOutput().ends_with("connection: close\r\n\r\n"));
  ServerProbe second;
  second.answers = true;
  second.Offer(std::string(kHead) + "garbage\r\n\r\n");
  EXPECT_TRUE(second.TakeOutput().ends_with("\r\n\r\nBad Request"));
}

TEST(ServerCodec, PausesAreCountedAndHoldTheBodyBack) {
  ServerProbe server;
  server.on_body = [&server] {
    server.codec.PauseBody();
    server.codec.PauseBody();
  };
  server.Offer("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
  server.Offer("1\r\nb\r\n0\r\n\r\n");
  server.codec.ResumeBody();
  server.Offer("");
  EXPECT_TRUE(server.transcript.ToString().ends_with("body a\n"));
  server.on_body = nullptr;
  server.codec.ResumeBody();
  server.Offer("");
  EXPECT_TRUE(server.transcript.ToString().ends_with("body ab\nend\n"));
}

TEST(ServerCodec, APauseDoesNotOutliveItsExchange) {
  ServerProbe server;
  server.on_head = [&server] { server.codec.PauseBody(); };
  server.Offer(kGet);
  server.Respond(200);
  server.on_head = nullptr;
  server.Offer(std::string(kPost) + "abcd");
  EXPECT_TRUE(server.transcript.ToString().ends_with("body abcd\nend\n"));
}

TEST(ServerCodec, TellsWhenAHeadIsUnderWay) {
  ServerProbe server;
  EXPECT_FALSE(server.codec.is_inside_head());
  server.Offer("\r\nG");
  EXPECT_TRUE(server.codec.is_inside_head());
  EXPECT_FALSE(server.codec.has_active_exchange());
  server.Offer(kGet.substr(1));
  EXPECT_FALSE(server.codec.is_inside_head());
  EXPECT_TRUE(server.codec.has_active_exchange());
}

using ServerCodecDeathTest = ::testing::Test;

TEST(ServerCodecDeathTest, CallersThatBreakTheOrderOfAMessageStopTheProcess) {
  ServerProbe server;
  EXPECT_DEATH(server.Respond(200), "response_");
  server.Offer(kGet);
  EXPECT_DEATH(server.codec.EncodeBody("x"), "response_");
  server.codec.EncodeResponseHead(Response(200, Known(2)), false);
  EXPECT_DEATH(server.codec.EncodeBody("abc"), "response_");
  EXPECT_DEATH(server.codec.EncodeEnd(nullptr), "response_");
  EXPECT_DEATH(server.Respond(200), "response_");
}

TEST(ServerCodecDeathTest, R40_LessBodyThanAnnouncedIsNotAnEnd) {
  ServerProbe server;
  server.Offer(kGet);
  server.codec.EncodeResponseHead(Response(200, Known(2)), false);
  server.codec.EncodeBody("a");
  EXPECT_DEATH(server.codec.EncodeEnd(nullptr), "TakeEnd");
  server.codec.ResetStream();
  EXPECT_TRUE(server.codec.must_close());
}

}  // namespace
}  // namespace outrigger::http::http1
