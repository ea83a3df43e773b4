// Backpressure where a side speaks HTTP/2: who keeps its window shut is not read for, and nothing
// is lost when it opens it again (F13).
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "http/http2/http2_stats.h"
#include "http/http_stats.h"
#include "test/support/http_world.h"
#include "test/unit/http/http2/http2_probe.h"

namespace outrigger::test {
namespace {

using http::http2::ClientProbe;
using http::http2::SentRequest;
using http::http2::ServedRequest;
using http::http2::ServerProbe;

constexpr size_t kBodyBytes = 64 * 1024 * 1024;
constexpr size_t kPiece = 16 * 1024;
// What the proxy may hold by its own count: the largest window of a stream, two water marks, and
// what one read brings; twice that at the very most.
constexpr size_t kHeldBytesMax = 2 * 1024 * 1024;
constexpr size_t kWindowMax = 1024 * 1024;
constexpr size_t kWaterMark = 32 * 1024;
constexpr int kQuietTurns = 50;

// A codec at the other end of a connection.
template <typename Probe>
struct End {
  void Turn() {
    probe.codec.OnTurnEnd();
    pending += probe.TakeOutput();
    pending.erase(0, peer.Send(pending));
    peer.Receive();
    probe.codec.Decode(peer.received());
    peer.ClearReceived();
  }
  Probe probe;
  LoopbackPeer peer;
  std::string pending;
};

class Http2Backpressure : public ::testing::Test {
 protected:
  explicit Http2Backpressure(UpstreamProtocol protocol = UpstreamProtocol::kHttp1)
      : http_({}, protocol) {
    client_.peer = http_.Client();
  }

  void Turn() {
    client_.Turn();
    if (service_.peer.is_open()) service_.Turn();
    http_.RunTurns(1);
    ASSERT_LE(http_.world.slabs.slabs_out() * SlabPool::kSlabBytes, kHeldBytesMax);
  }
  // Offers body until nobody takes any more of it for some turns, or all is gone.
  void SendUntilStuck(http::StreamEncoder& sender) {
    for (int quiet = 0; quiet < kQuietTurns && sent_ < kBodyBytes; ++quiet) {
      const size_t before = sender.queued_bytes();
      while (sender.queued_bytes() < 4 * kPiece && sent_ < kBodyBytes) {
        sender.EncodeBody(std::string(kPiece, static_cast<char>('a' + sent_ / kPiece % 26)));
        sent_ += kPiece;
      }
      Turn();
      if (sender.queued_bytes() != before) quiet = 0;
    }
  }
  // Until the other end has heard all of it, and each piece in its place.
  void SendTheRest(http::StreamEncoder& sender, const http::http2::Heard& heard) {
    while (sent_ < kBodyBytes) SendUntilStuck(sender);
    sender.EncodeEnd(nullptr);
    while (!heard.is_over()) Turn();
    ASSERT_EQ(heard.body().size(), kBodyBytes);
    for (size_t at = 0; at < kBodyBytes; at += kPiece) {
      ASSERT_EQ(heard.body()[at], static_cast<char>('a' + at / kPiece % 26));
    }
  }

  HttpWorld http_;
  End<ClientProbe> client_;
  End<ServerProbe> service_;
  size_t sent_ = 0;
};

class Http2BackpressureBothSides : public Http2Backpressure {
 protected:
  Http2BackpressureBothSides() : Http2Backpressure(UpstreamProtocol::kHttp2) {}
  ServedRequest& AwaitRequest() {
    while (!http_.has_waiting_service()) Turn();
    service_.peer = http_.Service();
    while (service_.probe.requests.empty()) Turn();
    return *service_.probe.requests[0];
  }
};

TEST_F(Http2BackpressureBothSides, AServiceThatKeepsItsWindowShutStopsTheClient) {
  SentRequest& sent = client_.probe.Send("PUT", "/", true);
  ServedRequest& served = AwaitRequest();
  served.encoder->PauseBody();
  SendUntilStuck(*sent.stream);
  ASSERT_LT(sent_, kBodyBytes / 2);
  served.encoder->ResumeBody();
  SendTheRest(*sent.stream, served.heard);
  served.Respond(200, "");
  while (!sent.heard.is_over()) Turn();
  EXPECT_EQ(sent.status, 200);
}

// However large the windows have grown until then.
TEST_F(Http2BackpressureBothSides, AServiceThatStopsReadingStopsTheClientAfterOneWindowOfEachHop) {
  for (const size_t read_bytes : {64 * 1024, 4 * 1024 * 1024}) {
    SentRequest& sent = client_.probe.Send("PUT", "/", true);
    const size_t known = service_.probe.requests.size();
    while (!service_.peer.is_open() || service_.probe.requests.size() == known) {
      if (!service_.peer.is_open() && http_.has_waiting_service()) service_.peer = http_.Service();
      Turn();
    }
    ServedRequest& served = *service_.probe.requests.back();
    const size_t sent_before = sent_;
    while (served.heard.body().size() < read_bytes) {
      if (sent.stream->queued_bytes() < kPiece) {
        sent.stream->EncodeBody(std::string(kPiece, 'x'));
        sent_ += kPiece;
      }
      Turn();
    }
    served.encoder->PauseBody();
    SendUntilStuck(*sent.stream);
    const size_t taken = sent_ - sent_before - sent.stream->queued_bytes();
    EXPECT_LE(taken, served.heard.body().size() + 2 * kWindowMax + 2 * kWaterMark);
    sent.stream->ResetStream();
    while (!served.heard.is_over()) Turn();
  }
}

TEST_F(Http2BackpressureBothSides, AClientThatKeepsItsWindowShutStopsTheService) {
  SentRequest& sent = client_.probe.Send("GET", "/");
  ServedRequest& served = AwaitRequest();
  http::ResponseHead head;
  head.status = 200;
  head.body.kind = http::BodyLength::Kind::kUnknown;
  served.encoder->EncodeResponseHead(head, false);
  while (sent.status == 0) Turn();
  sent.stream->PauseBody();
  SendUntilStuck(*served.encoder);
  ASSERT_LT(sent_, kBodyBytes / 2);
  // Meanwhile another stream of the same two connections is served at once.
  SentRequest& other = client_.probe.Send("GET", "/other");
  while (service_.probe.requests.size() < 2) Turn();
  service_.probe.requests[1]->Respond(200, "at once");
  while (!other.heard.is_over()) Turn();
  EXPECT_EQ(other.heard.body(), "at once");
  sent.stream->ResumeBody();
  SendTheRest(*served.encoder, sent.heard);
  served.LetGo();
}

TEST_F(Http2BackpressureBothSides, AClientThatGoesWhileItsServiceIsStoppedFreesEverything) {
  SentRequest& sent = client_.probe.Send("GET", "/");
  ServedRequest& served = AwaitRequest();
  http::ResponseHead head;
  head.status = 200;
  head.body.kind = http::BodyLength::Kind::kUnknown;
  served.encoder->EncodeResponseHead(head, false);
  sent.stream->PauseBody();
  SendUntilStuck(*served.encoder);
  client_.peer.Reset();
  for (int i = 0; i < 10; ++i) {
    service_.Turn();
    http_.RunTurns(1);
  }
  EXPECT_TRUE(served.heard.has_failed());
}

TEST_F(Http2Backpressure, AnHttp1ServiceThatDoesNotReadStopsTheClient) {
  SentRequest& sent = client_.probe.Send("PUT", "/", true);
  while (!http_.has_waiting_service()) Turn();
  LoopbackPeer service = http_.Service();
  SendUntilStuck(*sent.stream);
  ASSERT_LT(sent_, kBodyBytes) << "the kernel took it all: nothing was tested";
  size_t received = 0;
  bool is_ended = false;
  while (!service.received().ends_with("0\r\n\r\n")) {
    received += service.received().size();
    service.ClearReceived();
    if (sent_ < kBodyBytes) {
      sent_ += kPiece;
      sent.stream->EncodeBody(std::string(kPiece, 'x'));
    } else if (!std::exchange(is_ended, true)) {
      sent.stream->EncodeEnd(nullptr);
    }
    Turn();
    ASSERT_TRUE(service.Receive());
  }
  EXPECT_GT(received, kBodyBytes - kPiece);
  service.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  while (!sent.heard.is_over()) Turn();
  EXPECT_EQ(sent.status, 200);
}

TEST_F(Http2Backpressure, R28_AClientThatNeverOpensItsWindowLosesItsStreamInTheEnd) {
  SentRequest& sent = client_.probe.Send("GET", "/");
  while (!http_.has_waiting_service()) Turn();
  LoopbackPeer service = http_.Service();
  ASSERT_TRUE(http_.Receives(service, "\r\n\r\n"));
  sent.stream->PauseBody();
  // All of it reaches the proxy, most of it not the client.
  service.Send("HTTP/1.1 200 OK\r\nContent-Length: 80000\r\n\r\n" + std::string(80'000, 'x'));
  for (int i = 0; i < kQuietTurns; ++i) Turn();
  EXPECT_EQ(http_.HttpStat(http::kDownstreamRqActive), 0u);
  http_.world.Pass(HttpWorld::kIdleTimeout - std::chrono::seconds(1));
  for (int i = 0; i < kQuietTurns; ++i) Turn();
  EXPECT_FALSE(sent.heard.has_failed());
  http_.world.Pass(std::chrono::seconds(1));
  sent.stream->ResumeBody();
  for (int i = 0; i < kQuietTurns; ++i) Turn();
  EXPECT_TRUE(sent.heard.has_failed());
  EXPECT_EQ(http_.Http2Stat(http::http2::kTxFlushTimeout), 1u);
}

}  // namespace
}  // namespace outrigger::test
