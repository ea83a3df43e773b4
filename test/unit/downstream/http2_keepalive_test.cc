// A peer of an HTTP/2 connection that falls silent, on either side of the proxy: it is asked, and
// loses its connection when it does not answer; what was under way on it ends as it does with any
// lost connection.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "cluster/cluster_stats.h"
#include "http/http2/http2_stats.h"
#include "http/http_stats.h"
#include "test/support/http2_peer.h"
#include "test/support/http_world.h"

namespace outrigger::test {
namespace {

using std::chrono::seconds;

constexpr Duration kInterval = seconds(2);
constexpr Duration kTimeout = seconds(2);
constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

http::http2::Options Asking() {
  http::http2::Options options;
  options.keepalive = {.timeout = kTimeout, .interval = kInterval};
  return options;
}

class Http2Keepalive : public ::testing::Test {
 protected:
  explicit Http2Keepalive(UpstreamProtocol protocol = UpstreamProtocol::kHttp1)
      : http_({}, protocol, Asking()) {}

  void Exchange(LoopbackPeer& peer, std::string_view bytes = "") {
    if (!bytes.empty()) peer.Send(bytes);
    http_.RunTurns(6);
    if (peer.is_open()) peer.Receive();
  }
  static bool HasPing(const LoopbackPeer& peer) {
    return peer.received().find(std::string("\0\0\x8\x6\0\0\0\0\0", 9)) != std::string::npos;
  }
  // In steps of which none is longer than what a timer may be late by.
  void Pass(Duration time) {
    for (; time > Duration::zero(); time -= seconds(1)) http_.world.Pass(seconds(1));
  }

  HttpWorld http_;
};

TEST_F(Http2Keepalive, AClientThatDoesNotAnswerLosesItsConnection) {
  LoopbackPeer silent = http_.Client();
  Exchange(silent, std::string(kPreface) + FrameBytes(kSettings, 0, 0));
  LoopbackPeer bystander = http_.Client();
  Exchange(bystander, std::string(kPreface) + FrameBytes(kSettings, 0, 0));
  Pass(kInterval + seconds(1));
  Exchange(silent);
  EXPECT_TRUE(HasPing(silent));
  Exchange(bystander, FrameBytes(kPing, kAck, 0, "12345678"));
  Pass(kTimeout);
  Exchange(silent);
  EXPECT_TRUE(silent.saw_eof());
  Exchange(bystander);
  EXPECT_FALSE(bystander.saw_eof());
  EXPECT_EQ(http_.Http2Stat(http::http2::kKeepaliveTimeout), 1u);
  EXPECT_EQ(http_.HttpStat(http::kDownstreamCxDestroyLocal), 1u);
}

TEST_F(Http2Keepalive, ARequestUnderWayGoesWithItsClient) {
  LoopbackPeer client = http_.Client();
  Http2Peer encoder;
  Exchange(client, std::string(kPreface) + FrameBytes(kSettings, 0, 0) +
                       FrameBytes(kHeaders, kEndHeaders | kEndStream, 1,
                                  encoder.EncodeFields(GetFields())));
  LoopbackPeer service = http_.Service();
  ASSERT_TRUE(http_.Receives(service, "\r\n\r\n"));
  Pass(kInterval + kTimeout + seconds(1));
  Exchange(service);
  EXPECT_TRUE(service.saw_eof() || service.saw_reset());
  EXPECT_EQ(http_.HttpStat(http::kDownstreamRqActive), 0u);
  EXPECT_EQ(http_.HttpStat(http::kDownstreamCxDestroyLocalActiveRq), 1u);
}

class Http2UpstreamKeepalive : public Http2Keepalive {
 protected:
  Http2UpstreamKeepalive() : Http2Keepalive(UpstreamProtocol::kHttp2) {}
  LoopbackPeer Asked(LoopbackPeer& client) {
    client.Send(kRequest);
    LoopbackPeer service = http_.Service();
    Exchange(service, FrameBytes(kSettings, 0, 0) + FrameBytes(kSettings, kAck, 0));
    return service;
  }
};

TEST_F(Http2UpstreamKeepalive, AServiceThatDoesNotAnswerCostsItsConnectionAndWhatIsOnIt) {
  LoopbackPeer client = http_.Client();
  LoopbackPeer service = Asked(client);
  Pass(kInterval + seconds(1));
  Exchange(service);
  ASSERT_TRUE(HasPing(service));
  EXPECT_FALSE(service.saw_eof());
  Pass(kTimeout);
  Exchange(client);
  EXPECT_TRUE(client.received().starts_with("HTTP/1.1 503 "));
  Exchange(service);
  EXPECT_TRUE(service.saw_eof() || service.saw_reset());
  EXPECT_EQ(http_.ClusterHttp2Stat(http::http2::kKeepaliveTimeout), 1u);
  EXPECT_EQ(http_.ClusterStat(kUpstreamCxDestroyLocalWithActiveRq), 1u);
  EXPECT_EQ(http_.Http2Stat(http::http2::kKeepaliveTimeout), 0u);
  // The next request gets a connection of its own.
  LoopbackPeer other = http_.Client();
  EXPECT_TRUE(Asked(other).is_open());
}

TEST_F(Http2UpstreamKeepalive, AServiceThatAnswersKeepsItsConnectionWhileItWorks) {
  LoopbackPeer client = http_.Client();
  LoopbackPeer service = Asked(client);
  for (int i = 0; i < 2; ++i) {
    Pass(kInterval + seconds(1));
    Exchange(service);
    ASSERT_TRUE(HasPing(service));
    service.ClearReceived();
    Exchange(service, FrameBytes(kPing, kAck, 0, "12345678"));
  }
  Exchange(service, FrameBytes(kHeaders, kEndHeaders | kEndStream, 1, "\x88"));
  EXPECT_TRUE(http_.Receives(client, "\r\n\r\n"));
  EXPECT_TRUE(client.received().starts_with("HTTP/1.1 200 "));
}

TEST_F(Http2UpstreamKeepalive, AServiceThatCannotBeReachedIsNotAsked) {
  const LoopbackListener hanging(LoopbackListener::Mode::kHangs);
  http_.Publish({hanging.address()});
  LoopbackPeer client = http_.Client();
  Exchange(client, kRequest);
  Pass(kTimeout + seconds(2));
  EXPECT_TRUE(client.received().empty());
  Pass(seconds(3));
  Exchange(client);
  EXPECT_TRUE(client.received().starts_with("HTTP/1.1 503 "));
  EXPECT_EQ(http_.ClusterStat(kUpstreamCxConnectTimeout), 1u);
}

// Questions and their answers are no use of a connection.
TEST(Http2KeepaliveIdle, AConnectionThatCarriesOnlyPingsEndsAfterItsIdleTimeout) {
  http::http2::Options options;
  options.keepalive = {.timeout = kTimeout, .interval = std::chrono::minutes(10)};
  HttpWorld http({}, UpstreamProtocol::kHttp2, options);
  LoopbackPeer client = http.Client();
  client.Send(std::string(kPreface) + FrameBytes(kSettings, 0, 0) +
              FrameBytes(kHeaders, kEndHeaders | kEndStream, 1, "\x82\x86\x84\x41\x01\x61"));
  LoopbackPeer service = http.Service();
  http.RunTurns(6);
  service.Send(FrameBytes(kSettings, 0, 0) +
               FrameBytes(kHeaders, kEndHeaders | kEndStream, 1, "\x88"));
  http.RunTurns(6);
  ASSERT_EQ(http.HttpStat(http::kDownstreamRq2xx), 1u);
  for (int minutes = 0; minutes < 62; ++minutes) {
    http.world.Pass(std::chrono::minutes(1));
    for (LoopbackPeer* peer : {&client, &service}) {
      peer->Send(FrameBytes(kPing, kAck, 0, "12345678"));
    }
    http.RunTurns(4);
  }
  EXPECT_EQ(http.HttpStat(http::kDownstreamCxIdleTimeout), 1u);
  EXPECT_EQ(http.ClusterStat(kUpstreamCxIdleTimeout), 1u);
}

}  // namespace
}  // namespace outrigger::test
