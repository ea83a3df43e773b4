// Both HTTP/2 codecs against one another, without a socket between.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/random.h"
#include "test/unit/http/http2/http2_probe.h"

namespace outrigger::http::http2 {
namespace {

class CodecPair : public ::testing::Test {
 protected:
  void Talk() { Converse(client_, server_); }
  // Encodes `size` bytes of the request's body in pieces, talking in between.
  void SendBody(SentRequest& request, size_t size, Random& random) {
    while (size > 0) {
      const size_t piece = std::min<size_t>(size, 1 + random.Below(30'000));
      request.stream->EncodeBody(std::string(piece, static_cast<char>('a' + random.Below(26))));
      size -= piece;
      if (random.Below(3) == 0) Talk();
    }
    request.stream->EncodeEnd(nullptr);
  }

  ServerProbe server_;
  ClientProbe client_;
};

TEST_F(CodecPair, ARequestWithoutBodyGetsItsResponse) {
  SentRequest& sent = client_.Send("GET", "/x");
  Talk();
  ASSERT_EQ(server_.requests.size(), 1u);
  EXPECT_EQ(server_.requests[0]->path, "/x");
  EXPECT_TRUE(server_.requests[0]->heard.has_ended());
  server_.requests[0]->Respond(200, "hello");
  Talk();
  EXPECT_EQ(sent.status, 200);
  EXPECT_EQ(sent.heard.body(), "hello");
  EXPECT_TRUE(sent.heard.has_ended());
  EXPECT_EQ(client_.codec.open_streams(), 0u);
}

// Many at a time, with bodies larger than all windows, echoed.
TEST_F(CodecPair, BodiesOfAnySizeArriveWhole) {
  FastRandom random(7);
  for (int round = 0; round < 20; ++round) {
    std::vector<SentRequest*> sent;
    std::vector<size_t> sizes;
    const size_t first = server_.requests.size();
    for (int i = 0; i < 10; ++i) {
      sizes.push_back(random.Below(200'000));
      sent.push_back(&client_.Send("POST", "/" + std::to_string(i), true));
    }
    for (size_t i = 0; i < sent.size(); ++i) SendBody(*sent[i], sizes[i], random);
    Talk();
    for (size_t i = 0; i < sent.size(); ++i) {
      ServedRequest& served = *server_.requests[first + i];
      ASSERT_TRUE(served.heard.has_ended());
      ASSERT_EQ(served.heard.body().size(), sizes[i]);
      served.Respond(200, served.heard.body());
    }
    Talk();
    for (size_t i = 0; i < sent.size(); ++i) {
      ASSERT_TRUE(sent[i]->heard.has_ended());
      ASSERT_EQ(sent[i]->heard.body(), server_.requests[first + i]->heard.body());
    }
  }
  EXPECT_TRUE(server_.failures.empty());
}

TEST_F(CodecPair, TrailersFollowBodiesBothWays) {
  SentRequest& sent = client_.Send("POST", "/", true);
  HeaderMap trailers;
  trailers.Add("x-sum", "1");
  sent.stream->EncodeBody(std::string(100'000, 'x'));
  sent.stream->EncodeEnd(&trailers);
  Talk();
  ServedRequest& served = *server_.requests[0];
  EXPECT_EQ(served.heard.body().size(), 100'000u);
  EXPECT_EQ(served.heard.trailers(), "x-sum=1;");
  ResponseHead head;
  head.status = 200;
  head.body.kind = BodyLength::Kind::kUnknown;
  served.encoder->EncodeResponseHead(head, false);
  trailers.Clear();
  trailers.Add(HeaderId::kGrpcStatus, "0");
  served.encoder->EncodeEnd(&trailers);
  served.LetGo();
  Talk();
  EXPECT_EQ(sent.heard.trailers(), "grpc-status=0;");
  EXPECT_TRUE(sent.heard.has_ended());
}

TEST_F(CodecPair, APausedReceiverGetsNoMoreThanItsWindowHoldsBack) {
  server_.on_head = [](ServedRequest& request) { request.encoder->PauseBody(); };
  SentRequest& slow = client_.Send("POST", "/slow", true);
  slow.stream->EncodeBody(std::string(1'000'000, 'x'));
  slow.stream->EncodeEnd(nullptr);
  Talk();
  EXPECT_EQ(server_.requests[0]->heard.body(), "");
  // The window of one stream has crossed, the rest waits at the client.
  EXPECT_EQ(slow.stream->queued_bytes(), 1'000'000 - Options().stream_window_bytes);
  // Its neighbour goes on.
  server_.on_head = nullptr;
  SentRequest& other = client_.Send("POST", "/other", true);
  other.stream->EncodeBody(std::string(500'000, 'y'));
  other.stream->EncodeEnd(nullptr);
  Talk();
  EXPECT_EQ(server_.requests[1]->heard.body().size(), 500'000u);
  server_.requests[0]->encoder->ResumeBody();
  Talk();
  EXPECT_EQ(server_.requests[0]->heard.body().size(), 1'000'000u);
  EXPECT_TRUE(server_.requests[0]->heard.has_ended());
}

// The end has come and the stream is closed while the body still waits.
TEST_F(CodecPair, WhatWaitsOutlivesItsStream) {
  SentRequest& sent = client_.Send("GET", "/");
  sent.stream->PauseBody();
  Talk();
  server_.requests[0]->Respond(200, "kept");
  Talk();
  EXPECT_EQ(sent.heard.body(), "");
  EXPECT_EQ(client_.codec.open_streams(), 1u);
  sent.stream->ResumeBody();
  Talk();
  EXPECT_EQ(sent.heard.body(), "kept");
  EXPECT_TRUE(sent.heard.has_ended());
  EXPECT_EQ(client_.codec.open_streams(), 0u);
}

TEST_F(CodecPair, R60_NothingIsHeardOfAStreamThatWasGivenUp) {
  server_.on_event = [](ServedRequest& request) {
    if (!request.is_let_go) request.LetGo();
  };
  SentRequest& sent = client_.Send("POST", "/", true);
  sent.stream->EncodeBody("one");
  client_.codec.OnTurnEnd();  // a frame of its own
  sent.stream->EncodeBody("two");
  sent.stream->EncodeEnd(nullptr);
  Talk();
  EXPECT_EQ(server_.requests[0]->heard.body(), "one");
  EXPECT_TRUE(sent.heard.has_failed());
  EXPECT_EQ(sent.heard.error().kind, ErrorKind::kUpstreamReset);
  SentRequest& next = client_.Send("GET", "/");
  server_.on_event = nullptr;
  Talk();
  server_.requests[1]->Respond(204, "");
  Talk();
  EXPECT_EQ(next.status, 204);
}

TEST_F(CodecPair, AServerHearsOfAResetBehindTheEndOfTheRequest) {
  SentRequest& sent = client_.Send("GET", "/");
  Talk();
  EXPECT_TRUE(server_.requests[0]->heard.has_ended());
  sent.stream->ResetStream();
  Talk();
  EXPECT_TRUE(server_.requests[0]->heard.has_failed());
  EXPECT_EQ(client_.codec.open_streams(), 0u);
}

TEST_F(CodecPair, F22_ADrainLosesNoStreamThatWasOnItsWay) {
  SentRequest& before = client_.Send("GET", "/before");
  Talk();
  server_.codec.StartDrain();
  // The client has not heard of it yet.
  SentRequest& meanwhile = client_.Send("GET", "/meanwhile");
  Talk();
  ASSERT_EQ(server_.requests.size(), 2u);
  EXPECT_EQ(client_.codec.free_streams(), 0u);
  EXPECT_FALSE(server_.codec.must_close());
  for (const auto& request : server_.requests) request->Respond(200, "x");
  Talk();
  EXPECT_TRUE(before.heard.has_ended());
  EXPECT_TRUE(meanwhile.heard.has_ended());
  EXPECT_TRUE(server_.codec.must_close());
}

TEST_F(CodecPair, BytesThatAreNoHttp2EndTheConnection) {
  server_.codec.Decode("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(server_.failures, testing::SizeIs(1));
  server_.codec.OnTurnEnd();
  EXPECT_TRUE(server_.codec.must_close());
}

TEST_F(CodecPair, ARefusedRequestCostsItsStreamOnly) {
  SentRequest& refused = client_.Send("GET", "no path");
  SentRequest& good = client_.Send("GET", "/");
  Talk();
  EXPECT_EQ(refused.heard.error().kind, ErrorKind::kUpstreamReset);
  server_.requests[0]->Respond(200, "");
  Talk();
  EXPECT_EQ(good.status, 200);
}

}  // namespace
}  // namespace outrigger::http::http2
