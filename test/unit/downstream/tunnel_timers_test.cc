// R54 of hardening.md: what ends a tunnel by time, and what does not.
#include <gtest/gtest.h>

#include "cluster/cluster_stats.h"
#include "http/http_stats.h"
#include "test/support/http_world.h"

namespace outrigger::test {
namespace {

class TunnelTimers : public ::testing::Test {
 protected:
  TunnelTimers() : client_(http_.Client()) {
    client_.Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
    service_ = http_.Service();
    EXPECT_TRUE(http_.Receives(service_, "\r\n\r\n"));
    service_.Send("HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
    EXPECT_TRUE(http_.Receives(client_, "\r\n\r\n"));
  }
  void Pass(Duration time) {
    http_.world.clock.Advance(time);
    http_.RunTurns(3);
  }
  bool is_open() const { return http_.HttpStat(http::kDownstreamCxUpgradesActive) == 1; }

  HttpWorld http_;
  LoopbackPeer client_;
  LoopbackPeer service_;
};

TEST_F(TunnelTimers, R54_AnIdleOneIsCut) {
  Pass(HttpWorld::kIdleTimeout - std::chrono::seconds(1));
  EXPECT_TRUE(is_open());
  Pass(std::chrono::seconds(2));
  EXPECT_FALSE(is_open());
  EXPECT_EQ(http_.HttpStat(http::kDownstreamRqIdleTimeout), 1u);
  Pass(std::chrono::seconds(2));  // a client that still sends is not reset at once
  EXPECT_TRUE(http_.BecomesEmpty());
}

TEST_F(TunnelTimers, BytesOfEitherSideKeepIt) {
  for (LoopbackPeer* from : {&client_, &service_}) {
    Pass(HttpWorld::kIdleTimeout - std::chrono::seconds(1));
    from->Send("x");
    EXPECT_TRUE(http_.Receives(from == &client_ ? service_ : client_, "x"));
  }
  Pass(HttpWorld::kIdleTimeout - std::chrono::seconds(1));
  EXPECT_TRUE(is_open());
}

// It counts from the end of a request: a client that has finished sending may listen on.
TEST_F(TunnelTimers, TheTimeoutOfTheRouteDoesNotEndIt) {
  client_.ShutdownWrite();
  http_.RunTurns(3);
  Pass(HttpWorld::kRouteTimeout + std::chrono::seconds(1));
  EXPECT_TRUE(is_open());
  EXPECT_EQ(http_.ClusterStat(kUpstreamRqTimeout), 0u);
}

}  // namespace
}  // namespace outrigger::test
