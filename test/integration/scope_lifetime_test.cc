// R61: the numbers of a listener and of a cluster that are gone live as long as a connection counts
// in them, however often they are listed meanwhile.
#include "test/integration/xds_fixture.h"
#include "test/support/raw_peer.h"

namespace outrigger::test {
namespace {

using testing::EndsWith;
using testing::StartsWith;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr int kLists = 20;  // the first one after the removal lets go of what nobody holds

class ScopeLifetimeTest : public XdsTest {
 protected:
  // Two listeners of one kind; "gone" leads to cluster "c" and its service, which the test plays.
  void StartWithTwo() {
    SetEdsCluster(ads_, "c");
    SetEndpoints(ads_, "c", "1", {service_.port()});
    SetRoute(ads_, "to-c", "1", "c");
    SetListenerYaml(ads_, "1", ListenerYaml("gone", "to-c") + "stat_prefix: gone\n");
    StartServing();
    ASSERT_TRUE(proxy_->WaitForStat("listener_manager.total_listeners_active", 2));
    gone_port_ = proxy_->ListenerPort("gone");
  }
  // An exchange of which half the response is there, through what is then removed.
  void StartExchange() {
    client_ = RawPeer::ConnectTo(gone_port_);
    ASSERT_TRUE(client_.Send(kGet));
    upstream_ = service_.Accept();
    ASSERT_THAT(upstream_.ReadUntil("\r\n\r\n"), StartsWith("GET / "));
    ASSERT_TRUE(upstream_.Send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nleft"));
    ASSERT_THAT(client_.ReadUntil("left"), EndsWith("\r\n\r\nleft"));
  }
  void RemoveBoth() {
    SendAndWait(Push(kListener, "no listener").Remove("gone"));
    SendAndWait(Push(kCluster, "no cluster").Remove("c"));
    ASSERT_TRUE(proxy_->WaitForStatBelow("listener_manager.total_listeners_active", 2));
    ASSERT_TRUE(proxy_->WaitForStatBelow("cluster_manager.active_clusters", 4));
  }
  void ExpectCounted(const std::string& metric, int64_t value) {
    for (int i = 0; i < kLists; ++i) ASSERT_EQ(proxy_->Stat(metric), value) << metric;
  }
  // Workers let go of what has ended with the next change of the configuration.
  void ExpectForgotten(const std::string& metric) {
    EXPECT_TRUE(WaitFor([&] {
      SetEndpoints(ads_, "b", std::to_string(changes_), {++changes_});
      return proxy_->Stat(metric) == -1;
    })) << metric;
  }

  RawListener service_;
  RawPeer client_;
  RawPeer upstream_;
  uint16_t gone_port_ = 0;
  uint16_t changes_ = 1;
};

TEST_F(ScopeLifetimeTest, R61_AnExchangeIsCountedToItsEndInWhatIsGone) {
  StartWithTwo();
  StartExchange();
  RemoveBoth();
  ExpectCounted("listener.gone.downstream_cx_active", 1);
  ExpectCounted("http.gone.downstream_rq_active", 1);
  ExpectCounted("cluster.c.upstream_rq_active", 1);
  EXPECT_EQ(Body(), "a");
  ASSERT_TRUE(upstream_.Send("over"));
  EXPECT_EQ(client_.ReadBytes(4), "over");
  EXPECT_TRUE(client_.HasEnded());
  for (const char* metric : {"listener.gone.downstream_cx_active", "http.gone.downstream_rq_active",
                             "cluster.c.upstream_rq_active"}) {
    ExpectForgotten(metric);
  }
  EXPECT_EQ(Body(), "a");
}

TEST_F(ScopeLifetimeTest, R61_AResetClientIsCountedInWhatIsGone) {
  StartWithTwo();
  StartExchange();
  RemoveBoth();
  ExpectCounted("cluster.c.upstream_cx_active", 1);
  client_.Reset();
  EXPECT_TRUE(upstream_.HasEnded());
  ExpectForgotten("cluster.c.upstream_cx_active");
  ExpectForgotten("listener.gone.downstream_cx_active");
  EXPECT_EQ(Body(), "a");
}

TEST_F(ScopeLifetimeTest, R61_WhatComesBackGoesOnCountingWhereItWas) {
  StartWithTwo();
  StartExchange();
  RemoveBoth();
  SetEdsCluster(ads_, "c", "2");
  SetListenerYaml(ads_, "2", ListenerYaml("gone", "to-c") + "stat_prefix: gone\n");
  ASSERT_TRUE(proxy_->WaitForStat("listener_manager.total_listeners_active", 2));
  ExpectCounted("listener.gone.downstream_cx_active", 1);
  ExpectCounted("cluster.c.upstream_rq_active", 1);
  EXPECT_EQ(proxy_->Stat("listener.gone.downstream_cx_total"), 1);
  ASSERT_TRUE(upstream_.Send("over"));
  EXPECT_EQ(client_.ReadBytes(4), "over");
  EXPECT_TRUE(proxy_->WaitForStatBelow("cluster.c.upstream_rq_active", 1));
}

TEST_F(ScopeLifetimeTest, R61_ATcpConnectionIsCountedToItsEndInWhatIsGone) {
  SetEdsCluster(ads_, "c");
  SetEndpoints(ads_, "c", "1", {service_.port()});
  SetListenerYaml(
      ads_, "1",
      "{name: gone, stat_prefix: gone, address: {socket_address: {address: 127.0.0.1, port_value: "
      "0}}, filter_chains: [{filters: [{name: tcp, typed_config: {'@type': type.googleapis.com/"
      "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: gone, cluster: "
      "c}}]}]}");
  StartServing();
  ASSERT_TRUE(proxy_->WaitForStat("listener_manager.total_listeners_active", 2));
  client_ = RawPeer::ConnectTo(proxy_->ListenerPort("gone"));
  upstream_ = service_.Accept();
  ASSERT_TRUE(upstream_.Send("left") && client_.ReadBytes(4) == "left");
  RemoveBoth();
  ExpectCounted("tcp.gone.downstream_cx_tx_bytes_total", 4);
  ExpectCounted("cluster.c.upstream_cx_active", 1);
  ASSERT_TRUE(upstream_.Send("over"));
  EXPECT_EQ(client_.ReadBytes(4), "over");
  client_.Close();
  EXPECT_TRUE(upstream_.HasEnded());
  upstream_.Close();
  ExpectForgotten("tcp.gone.downstream_cx_tx_bytes_total");
  ExpectForgotten("cluster.c.upstream_cx_active");
  EXPECT_EQ(Body(), "a");
}

}  // namespace
}  // namespace outrigger::test
