// A TCP connection through the proxy, on a loop whose time the test makes: ends, resets, timeouts,
// what an endpoint that cannot be reached means, and what a change of the configuration does not.
#include "downstream/tcp_relay.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "cluster/cluster_stats.h"
#include "snapshot/listener_stats.h"
#include "snapshot/tcp_stats.h"
#include "test/support/http_world.h"

namespace outrigger::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class TcpRelayTest : public ::testing::Test {
 protected:
  void Start(TcpOptions options = {}, CircuitLimits limits = {}) {
    tcp_ = std::make_unique<HttpWorld>(std::move(options), limits);
  }
  // A client and its service, which have heard of each other.
  void Connect() {
    client_ = tcp_->Client();
    service_ = tcp_->Service();
    client_.Send("hello");
    ASSERT_TRUE(tcp_->Receives(service_, "hello"));
    service_.Send("welcome");
    ASSERT_TRUE(tcp_->Receives(client_, "welcome"));
  }
  [[nodiscard]] bool Ends(LoopbackPeer& peer) {
    return tcp_->world.RunUntil([&] { return !peer.Receive(); });
  }

  std::unique_ptr<HttpWorld> tcp_;
  LoopbackPeer client_;
  LoopbackPeer service_;
};

TEST_F(TcpRelayTest, BytesAreCountedWhileTheConnectionGoesOn) {
  Start();
  Connect();
  client_.Send("more");
  ASSERT_TRUE(tcp_->Receives(service_, "more"));
  EXPECT_EQ(tcp_->TcpStat(kTcpCxTotal), 1u);
  EXPECT_EQ(tcp_->TcpStat(kTcpCxRxBytesTotal), 9u);
  EXPECT_EQ(tcp_->TcpStat(kTcpCxTxBytesTotal), 7u);
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxRxBytesTotal), 7u);
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxActive), 1u);
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamRqActive), 1u);
  client_.Close();
  ASSERT_TRUE(Ends(service_));
  service_.Close();
  EXPECT_TRUE(tcp_->BecomesEmpty());
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxTxBytesTotal), 9u);
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxActive), 0u);
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamRqActive), 0u);
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamRqPendingActive), 0u);
  EXPECT_EQ(tcp_->ListenerStat(kListenerCxActive), 0u);
}

TEST_F(TcpRelayTest, R55_AResetOfEitherSideResetsTheOther) {
  Start();
  Connect();
  client_.Reset();
  ASSERT_TRUE(Ends(service_));
  EXPECT_TRUE(service_.saw_reset());
  EXPECT_TRUE(tcp_->BecomesEmpty());
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxDestroyLocalWithActiveRq), 1u);
  Connect();
  service_.Reset();
  ASSERT_TRUE(Ends(client_));
  EXPECT_TRUE(client_.saw_reset());
  EXPECT_TRUE(tcp_->BecomesEmpty());
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxDestroyRemoteWithActiveRq), 1u);
}

TEST_F(TcpRelayTest, R55_WhatWasSaidBeforeAResetIsHeard) {
  Start();
  Connect();
  client_.ClearReceived();
  service_.Send("last words");
  service_.Reset();
  ASSERT_TRUE(Ends(client_));
  EXPECT_EQ(client_.received(), "last words");
  EXPECT_TRUE(client_.saw_reset());
}

TEST_F(TcpRelayTest, R55_AResetReachesThePeerOfAHalfClosedConnection) {
  Start();
  Connect();
  client_.ShutdownWrite();
  ASSERT_TRUE(Ends(service_));
  EXPECT_FALSE(service_.saw_reset());
  service_.Reset();
  ASSERT_TRUE(Ends(client_));
  EXPECT_TRUE(client_.saw_reset());
  EXPECT_TRUE(tcp_->BecomesEmpty());
}

TEST_F(TcpRelayTest, AnEndOfOneSideIsPassedOnAndTheOtherGoesOn) {
  Start();
  Connect();
  service_.ShutdownWrite();
  ASSERT_TRUE(Ends(client_));
  EXPECT_TRUE(client_.saw_eof());
  client_.Send("after the end");
  ASSERT_TRUE(tcp_->Receives(service_, "after the end"));
  client_.ShutdownWrite();
  ASSERT_TRUE(Ends(service_));
  EXPECT_TRUE(service_.saw_eof());
  EXPECT_TRUE(tcp_->BecomesEmpty());
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxDestroyLocal), 1u) << "the client ended last";
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxDestroyRemote), 0u);
}

TEST_F(TcpRelayTest, AServiceThatEndsLastHasEndedItsConnection) {
  Start();
  Connect();
  client_.ShutdownWrite();
  ASSERT_TRUE(Ends(service_));
  service_.ShutdownWrite();
  EXPECT_TRUE(tcp_->BecomesEmpty());
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxDestroyRemote), 1u);
}

TEST_F(TcpRelayTest, ASilentConnectionEndsAfterTheIdleTimeout) {
  Start({.idle_timeout = minutes(1)});
  Connect();
  tcp_->world.Pass(seconds(50));
  service_.Send("still here");
  ASSERT_TRUE(tcp_->Receives(client_, "still here"));
  tcp_->world.Pass(seconds(50));
  EXPECT_EQ(tcp_->TcpStat(kTcpIdleTimeout), 0u);
  tcp_->world.Pass(seconds(11));
  ASSERT_TRUE(Ends(client_));
  ASSERT_TRUE(Ends(service_));
  EXPECT_TRUE(client_.saw_eof());
  EXPECT_TRUE(tcp_->BecomesEmpty());
  EXPECT_EQ(tcp_->TcpStat(kTcpIdleTimeout), 1u);
}

TEST_F(TcpRelayTest, WithoutAnIdleTimeoutSilenceLasts) {
  Start({.idle_timeout = Duration::zero()});
  Connect();
  tcp_->world.Pass(std::chrono::hours(100));
  service_.Send("still here");
  EXPECT_TRUE(tcp_->Receives(client_, "still here"));
}

TEST_F(TcpRelayTest, ABusyConnectionEndsAfterItsLongestLife) {
  Start({.max_connection_duration = minutes(1)});
  Connect();
  tcp_->world.Pass(seconds(59));
  service_.Send("last words");
  ASSERT_TRUE(tcp_->Receives(client_, "last words"));
  tcp_->world.Pass(seconds(2));
  ASSERT_TRUE(Ends(client_));
  ASSERT_TRUE(Ends(service_));
  EXPECT_TRUE(tcp_->BecomesEmpty());
  EXPECT_EQ(tcp_->TcpStat(kTcpMaxConnectionDuration), 1u);
}

TEST_F(TcpRelayTest, WhoEndedAtOnceIsStillHeardByAServiceThatReadsLate) {
  Start();
  client_ = tcp_->Client();
  service_ = tcp_->Service();
  tcp_->RunTurns(5);
  const std::string request(3'000'000, 'x');
  std::string_view rest = request;
  service_.ShutdownWrite();
  ASSERT_TRUE(Ends(client_));
  while (!rest.empty()) {
    rest.remove_prefix(client_.Send(rest));
    tcp_->RunTurns(1);
    service_.Receive();
  }
  client_.Close();
  ASSERT_TRUE(Ends(service_));
  EXPECT_EQ(service_.received().size(), request.size());
  EXPECT_TRUE(tcp_->BecomesEmpty());
}

TEST_F(TcpRelayTest, AnEndpointThatDoesNotAnswerIsGivenUp) {
  LoopbackListener hangs(LoopbackListener::Mode::kHangs);
  Start();
  tcp_->Publish({hangs.address()});
  client_ = tcp_->Client();
  client_.Send(std::string(1'000'000, 'x'));
  tcp_->RunTurns(5);
  EXPECT_EQ(tcp_->world.slabs.slabs_out(), 0u);  // nothing is read before it is connected
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamRqPendingActive), 1u);
  tcp_->world.Pass(seconds(6));
  ASSERT_TRUE(Ends(client_));
  EXPECT_TRUE(tcp_->BecomesEmpty());
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxConnectTimeout), 1u);
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxConnectAttemptsExceeded), 1u);
}

TEST_F(TcpRelayTest, AClientThatGoesWhileItsEndpointConnectsTakesItAlong) {
  LoopbackListener hangs(LoopbackListener::Mode::kHangs);
  Start();
  tcp_->Publish({hangs.address()});
  client_ = tcp_->Client();
  tcp_->RunTurns(5);
  client_.Reset();
  EXPECT_TRUE(tcp_->BecomesEmpty());
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxConnectFail), 0u);
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamRqCancelled), 1u);
}

TEST_F(TcpRelayTest, ASecondAttemptGoesToAnotherEndpoint) {
  const LoopbackListener refuses(LoopbackListener::Mode::kRefuses);
  Start({.max_connect_attempts = 2});
  tcp_->Publish({refuses.address(), tcp_->service_address()});
  for (int i = 0; i < 8; ++i) {
    Connect();
    client_.Close();
    service_.Close();
    ASSERT_TRUE(tcp_->BecomesEmpty());
  }
  EXPECT_GE(tcp_->ClusterStat(kUpstreamCxConnectFail), 2u);
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxConnectAttemptsExceeded), 0u);
}

TEST_F(TcpRelayTest, ASecondAttemptAvoidsTheFailedEndpointHoweverManyTakeTurns) {
  const LoopbackListener refuses(LoopbackListener::Mode::kRefuses);
  Start({.max_connect_attempts = 2});
  tcp_->Publish({refuses.address(), tcp_->service_address()});
  // Both are accepted in one turn: who is refused is next in turn at the same endpoint.
  LoopbackPeer first = tcp_->Client();
  LoopbackPeer second = tcp_->Client();
  LoopbackPeer first_service = tcp_->Service();
  LoopbackPeer second_service = tcp_->Service();
  ASSERT_TRUE(second_service.is_open());
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxConnectFail), 1u);
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxConnectAttemptsExceeded), 0u);
}

TEST_F(TcpRelayTest, WithoutAnEndpointTheClientIsClosed) {
  Start();
  tcp_->Publish({});
  client_ = tcp_->Client();
  ASSERT_TRUE(Ends(client_));
  EXPECT_TRUE(client_.saw_eof());
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxNoneHealthy), 1u);
  EXPECT_TRUE(tcp_->BecomesEmpty());
}

TEST_F(TcpRelayTest, WithoutAClusterTheClientIsClosedAndCounted) {
  Start();
  tcp_->PublishNothing();
  client_ = tcp_->Client();
  ASSERT_TRUE(Ends(client_));
  EXPECT_EQ(tcp_->TcpStat(kTcpCxNoRoute), 1u);
  EXPECT_TRUE(tcp_->BecomesEmpty());
}

TEST_F(TcpRelayTest, ConnectionsBeyondTheLimitAreClosed) {
  Start({}, {.max_connections = 1});
  Connect();
  LoopbackPeer second = tcp_->Client();
  ASSERT_TRUE(Ends(second));
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxOverflow), 1u);
  client_.Reset();
  ASSERT_TRUE(tcp_->BecomesEmpty());
  Connect();
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxOverflow), 1u);
}

TEST_F(TcpRelayTest, ConnectsBeyondTheLimitOfWaitingOnesAreClosed) {
  Start({}, {.max_pending_requests = 0});
  client_ = tcp_->Client();
  ASSERT_TRUE(Ends(client_));
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamRqPendingOverflow), 1u);
  EXPECT_EQ(tcp_->ClusterStat(kUpstreamCxTotal), 0u);
}

TEST_F(TcpRelayTest, AConnectionOutlivesItsEndpointAndItsCluster) {
  Start();
  Connect();
  tcp_->Publish({});
  tcp_->PublishNothing();
  client_.Send("still there?");
  ASSERT_TRUE(tcp_->Receives(service_, "still there?"));
  service_.Send("yes");
  EXPECT_TRUE(tcp_->Receives(client_, "yes"));
}

TEST_F(TcpRelayTest, AConnectionWhoseListenerIsGoneEndsAfterTheDrainTime) {
  Start();
  Connect();
  tcp_->PublishWithoutListener();
  tcp_->world.Pass(minutes(9));
  service_.Send("still here");
  ASSERT_TRUE(tcp_->Receives(client_, "still here"));
  tcp_->world.Pass(minutes(2));
  ASSERT_TRUE(Ends(client_));
  ASSERT_TRUE(Ends(service_));
  EXPECT_TRUE(tcp_->BecomesEmpty());
  EXPECT_EQ(tcp_->TcpStat(kTcpMaxConnectionDuration), 0u);
}

}  // namespace
}  // namespace outrigger::test
