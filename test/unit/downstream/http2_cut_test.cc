// F29 over HTTP/2: one exchange between an HTTP/2 client and an HTTP/2 service, given up by either
// after every byte it sends, and by RST_STREAM at every point. Nothing may be left behind, the
// other side is told, and a stream beside it goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "cluster/cluster_stats.h"
#include "http/http2/http2_stats.h"
#include "http/http_stats.h"
#include "test/support/http2_peer.h"
#include "test/support/http_world.h"

namespace outrigger::test {
namespace {

constexpr int kTurns = 4;  // enough for what one piece sets off
constexpr uint32_t kCancel = 8;

enum class From { kClient, kService };
struct Piece {
  From from;
  std::string bytes;
};
using Script = std::vector<Piece>;

enum class Order { kBodyFirst, kResponseFirst };

// What both say, in turns. The first piece of each opens its side of the connection.
Script ScriptFor(Order order) {
  Http2Peer client, service;  // for their HPACK
  const Piece opens = {From::kClient, std::string(kPreface) + FrameBytes(kSettings, 0, 0)};
  const Piece asks = {From::kClient,
                      FrameBytes(kHeaders, kEndHeaders, 1, client.EncodeFields(PostFields()))};
  const Piece body = {From::kClient, FrameBytes(kData, 0, 1, "hello")};
  const Piece ends = {From::kClient, FrameBytes(kHeaders, kEndHeaders | kEndStream, 1,
                                                client.EncodeFields({{"x-sum", "1"}}))};
  const Piece greets = {From::kService, FrameBytes(kSettings, 0, 0)};
  const Piece answers = {From::kService, FrameBytes(kHeaders, kEndHeaders, 1,
                                                    service.EncodeFields({{":status", "200"}}))};
  const Piece content = {From::kService, FrameBytes(kData, 0, 1, "world")};
  const Piece closes = {From::kService, FrameBytes(kHeaders, kEndHeaders | kEndStream, 1,
                                                   service.EncodeFields({{"x-sum", "2"}}))};
  return order == Order::kBodyFirst
             ? Script{opens, asks, body, ends, greets, answers, content, closes}
             : Script{opens, asks, greets, answers, content, body, ends, closes};
}

std::vector<Frame> FramesIn(std::string_view bytes) {
  if (bytes.starts_with(kPreface)) bytes.remove_prefix(kPreface.size());
  std::vector<Frame> frames;
  while (bytes.size() >= 9) {
    const auto at = [bytes](size_t i) { return static_cast<uint8_t>(bytes[i]); };
    const size_t size = size_t{at(0)} << 16 | size_t{at(1)} << 8 | at(2);
    if (bytes.size() < 9 + size) break;
    frames.push_back({at(3), at(4), at(8), std::string(bytes.substr(9, size))});
    bytes.remove_prefix(9 + size);
  }
  return frames;
}

bool Has(const LoopbackPeer& peer, uint8_t type, uint32_t stream) {
  for (const Frame& frame : FramesIn(peer.received())) {
    if (frame.type == type && frame.stream == stream) return true;
  }
  return false;
}

bool HasEnd(const LoopbackPeer& peer, uint32_t stream) {
  for (const Frame& frame : FramesIn(peer.received())) {
    const bool is_message = frame.type == kData || frame.type == kHeaders;
    if (frame.stream != stream) continue;
    if (frame.type == kRstStream || (is_message && frame.ends_stream())) return true;
  }
  return false;
}

class Http2Cut : public ::testing::Test {
 protected:
  struct Talk {
    LoopbackPeer& peer(From side) { return side == From::kClient ? client : service; }
    void Say(From side, std::string_view bytes) {
      if (side == From::kClient && !was_started) client = http.Client();
      was_started = true;
      if (peer(side).is_open()) peer(side).Send(bytes);
      Turn();
    }
    void Turn() {
      http.RunTurns(kTurns);
      if (!service.is_open() && http.has_waiting_service()) service = http.Service();
      http.RunTurns(kTurns);
      if (client.is_open()) client.Receive();
      if (service.is_open()) service.Receive();
    }
    // A stream beside the one that was given up, on the connections that are there.
    void ExpectBystanderIsServed() {
      Http2Peer encoder;
      const bool is_kept = service.is_open();
      Say(From::kClient,
          FrameBytes(
              kHeaders, kEndHeaders | kEndStream, 3,
              encoder.EncodeFields(
                  {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {":authority", "a"}})));
      ASSERT_TRUE(service.is_open());
      const uint32_t stream = is_kept && Has(service, kHeaders, 3) ? 3 : 1;
      ASSERT_TRUE(Has(service, kHeaders, stream));
      // Without a reference to what a cut-off block may have put into a table.
      Say(From::kService, FrameBytes(kSettings, 0, 0) +
                              FrameBytes(kHeaders, kEndHeaders, stream, "\x88") +
                              FrameBytes(kData, kEndStream, stream, "by"));
      EXPECT_TRUE(Has(client, kData, 3));
    }
    void ExpectNothingIsLeft() {
      client.Close();
      service.Close();
      EXPECT_TRUE(http.BecomesEmpty());
      for (const size_t stat : {size_t{kUpstreamRqActive}, size_t{kUpstreamRqPendingActive},
                                size_t{kUpstreamCxActive}}) {
        EXPECT_EQ(http.ClusterStat(stat), 0u);
      }
      EXPECT_EQ(http.HttpStat(http::kDownstreamRqActive), 0u);
      EXPECT_EQ(http.HttpStat(http::kDownstreamCxActive), 0u);
      for (const size_t stat : {http::http2::kStreamsActive, http::http2::kPendingSendBytes}) {
        EXPECT_EQ(http.Http2Stat(stat), 0u);
        EXPECT_EQ(http.ClusterHttp2Stat(stat), 0u);
      }
      EXPECT_EQ(http.world.net.cells.slabs_out(), 0u);
      EXPECT_EQ(http.world.sockets.open_descriptors(), 0u);
    }

    HttpWorld http{{}, UpstreamProtocol::kHttp2};
    LoopbackPeer client;
    LoopbackPeer service;
    bool was_started = false;
  };

  // Talks until `side` has sent `bytes` of its own, lets it go, and the other one talk on.
  static void CutAfter(Talk& talk, const Script& script, From side, size_t bytes) {
    for (const Piece& piece : script) {
      if (piece.from != side) {
        talk.Say(piece.from, piece.bytes);
        continue;
      }
      const size_t size = std::min(bytes, piece.bytes.size());
      if (size > 0) talk.Say(side, piece.bytes.substr(0, size));
      bytes -= size;
      if (size == piece.bytes.size()) continue;
      // One end in two is a reset.
      size % 2 == 0 ? talk.peer(side).Reset() : talk.peer(side).Close();
      talk.Turn();
    }
  }
  static size_t BytesOf(const Script& script, From side) {
    size_t sum = 0;
    for (const Piece& piece : script) sum += piece.from == side ? piece.bytes.size() : 0;
    return sum;
  }
};

TEST_F(Http2Cut, F29_AClientThatGoesAfterAnyByteLeavesNothingBehind) {
  for (const Order order : {Order::kBodyFirst, Order::kResponseFirst}) {
    const Script script = ScriptFor(order);
    for (size_t at = 1; at < BytesOf(script, From::kClient); ++at) {
      SCOPED_TRACE(testing::Message() << "order " << static_cast<int>(order) << " byte " << at);
      Talk talk;
      CutAfter(talk, script, From::kClient, at);
      EXPECT_EQ(Has(talk.service, kHeaders, 1), Has(talk.service, kRstStream, 1));
      talk.ExpectNothingIsLeft();
    }
  }
}

TEST_F(Http2Cut, F29_AServiceThatGoesAfterAnyByteCostsItsStreamOnly) {
  for (const Order order : {Order::kBodyFirst, Order::kResponseFirst}) {
    const Script script = ScriptFor(order);
    for (size_t at = 0; at < BytesOf(script, From::kService); ++at) {
      SCOPED_TRACE(testing::Message() << "order " << static_cast<int>(order) << " byte " << at);
      Talk talk;
      CutAfter(talk, script, From::kService, at);
      EXPECT_TRUE(HasEnd(talk.client, 1));
      talk.ExpectBystanderIsServed();
      talk.ExpectNothingIsLeft();
    }
  }
}

TEST_F(Http2Cut, F29_AClientThatResetsItsStreamAtAnyPointIsForgottenAndItsNeighbourServed) {
  for (const Order order : {Order::kBodyFirst, Order::kResponseFirst}) {
    const Script script = ScriptFor(order);
    for (size_t at = 2; at < script.size(); ++at) {
      SCOPED_TRACE(testing::Message() << "order " << static_cast<int>(order) << " piece " << at);
      Talk talk;
      for (size_t i = 0; i < at; ++i) talk.Say(script[i].from, script[i].bytes);
      talk.Say(From::kClient, FrameBytes(kRstStream, 0, 1, Number32(kCancel)));
      EXPECT_TRUE(Has(talk.service, kRstStream, 1));
      EXPECT_EQ(talk.http.HttpStat(http::kDownstreamRqActive), 0u);
      EXPECT_EQ(talk.http.ClusterStat(kUpstreamRqActive), 0u);
      talk.ExpectBystanderIsServed();
      talk.ExpectNothingIsLeft();
    }
  }
}

TEST_F(Http2Cut, F29_AServiceThatResetsItsStreamAtAnyPointEndsTheClientsAndItsNeighbourIsServed) {
  for (const Order order : {Order::kBodyFirst, Order::kResponseFirst}) {
    const Script script = ScriptFor(order);
    for (size_t at = 3; at < script.size(); ++at) {
      SCOPED_TRACE(testing::Message() << "order " << static_cast<int>(order) << " piece " << at);
      Talk talk;
      for (size_t i = 0; i < at; ++i) talk.Say(script[i].from, script[i].bytes);
      talk.Say(From::kService,
               FrameBytes(kSettings, 0, 0) + FrameBytes(kRstStream, 0, 1, Number32(kCancel)));
      EXPECT_TRUE(HasEnd(talk.client, 1));
      EXPECT_EQ(talk.http.HttpStat(http::kDownstreamRqActive), 0u);
      talk.ExpectBystanderIsServed();
      talk.ExpectNothingIsLeft();
    }
  }
}

}  // namespace
}  // namespace outrigger::test
