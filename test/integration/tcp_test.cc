// TCP through the whole proxy: bytes as they are, ends and resets as they come, endpoints that
// refuse, limits, changes of the configuration meanwhile.
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "test/integration/http_fixture.h"
#include "test/support/http_client.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;

class TcpTest : public HttpTest {
 protected:
  // A listener with this TCP proxy in front of `upstream_`, unless the bootstrap names others.
  void StartProxy(const std::string& tcp_fields, StaticBootstrap bootstrap = {}) {
    bootstrap.listeners[0].tcp_fields = tcp_fields;
    HttpTest::StartProxy(bootstrap);
  }
  // A client and its service, which have heard of each other.
  void Connect(RawPeer& client, RawPeer& service) {
    client = Client();
    ASSERT_TRUE(client.Send("hello"));
    service = upstream_.Accept();
    ASSERT_EQ(service.ReadBytes(5), "hello");
    ASSERT_TRUE(service.Send("welcome"));
    ASSERT_EQ(client.ReadBytes(7), "welcome");
  }

  RawPeer client_;
};

TEST_F(TcpTest, BytesPassBothWaysAsTheyAre) {
  StartProxy("cluster: service");
  Connect(client_, service_);
  std::string bytes(300'000, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 + i / 251);
  std::thread echo([&] { EXPECT_TRUE(service_.Send(service_.ReadBytes(bytes.size()))); });
  EXPECT_TRUE(client_.Send(bytes));
  EXPECT_EQ(client_.ReadBytes(bytes.size()), bytes);
  echo.join();
  EXPECT_TRUE(proxy_->WaitForStat("tcp.ingress.downstream_cx_tx_bytes_total", 300'007));
  EXPECT_EQ(proxy_->Stat("tcp.ingress.downstream_cx_rx_bytes_total"), 300'005);
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_rx_bytes_total"), 300'007);
  EXPECT_EQ(proxy_->Stat("tcp.ingress.downstream_cx_total"), 1);
}

TEST_F(TcpTest, P36_AServiceThatSpeaksFirstIsHeard) {
  StartProxy("cluster: service");
  client_ = Client();
  service_ = upstream_.Accept();
  ASSERT_TRUE(service_.Send("220 ready\r\n"));
  EXPECT_EQ(client_.ReadUntil("\r\n"), "220 ready\r\n");
}

TEST_F(TcpTest, R55_AClientMayFinishAndStillListen) {
  StartProxy("cluster: service");
  Connect(client_, service_);
  ASSERT_TRUE(client_.Send("the last question"));
  client_.ShutdownWrite();
  EXPECT_EQ(service_.ReadToEnd(), "the last question");
  EXPECT_FALSE(service_.WasReset());
  ASSERT_TRUE(service_.Send("the answer"));
  service_.Close();
  EXPECT_EQ(client_.ReadToEnd(), "the answer");
  EXPECT_FALSE(client_.WasReset());
  EXPECT_TRUE(proxy_->WaitForStatBelow("cluster.service.upstream_cx_active", 1));
}

TEST_F(TcpTest, R55_AServiceMayFinishAndStillListen) {
  StartProxy("cluster: service");
  Connect(client_, service_);
  ASSERT_TRUE(service_.Send("no more of me"));
  service_.ShutdownWrite();
  EXPECT_EQ(client_.ReadToEnd(), "no more of me");
  EXPECT_FALSE(client_.WasReset());
  ASSERT_TRUE(client_.Send("but of me"));
  client_.Close();
  EXPECT_EQ(service_.ReadToEnd(), "but of me");
  EXPECT_FALSE(service_.WasReset());
  EXPECT_TRUE(proxy_->WaitForStatBelow("cluster.service.upstream_cx_active", 1));
}

TEST_F(TcpTest, R55_AResetByTheClientReachesTheService) {
  StartProxy("cluster: service");
  Connect(client_, service_);
  client_.Reset();
  EXPECT_TRUE(service_.WasReset());
}

TEST_F(TcpTest, R55_AResetByTheServiceReachesTheClient) {
  StartProxy("cluster: service");
  Connect(client_, service_);
  service_.Reset();
  EXPECT_TRUE(client_.WasReset());
}

TEST_F(TcpTest, ConnectionsAreSharedOutByWeight) {
  RawListener rare;
  StartProxy("weighted_clusters: {clusters: [{name: service, weight: 3}, {name: rare, weight: 1}]}",
             {.more_clusters = {{"rare", rare.port()}}});
  constexpr int kConnections = 100;
  for (int i = 0; i < kConnections; ++i) {
    RawPeer client = Client();
    ASSERT_TRUE(client.is_connected());
  }
  ASSERT_TRUE(proxy_->WaitForStat("tcp.ingress.downstream_cx_total", kConnections));
  const int64_t often = proxy_->Stat("cluster.service.upstream_cx_total");
  const int64_t seldom = proxy_->Stat("cluster.rare.upstream_cx_total");
  EXPECT_EQ(often + seldom, kConnections);
  // More than five standard deviations from what is due to each, 75 and 25.
  EXPECT_GT(often, 50);
  EXPECT_GT(seldom, 2);
}

TEST_F(TcpTest, AClientIsClosedWhenItsServiceRefuses) {
  uint16_t refused = RawListener().port();
  StartProxy("cluster: service", {.upstream_ports = {refused}});
  client_ = Client();
  EXPECT_TRUE(client_.HasEnded());
  EXPECT_FALSE(client_.WasReset());
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_connect_fail"), 1);
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_connect_attempts_exceeded"), 1);
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_destroy"), 1);
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_active"), 0);
}

TEST_F(TcpTest, ASecondEndpointIsTriedWhenTheFirstRefuses) {
  uint16_t refused = RawListener().port();
  StartProxy("cluster: service, max_connect_attempts: 2",
             {.upstream_ports = {refused, upstream_.port()}});
  for (int i = 0; i < 8; ++i) {
    ASSERT_NO_FATAL_FAILURE(Connect(client_, service_));
  }
  EXPECT_GT(proxy_->Stat("cluster.service.upstream_cx_connect_fail"), 0);
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_connect_attempts_exceeded"), 0);
}

TEST_F(TcpTest, AClientIsClosedWhenItsClusterIsUnknown) {
  StartProxy("cluster: nobody");
  client_ = Client();
  EXPECT_TRUE(client_.HasEnded());
  EXPECT_EQ(proxy_->Stat("tcp.ingress.downstream_cx_no_route"), 1);
}

TEST_F(TcpTest, AConnectionBeyondTheCircuitBreakerIsClosed) {
  StartProxy("cluster: service",
             {.cluster_fields = "circuit_breakers: {thresholds: [{max_connections: 1}]}"});
  Connect(client_, service_);
  for (int i = 0; i < 4; ++i) {
    RawPeer refused = Client();
    EXPECT_TRUE(refused.HasEnded());
  }
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_overflow"), 4);
  client_.Reset();
  EXPECT_TRUE(proxy_->WaitForStatBelow("cluster.service.upstream_cx_active", 1));
  Connect(client_, service_);
}

TEST_F(TcpTest, ASilentConnectionIsClosedAfterTheIdleTimeout) {
  StartProxy("cluster: service, idle_timeout: 0.05s");
  client_ = Client();
  service_ = upstream_.Accept();
  EXPECT_TRUE(client_.HasEnded());
  EXPECT_TRUE(service_.HasEnded());
  EXPECT_EQ(proxy_->Stat("tcp.ingress.idle_timeout"), 1);
}

TEST_F(TcpTest, PrometheusHasThePrefixAsALabel) {
  StartProxy("cluster: service");
  Connect(client_, service_);
  HttpClient admin(proxy_->admin_port());
  const auto page = admin.Get("/stats/prometheus");
  ASSERT_TRUE(page.has_value());
  EXPECT_THAT(page->body, HasSubstr("envoy_tcp_downstream_cx_total{envoy_tcp_prefix=\"ingress\"} "
                                    "1\n"));
}

TEST_F(TcpTest, F22_TheGracefulEndWaitsForTheConnection) {
  StartProxy("cluster: service");
  Connect(client_, service_);
  FinishNeighbour();
  proxy_->Drain();
  ASSERT_TRUE(proxy_->WaitForStat("listener_manager.total_listeners_draining", 1));
  ASSERT_TRUE(client_.Send("not yet"));
  EXPECT_EQ(service_.ReadBytes(7), "not yet");
  EXPECT_FALSE(proxy_->has_ended());
  client_.Close();
  service_.Close();
  EXPECT_TRUE(proxy_->WaitForEnd());
}

TEST_F(TcpTest, P33_TheGracefulEndWaitsForOutboundConnectionsToo) {
  StaticBootstrap bootstrap;
  bootstrap.listeners[0].fields = "traffic_direction: OUTBOUND";
  StartProxy("cluster: service", bootstrap);
  Connect(client_, service_);
  FinishNeighbour();
  proxy_->Drain();
  ASSERT_TRUE(proxy_->WaitForStat("server.state", 1));
  ASSERT_TRUE(client_.Send("not yet"));
  EXPECT_EQ(service_.ReadBytes(7), "not yet");
  EXPECT_FALSE(proxy_->has_ended());
  client_.Close();
  service_.Close();
  EXPECT_TRUE(proxy_->WaitForEnd());
}

}  // namespace
}  // namespace outrigger::test
