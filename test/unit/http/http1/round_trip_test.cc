// Both codecs joined as a proxy joins them: what one encodes the other decodes to the same message.
#include <gtest/gtest.h>

#include "test/unit/http/http1/codec_probe.h"

namespace outrigger::http::http1 {
namespace {

struct Message {
  BodyLength length;
  std::vector<std::string> pieces;
  bool has_trailers = false;
};

std::vector<Message> Messages() {
  const BodyLength unknown{BodyLength::Kind::kUnknown, 0};
  const std::string large(100'000, 'z');
  return {
      {{}, {}},
      {{BodyLength::Kind::kKnown, 1}, {"a"}},
      {{BodyLength::Kind::kKnown, 100'005}, {"hello", large}},
      {unknown, {}},
      {unknown, {"a", "", "0\r\n\r\n", large}},
      {unknown, {"\r\n"}, true},
      {unknown, {}, true},
  };
}

void EncodeRest(StreamEncoder& encoder, const Message& message) {
  HeaderMap trailers;
  trailers.Add("grpc-status", "0");
  trailers.Add("x-sum", "7");
  for (const std::string& piece : message.pieces) encoder.EncodeBody(piece);
  encoder.EncodeEnd(message.has_trailers ? &trailers : nullptr);
}

// The transcript of a message as it was meant.
std::string Expected(std::string first_line, const Message& message) {
  std::string all = std::move(first_line) + "\n";
  std::string body;
  for (const std::string& piece : message.pieces) body += piece;
  if (!body.empty()) all += "body " + body + "\n";
  if (message.has_trailers) all += "trailers {grpc-status: 0; x-sum: 7}\n";
  return all + "end\n";
}

TEST(RoundTrip, RequestsArriveAsTheyWereSent) {
  ClientProbe client;
  for (const Message& message : Messages()) {
    RequestHead head;
    head.method = "PUT";
    head.path = "/a?b=c";
    head.authority = "host:1";
    head.headers.Add("x-a", "1");
    head.headers.Add("x-a", "2");
    head.headers.Add("te", "trailers");
    head.body = message.length;
    ServerProbe server;
    client.codec.StartExchange(client);
    client.codec.EncodeRequestHead(head);
    EncodeRest(client.codec, message);
    server.Offer(client.TakeOutput());
    const std::string first = "request PUT /a?b=c at host:1 body " + Describe(message.length) +
                              " {x-a: 1; x-a: 2; te: trailers}";
    EXPECT_EQ(server.transcript.ToString(), Expected(first, message));
    EXPECT_TRUE(server.pending.empty());
    server.Respond(200);
    client.Offer(server.TakeOutput());
    ASSERT_TRUE(client.codec.is_idle() && !client.codec.must_close());
  }
}

TEST(RoundTrip, ResponsesArriveAsTheyWereSent) {
  ServerProbe server;
  ClientProbe client;
  for (const Message& message : Messages()) {
    client.transcript = {};
    client.Request();
    server.Offer(client.TakeOutput());
    ResponseHead head;
    head.status = 206;
    head.headers.Add("set-cookie", "a");
    head.headers.Add("set-cookie", "b");
    head.body = message.length;
    server.codec.EncodeResponseHead(head, false);
    EncodeRest(server.codec, message);
    client.Offer(server.TakeOutput());
    const std::string first =
        "response 206 body " + Describe(message.length) + " {set-cookie: a; set-cookie: b}";
    EXPECT_EQ(client.transcript.ToString(), Expected(first, message));
    ASSERT_TRUE(client.codec.is_idle() && !client.codec.must_close());
    ASSERT_FALSE(server.codec.must_close());
  }
}

TEST(RoundTrip, ResponsesToHeadKeepTheirLengthAndTheConnection) {
  ServerProbe server;
  ClientProbe client;
  for (int i = 0; i < 2; ++i) {
    client.Request("HEAD");
    server.Offer(client.TakeOutput());
    server.Respond(200, "hello");
    client.Offer(server.TakeOutput());
  }
  EXPECT_EQ(
      client.transcript.ToString(),
      "response 200 body none announced 5 {}\nend\nresponse 200 body none announced 5 {}\nend\n");
}

TEST(RoundTrip, InformationalResponsesPrecedeTheFinalOne) {
  ServerProbe server;
  ClientProbe client;
  client.Request();
  server.Offer(client.TakeOutput());
  ResponseHead hints;
  hints.status = 103;
  hints.headers.Add("link", "x");
  server.codec.EncodeInformational(hints);
  server.Respond(200);
  client.Offer(server.TakeOutput());
  EXPECT_EQ(client.transcript.ToString(),
            "informational 103 {link: x}\nresponse 200 body none {}\nend\n");
}

TEST(RoundTrip, R15_AResetResponseIsNotTakenAsWhole) {
  for (const BodyLength length :
       {BodyLength{BodyLength::Kind::kUnknown, 0}, BodyLength{BodyLength::Kind::kKnown, 10}}) {
    ServerProbe server;
    ClientProbe client;
    client.Request();
    server.Offer(client.TakeOutput());
    ResponseHead head;
    head.status = 200;
    head.body = length;
    server.codec.EncodeResponseHead(head, false);
    server.codec.EncodeBody("hello");
    server.codec.ResetStream();
    client.Offer(server.TakeOutput());
    client.codec.OnEof();
    EXPECT_TRUE(client.transcript.Contains("body hello\nerror 502"));
  }
}

// Passes what a client sent on to an upstream, as it arrives.
class Forwarding final : public ServerCodecEvents, public MessageEvents {
 public:
  std::string Forward(std::string_view bytes) {
    server_.Decode(bytes);
    return upstream_.TakeOutput();
  }
  MessageEvents& OnRequestHead(const RequestHead& head, ResponseEncoder&) override {
    upstream_.codec.StartExchange(upstream_);
    upstream_.codec.EncodeRequestHead(head);
    return *this;
  }
  void OnConnectionError(const Error&) override {}
  void OnBody(std::string_view bytes) override { upstream_.codec.EncodeBody(bytes); }
  void OnTrailers(const HeaderMap& trailers) override {
    upstream_.codec.EncodeEnd(&trailers);
    is_ended_ = true;
  }
  void OnMessageEnd() override {
    if (!is_ended_) upstream_.codec.EncodeEnd(nullptr);
  }
  void OnMessageError(const Error&) override { upstream_.codec.ResetStream(); }

 private:
  SlabPool slabs_;
  ByteBuffer output_{slabs_};
  ServerCodec server_{output_, *this, CodecLimits{}, "http"};
  ClientProbe upstream_;
  bool is_ended_ = false;
};

TEST(RoundTrip, R9_WhatIsForwardedIsFramedAnew) {
  Forwarding proxy;
  EXPECT_EQ(proxy.Forward("PUT http://b/p HTTP/1.1\r\nHOST: B\r\nTransfer-Encoding:\tCHUNKED \r\n"
                          "Connection: x-hop\r\nX-Hop: 1\r\nX-End: 2\r\n\r\n"
                          "0003;ext=1\r\nabc\r\n000;e\r\nX-T:  3 \r\n\r\n"),
            "PUT /p HTTP/1.1\r\nhost: b\r\nx-end: 2\r\ntransfer-encoding: chunked\r\n\r\n"
            "3\r\nabc\r\n0\r\nx-t: 3\r\n\r\n");
  Forwarding second;
  EXPECT_EQ(second.Forward("GET / HTTP/1.0\r\nContent-Length: 03, 3\r\n\r\nabcGET /smuggled"),
            "GET / HTTP/1.1\r\nhost: \r\ncontent-length: 3\r\n\r\nabc");
}

}  // namespace
}  // namespace outrigger::http::http1
