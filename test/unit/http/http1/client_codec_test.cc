#include "http/http1/client_codec.h"

#include <gtest/gtest.h>

#include "test/unit/http/http1/codec_probe.h"

namespace outrigger::http::http1 {
namespace {

RequestHead Request(std::string_view method, BodyLength body = {}) {
  RequestHead head;
  head.method = method;
  head.path = "/p?q";
  head.authority = "a:80";
  head.body = body;
  return head;
}

constexpr BodyLength kUnknown{BodyLength::Kind::kUnknown, 0};
constexpr BodyLength Known(uint64_t bytes) { return {BodyLength::Kind::kKnown, bytes}; }

std::string Written(const RequestHead& head, std::initializer_list<std::string_view> body = {},
                    const HeaderMap* trailers = nullptr) {
  ClientProbe client;
  RequestEncoder& encoder = client.codec.StartExchange(client);
  encoder.EncodeRequestHead(head);
  for (std::string_view piece : body) encoder.EncodeBody(piece);
  encoder.EncodeEnd(trailers);
  return client.TakeOutput();
}

TEST(ClientCodec, FramesByTheKindOfBody) {
  EXPECT_EQ(Written(Request("GET")), "GET /p?q HTTP/1.1\r\nhost: a:80\r\n\r\n");
  EXPECT_EQ(Written(Request("POST")),
            "POST /p?q HTTP/1.1\r\nhost: a:80\r\ncontent-length: 0\r\n\r\n");
  EXPECT_EQ(Written(Request("GET", Known(3)), {"a", "bc"}),
            "GET /p?q HTTP/1.1\r\nhost: a:80\r\ncontent-length: 3\r\n\r\nabc");
  EXPECT_EQ(Written(Request("PUT", kUnknown), {"abc", ""}),
            "PUT /p?q HTTP/1.1\r\nhost: a:80\r\ntransfer-encoding: chunked\r\n\r\n"
            "3\r\nabc\r\n0\r\n\r\n");
}

TEST(ClientCodec, WritesTrailersAfterTheLastChunk) {
  HeaderMap trailers;
  trailers.Add("x-sum", "7");
  EXPECT_TRUE(Written(Request("PUT", kUnknown), {"abc"}, &trailers)
                  .ends_with("3\r\nabc\r\n0\r\nx-sum: 7\r\n\r\n"));
}

TEST(ClientCodec, R9_FramingFieldsOfCallersAreNotWritten) {
  RequestHead head = Request("GET");
  for (std::string_view name : {"host", "transfer-encoding", "content-length", "connection",
                                "keep-alive", "proxy-connection", "upgrade"}) {
    head.headers.Add(name, "9");
  }
  head.headers.Add("te", "trailers");
  EXPECT_EQ(Written(head),
            "GET /p?q HTTP/1.1\r\nhost: a:80\r\nte: trailers\r\nconnection: te\r\n\r\n");
}

TEST(ClientCodec, CarriesOneExchangeAfterAnother) {
  ClientProbe client;
  for (int i = 0; i < 3; ++i) {
    client.Request();
    EXPECT_FALSE(client.codec.has_response_bytes());
    client.Offer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    EXPECT_TRUE(client.codec.has_response_bytes());
    ASSERT_TRUE(client.codec.is_idle() && !client.codec.must_close());
  }
  client.Request("HEAD");
  client.Offer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
  client.Request();
  client.Offer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  EXPECT_TRUE(client.codec.is_idle() && !client.codec.must_close());
}

TEST(ClientCodec, KeepsAConnectionOnlyWhenTheServerDoes) {
  const auto must_close = [](std::string_view start) {
    ClientProbe client;
    client.Request();
    client.Offer(std::string(start) + "Content-Length: 0\r\n\r\n");
    EXPECT_TRUE(client.codec.is_idle());
    return client.codec.must_close();
  };
  EXPECT_FALSE(must_close("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(must_close("HTTP/1.1 200 OK\r\nConnection: close\r\n"));
  EXPECT_TRUE(must_close("HTTP/1.0 200 OK\r\n"));
  EXPECT_FALSE(must_close("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"));
  EXPECT_TRUE(must_close("HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\n"));
}

TEST(ClientCodec, NothingFollowsAResetFromWithinAnEvent) {
  const std::string bytes =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n";
  for (auto event : {&ClientProbe::on_head, &ClientProbe::on_body}) {
    ClientProbe client;
    client.Request();
    client.*event = [&client] { client.codec.ResetStream(); };
    client.Offer(bytes);
    client.codec.OnEof();
    EXPECT_EQ(client.transcript.lines().size(), event == &ClientProbe::on_head ? 1u : 2u);
    EXPECT_TRUE(client.codec.must_close() && client.codec.is_idle());
  }
}

TEST(ClientCodec, NothingFollowsAnError) {
  ClientProbe client;
  client.Request();
  client.Offer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nX\r\n");
  const size_t lines = client.transcript.lines().size();
  client.Offer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  client.codec.OnEof();
  EXPECT_EQ(client.transcript.lines().size(), lines);
  EXPECT_TRUE(client.pending.empty());
}

TEST(ClientCodec, ARequestMayGoOnAfterAnEarlyResponse) {
  ClientProbe client;
  RequestEncoder& encoder = client.codec.StartExchange(client);
  encoder.EncodeRequestHead(Request("POST", Known(4)));
  client.Offer("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
  encoder.EncodeBody("abcd");
  encoder.EncodeEnd(nullptr);
  EXPECT_TRUE(client.TakeOutput().ends_with("\r\n\r\nabcd"));
  EXPECT_TRUE(client.codec.is_idle());
  EXPECT_TRUE(client.codec.must_close());  // R11: whether the peer has read it, nobody knows
}

TEST(ClientCodec, PausesAreCountedAndHoldTheBodyBack) {
  ClientProbe client;
  client.Request();
  client.codec.PauseBody();
  client.codec.PauseBody();
  client.Offer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
  client.codec.ResumeBody();
  client.Offer("");
  EXPECT_EQ(client.transcript.ToString(), "response 200 body 2 {}\n");
  client.codec.ResumeBody();
  client.Offer("");
  EXPECT_EQ(client.transcript.ToString(), "response 200 body 2 {}\nbody hi\nend\n");
}

TEST(ClientCodec, R10_BytesWhileIdleAreNotTaken) {
  ClientProbe client;
  client.Offer("HTTP/1.1 408 Request Timeout\r\n\r\n");
  EXPECT_FALSE(client.pending.empty());
  EXPECT_TRUE(client.transcript.empty());
}

TEST(ClientCodec, TheEndOfAnIdleConnectionIsNoError) {
  ClientProbe client;
  client.codec.OnEof();
  EXPECT_TRUE(client.transcript.empty());
  EXPECT_TRUE(client.codec.must_close());
}

using ClientCodecDeathTest = ::testing::Test;

TEST(ClientCodecDeathTest, CallersThatBreakTheOrderOfAMessageStopTheProcess) {
  ClientProbe client;
  EXPECT_DEATH(client.codec.EncodeRequestHead(Request("GET")), "request_");
  client.codec.StartExchange(client);
  EXPECT_DEATH(client.codec.StartExchange(client), "is_idle");
  EXPECT_DEATH(client.codec.EncodeBody("a"), "request_");
  client.codec.EncodeRequestHead(Request("PUT", Known(2)));
  EXPECT_DEATH(client.codec.EncodeBody("abc"), "request_");
  EXPECT_DEATH(client.codec.EncodeEnd(nullptr), "request_");
}

}  // namespace
}  // namespace outrigger::http::http1
