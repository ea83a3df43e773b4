// A TCP proxy that the control plane changes while connections go through it.
#include "test/integration/xds_fixture.h"
#include "test/support/raw_peer.h"

namespace outrigger::test {
namespace {

std::string TcpListenerBytes(const std::string& name, const std::string& cluster, uint16_t port) {
  return ListenerBytes(
      "{name: " + name +
      ", address: {socket_address: {address: 127.0.0.1, port_value: " + std::to_string(port) +
      "}}, filter_chains: [{filters: [{name: tcp, typed_config: {'@type': type.googleapis.com/"
      "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: " +
      name + ", cluster: " + cluster + "}}]}]}");
}

class XdsTcpTest : public XdsTest {
 protected:
  XdsTcpTest() {
    SetEdsCluster(ads_, "one");
    SetEdsCluster(ads_, "two");
    SetEndpoints(ads_, "one", "1", {one_.port()});
    SetEndpoints(ads_, "two", "1", {two_.port()});
  }

  void SetTcp(const std::string& version, const std::string& cluster) {
    ads_.Set(kListener, "tcp", version, TcpListenerBytes("tcp", cluster, listen_port_));
  }
  // The proxy serves `tcp`, and one connection goes to `one`.
  void StartServingTcp() {
    SetTcp("1", "one");
    StartProxy();
    ASSERT_TRUE(proxy_->WaitForStat("listener_manager.total_listeners_active", 1));
    ASSERT_TRUE(WaitFor([this] { return ConnectedTo(one_, client_, service_); }));
    SettleWire();
  }
  // A new connection that `upstream` gets; false: it came to nobody.
  bool ConnectedTo(RawListener& upstream, RawPeer& client, RawPeer& service) {
    client = RawPeer::ConnectTo(listen_port_);
    if (!client.is_connected()) return false;
    service = upstream.Accept();
    return service.Send("welcome") && client.ReadBytes(7) == "welcome";
  }
  bool GoesOn() {
    return client_.Send("ping") && service_.ReadBytes(4) == "ping" && service_.Send("pong") &&
           client_.ReadBytes(4) == "pong";
  }

  const uint16_t listen_port_ = RawListener().port();
  RawListener one_;
  RawListener two_;
  RawPeer client_;
  RawPeer service_;
};

TEST_F(XdsTcpTest, ANewClusterIsForNewConnectionsAndOldOnesGoOn) {
  StartServingTcp();
  SetTcp("2", "two");
  ASSERT_TRUE(proxy_->WaitForStat("listener_manager.listener_create_success", 2));
  RawPeer second_client;
  RawPeer second_service;
  ASSERT_TRUE(ConnectedTo(two_, second_client, second_service));
  EXPECT_TRUE(GoesOn());
}

TEST_F(XdsTcpTest, AConnectionOutlivesItsEndpointClusterAndListener) {
  StartServingTcp();
  const size_t from = ads_.request_count();
  SetEndpoints(ads_, "one", "2", {two_.port()});
  RawPeer second_client;
  RawPeer second_service;
  // It is acknowledged once workers have it; counted it is before.
  ASSERT_TRUE(ads_.WaitForAck(kEndpoints, from).has_value());
  ASSERT_TRUE(ConnectedTo(two_, second_client, second_service));
  EXPECT_TRUE(GoesOn());
  SendAndWait(Push(kListener, "gone").Remove("tcp"));
  SendAndWait(Push(kCluster, "gone too").Remove("one"));
  ASSERT_TRUE(WaitFor([this] { return !RawPeer::ConnectTo(listen_port_).is_connected(); }));
  EXPECT_TRUE(GoesOn());
  client_.Close();
  EXPECT_TRUE(service_.HasEnded());
}

TEST_F(XdsTcpTest, P13_AClusterThatIsGoneServesOnWhileAListenerNamesIt) {
  StartServingTcp();
  SendAndWait(Push(kCluster, "gone").Remove("one"));
  RawPeer second_client;
  RawPeer second_service;
  EXPECT_TRUE(ConnectedTo(one_, second_client, second_service));
}

TEST_F(XdsTcpTest, AListenerMayTurnFromTcpToHttpAndBackAndNobodyIsCut) {
  ServeBasics();
  SetRoute(ads_, "routes", "2", "two");
  StartServingTcp();
  const std::string http_bytes = ListenerBytes(ListenerYaml("tcp", "routes", listen_port_));
  SendAndWait(Push(kListener, "http").Add("tcp", "2", http_bytes));
  RawPeer http_client = RawPeer::ConnectTo(listen_port_);
  ASSERT_TRUE(http_client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  RawPeer http_service = two_.Accept();
  ASSERT_THAT(http_service.ReadUntil("\r\n\r\n"), testing::StartsWith("GET / "));
  SendAndWait(Push(kListener, "tcp").Add("tcp", "3", TcpListenerBytes("tcp", "one", listen_port_)));
  RawPeer second_client;
  RawPeer second_service;
  ASSERT_TRUE(ConnectedTo(one_, second_client, second_service));
  ASSERT_TRUE(http_service.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  const std::string answer = http_client.ReadToEnd();
  EXPECT_THAT(answer, testing::HasSubstr("\r\nconnection: close\r\n"));
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\nok"));
  EXPECT_TRUE(GoesOn());
}

}  // namespace
}  // namespace outrigger::test
