// What both codecs count of an ordinary connection's life. Floods and malformed frames are counted
// in the tests of their rules (test/integration/http2_rules_test.cc and its upstream twin).
#include <gtest/gtest.h>

#include <string>

#include "test/support/http2_peer.h"
#include "test/unit/http/http2/http2_probe.h"

namespace outrigger::http::http2 {
namespace {

class Http2StatsTest : public ::testing::Test {
 protected:
  void Talk() { Converse(client_, server_); }
  static uint64_t Of(const Surroundings& side, Http2Stat stat) {
    return side.stats.Word(kHttp2Family.offsets.by_metric[stat]);
  }
  uint64_t OfServer(Http2Stat stat) const { return Of(server_.surroundings, stat); }
  uint64_t OfClient(Http2Stat stat) const { return Of(client_.surroundings, stat); }

  ServerProbe server_;
  ClientProbe client_;
};

TEST_F(Http2StatsTest, StreamsAreActiveFromTheirHeadToTheirEnd) {
  client_.Send("GET", "/");
  client_.Send("GET", "/");
  EXPECT_EQ(OfClient(kStreamsActive), 2u);
  Talk();
  EXPECT_EQ(OfServer(kStreamsActive), 2u);
  for (const auto& request : server_.requests) request->Respond(200, "x");
  Talk();
  EXPECT_EQ(OfServer(kStreamsActive), 0u);
  EXPECT_EQ(OfClient(kStreamsActive), 0u);
}

TEST_F(Http2StatsTest, BytesThatWaitForAWindowArePending) {
  server_.on_head = [](ServedRequest& request) { request.encoder->PauseBody(); };
  SentRequest& sent = client_.Send("POST", "/", true);
  sent.stream->EncodeBody(std::string(100'000, 'x'));
  Talk();
  EXPECT_EQ(OfClient(kPendingSendBytes), 100'000 - Options().stream_window_bytes);
  server_.requests[0]->encoder->ResumeBody();
  Talk();
  EXPECT_EQ(OfClient(kPendingSendBytes), 0u);
}

TEST_F(Http2StatsTest, BytesOfAStreamThatIsGivenUpArePendingNoMore) {
  server_.on_head = [](ServedRequest& request) { request.encoder->PauseBody(); };
  SentRequest& sent = client_.Send("POST", "/", true);
  sent.stream->EncodeBody(std::string(100'000, 'x'));
  Talk();
  sent.stream->ResetStream();
  Talk();
  EXPECT_EQ(OfClient(kPendingSendBytes), 0u);
  EXPECT_EQ(OfClient(kStreamsActive), 0u);
}

TEST_F(Http2StatsTest, TrailersAreCountedWhereTheyArrive) {
  HeaderMap trailers;
  trailers.Add("x-sum", "1");
  client_.Send("POST", "/", true).stream->EncodeEnd(&trailers);
  Talk();
  EXPECT_EQ(OfServer(kTrailers), 1u);
  EXPECT_EQ(OfClient(kTrailers), 0u);
}

TEST_F(Http2StatsTest, ResetsAreCountedOnBothSides) {
  client_.Send("POST", "/", true).stream->ResetStream();
  SentRequest& second = client_.Send("POST", "/", true);
  Talk();
  second.stream->ResetStream();
  Talk();
  EXPECT_EQ(OfServer(kRxReset), OfClient(kTxReset));
  EXPECT_GE(OfServer(kRxReset), 1u);
}

TEST_F(Http2StatsTest, ADrainSaysGoawayTwice) {
  client_.Send("GET", "/");
  Talk();
  server_.codec.StartDrain();
  Talk();
  EXPECT_EQ(OfServer(kGoawaySent), 2u);
}

TEST_F(Http2StatsTest, AStreamThatEndsWhileItsReceiverPausesIsDeferred) {
  SentRequest& sent = client_.Send("GET", "/");
  sent.stream->PauseBody();
  Talk();
  server_.requests[0]->Respond(200, "kept");
  Talk();
  EXPECT_EQ(OfClient(kDeferredStreamClose), 1u);
  EXPECT_EQ(OfClient(kStreamsActive), 1u);
}

TEST_F(Http2StatsTest, StreamsBeyondTheLimitAreRefused) {
  std::string bytes = std::string(test::kPreface) + test::FrameBytes(test::kSettings, 0, 0);
  for (uint32_t i = 0; i <= Options().streams_max; ++i) {
    bytes += test::FrameBytes(test::kHeaders, test::kEndHeaders, 2 * i + 1,
                              "\x83\x86\x84\x41\x01"
                              "a");
  }
  server_.codec.Decode(bytes);
  server_.codec.OnTurnEnd();
  EXPECT_EQ(OfServer(kStreamRefusedErrors), 1u);
  EXPECT_EQ(server_.requests.size(), Options().streams_max);
  EXPECT_TRUE(server_.failures.empty());
}

}  // namespace
}  // namespace outrigger::http::http2
