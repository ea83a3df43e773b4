// Clusters whose protocol is agreed on by each connection, or is that of the request.
#include <string>
#include <vector>

#include "test/integration/tls_fixture.h"
#include "test/support/http2_peer.h"

namespace outrigger::test {
namespace {

using testing::EndsWith;
using testing::StartsWith;

std::string ProtocolOptions(const std::string& choice) {
  return "typed_extension_protocol_options: "
         "{envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {\"@type\": "
         "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, " +
         choice + "}}";
}

class UpstreamProtocol : public TlsTest {
 protected:
  void StartNegotiating() {
    StartTlsCluster(Trust(authority_), "", ProtocolOptions("auto_config: {}"));
  }
  void StartFollowing(const std::string& choice) {
    StaticBootstrap bootstrap;
    bootstrap.cluster_fields = ProtocolOptions("use_downstream_protocol_config: " + choice);
    bootstrap.listeners[0].hcm_fields = "upgrade_configs: [{upgrade_type: websocket}]";
    StartProxy(bootstrap);
  }
  TlsPeer Service(const std::string& application_protocols = "") {
    return TlsPeer::AcceptFrom(
        upstream_, {.identity = server_, .application_protocols = application_protocols});
  }
  int64_t ClusterStat(const std::string& name) { return proxy_->Stat("cluster.service." + name); }
};

TEST_F(UpstreamProtocol, IsHttp2WhereTheServiceAgreesToIt) {
  StartNegotiating();
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kGet));
  TlsPeer service = Service("\x02h2\x08http/1.1");
  EXPECT_EQ(service.application_protocol(), "h2");
  EXPECT_EQ(service.ReadBytes(kPreface.size()), kPreface);
  EXPECT_EQ(ClusterStat("upstream_cx_http2_total"), 1);
  EXPECT_EQ(ClusterStat("upstream_cx_http1_total"), 0);
}

TEST_F(UpstreamProtocol, IsHttp1WhereTheServiceAgreesToThatOrToNothing) {
  StartNegotiating();
  for (const std::string offered : {"\x08http/1.1", ""}) {
    RawPeer client = Client();
    ASSERT_TRUE(client.Send(kGet));
    TlsPeer service = Service(offered);
    EXPECT_THAT(service.ReadUntil("\r\n\r\n"), StartsWith("GET / HTTP/1.1\r\n"));
    ASSERT_TRUE(
        service.Send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"));
    EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nok"));
  }
  EXPECT_EQ(ClusterStat("upstream_cx_http1_total"), 2);
  EXPECT_EQ(ClusterStat("upstream_cx_http2_total"), 0);
}

// One connection was thought to be enough for all of them.
TEST_F(UpstreamProtocol, EveryRequestIsServedThatWaitedForHttp2InVain) {
  StartNegotiating();
  Http2Peer client = Http2Peer::ConnectTo(port_);
  for (uint32_t i = 0; i < 4; ++i) ASSERT_TRUE(client.SendHead(2 * i + 1, GetFields(), true));
  std::vector<TlsPeer> services;
  for (int i = 0; i < 4; ++i) {
    services.push_back(Service("\x08http/1.1"));
    EXPECT_THAT(services.back().ReadUntil("\r\n\r\n"), StartsWith("GET / HTTP/1.1\r\n"));
  }
  for (TlsPeer& service : services) ASSERT_TRUE(service.Send(kOk));
  for (uint32_t i = 0; i < 4; ++i) EXPECT_EQ(client.Read(2 * i + 1).body, "ok");
  EXPECT_EQ(ClusterStat("upstream_cx_http1_total"), 4);
}

TEST_F(UpstreamProtocol, FollowsTheRequest) {
  StartFollowing("{http2_protocol_options: {}}");
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kGet));
  service_ = upstream_.Accept();
  EXPECT_THAT(service_.ReadUntil("\r\n\r\n"), StartsWith("GET / HTTP/1.1\r\n"));
  Http2Peer client2 = Http2Peer::ConnectTo(port_);
  ASSERT_TRUE(client2.SendHead(1, GetFields(), true));
  Http2Peer service2 = Http2Peer::Accept(upstream_);
  ASSERT_EQ(service2.AwaitHead(), 1u);
  ASSERT_TRUE(service2.SendHead(1, {{":status", "204"}}, true));
  EXPECT_EQ(client2.Read(1).Field(":status"), "204");
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nok"));
  // Both connections are used again, each by its own kind.
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_THAT(service_.ReadUntil("\r\n\r\n"), StartsWith("GET / HTTP/1.1\r\n"));
  EXPECT_EQ(ClusterStat("upstream_cx_http1_total"), 1);
  EXPECT_EQ(ClusterStat("upstream_cx_http2_total"), 1);
}

// HTTP/1 services need nobody's word for upgrades, HTTP/2 ones do (allow_connect).
TEST_F(UpstreamProtocol, TakesUpgradesOfTheRequestsThatItCanTakeThemFrom) {
  StartFollowing("{}");
  RawPeer client = Client();
  ASSERT_TRUE(
      client.Send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                  "Sec-WebSocket-Key: a2V5\r\n\r\n"));
  service_ = upstream_.Accept();
  EXPECT_THAT(service_.ReadUntil("\r\n\r\n"), StartsWith("GET /ws HTTP/1.1\r\n"));
}

}  // namespace
}  // namespace outrigger::test
