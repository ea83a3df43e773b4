// R75: how many connections the proxy holds, by its own limit (accepting pauses, upstream connects
// are refused) and by those that Envoy knows (who comes then is turned away). At each limit and one
// past it, beside a client that is in the midst of an answer.
#include <fmt/format.h>

#include <optional>
#include <vector>

#include "test/integration/http_fixture.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kDirect = "GET /direct HTTP/1.1\r\nHost: a\r\n\r\n";

class ConnectionLimitsTest : public HttpTest {
 protected:
  // Two listeners, of which one answers /direct without a service.
  void StartWith(std::optional<uint32_t> max_connections, const std::string& more = {},
                 const std::string& second_fields = {}) {
    StaticBootstrap bootstrap;
    bootstrap.upstream_ports = {upstream_.port()};
    bootstrap.listeners[0].fields = "stat_prefix: first";
    bootstrap.listeners[0].routes =
        "[{match: {prefix: /direct}, direct_response: {status: 200, body: {inline_string: "
        "direct}}}, {match: {prefix: /}, route: {cluster: service}}]";
    StaticListener second = bootstrap.listeners[0];
    second.name = "second";
    second.fields = "stat_prefix: second" + second_fields;
    bootstrap.listeners.push_back(second);
    bootstrap.listeners.push_back(
        {.name = "tcp", .fields = "stat_prefix: tcp", .tcp_fields = "cluster: service"});
    proxy_ = std::make_unique<RunningProxy>(bootstrap.ToYaml() + "\n" + more,
                                            RunningProxy::kWorkers, StringSet(), max_connections);
    port_ = proxy_->ListenerPort("ingress");
    ASSERT_NE(port_, 0);
  }
  using StringSet = std::set<std::string, std::less<>>;

  // A client that has had an answer, and so has a connection.
  RawPeer ServedBy(uint16_t port) {
    RawPeer client = RawPeer::ConnectTo(port);
    EXPECT_TRUE(IsServed(client));
    return client;
  }
  RawPeer Served() { return ServedBy(port_); }
  static bool IsServed(RawPeer& client) {
    return client.Send(kDirect) && client.ReadMessage().ends_with("\r\n\r\ndirect");
  }
  bool Counts(const std::string& metric, int64_t at_least) {
    return proxy_->WaitForStat(metric, at_least);
  }
};

TEST_F(ConnectionLimitsTest, R75_AtTheLimitAcceptingPausesAndGoesOnWhenOneEnds) {
  StartWith(4);
  Bystander bystander;
  bystander.Start(port_, upstream_);  // one connection downstream, one upstream
  RawPeer first = Served();
  RawPeer second = Served();
  RawPeer late = Client();  // the kernel takes it
  ASSERT_TRUE(late.Send(kDirect));
  ASSERT_TRUE(Counts("listener.first.downstream_accept_paused", 2));
  ASSERT_TRUE(Counts("server.connections_open", 4));
  EXPECT_EQ(proxy_->Stat("server.connections_max"), 4);
  EXPECT_EQ(proxy_->Stat("listener.first.downstream_cx_total"), 3);
  first.Close();
  EXPECT_THAT(late.ReadMessage(), testing::EndsWith("direct"));
  EXPECT_TRUE(IsServed(second));
  EXPECT_EQ(proxy_->Stat("listener.first.downstream_cx_overflow"), 0);
  bystander.Finish();
}

TEST_F(ConnectionLimitsTest, R75_AtTheLimitAConnectToAServiceIsAnOverflow) {
  StartWith(4);
  Bystander bystander;
  bystander.Start(port_, upstream_);
  RawPeer other = Served();
  RawPeer client = Served();
  ASSERT_TRUE(client.Send(kGet));
  const std::string answer = client.ReadMessage();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(answer, HasSubstr("reset reason: overflow"));
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_overflow"), 1);
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_connect_fail"), 0);
  ASSERT_TRUE(Counts("server.connections_open", 4));
  other.Close();
  ASSERT_TRUE(proxy_->WaitForStatBelow("server.connections_open", 4));
  EXPECT_THAT(Forwarded(client, kGet, "\r\n\r\n"), StartsWith("GET / "));
  bystander.Finish();
}

TEST_F(ConnectionLimitsTest, R75_AtTheLimitATcpConnectionThatNeedsAServiceEnds) {
  StartWith(4);
  Bystander bystander;
  bystander.Start(port_, upstream_);
  RawPeer other = Served();
  RawPeer client = RawPeer::ConnectTo(proxy_->ListenerPort("tcp"));
  EXPECT_TRUE(client.HasEnded());
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_overflow"), 1);
  EXPECT_TRUE(IsServed(other));
  bystander.Finish();
}

TEST_F(ConnectionLimitsTest, R75_WhoComesBeyondTheLimitOfAListenerIsTurnedAway) {
  StartWith({},
            "layered_runtime: {layers: [{name: a, static_layer: "
            "{envoy.resource_limits.listener.ingress.connection_limit: 3}}]}");
  Bystander bystander;
  bystander.Start(port_, upstream_);
  RawPeer first = Served();
  RawPeer second = Served();
  for (int i = 1; i <= 5; ++i) {
    EXPECT_TRUE(Client().HasEnded());
    EXPECT_TRUE(Counts("listener.first.downstream_cx_overflow", i));
  }
  EXPECT_EQ(proxy_->Stat("listener.first.downstream_cx_total"), 3);
  ServedBy(proxy_->ListenerPort("second"));
  first.Close();
  ASSERT_TRUE(Counts("listener.first.downstream_cx_destroy", 1));
  Served();
  bystander.Finish();
}

void ExpectGlobalLimit(RunningProxy& proxy, uint16_t port, uint16_t exempt_port) {
  for (int i = 1; i <= 5; ++i) {
    EXPECT_TRUE(RawPeer::ConnectTo(port).HasEnded());
    EXPECT_TRUE(proxy.WaitForStat("listener.first.downstream_global_cx_overflow", i));
    RawPeer exempt = RawPeer::ConnectTo(exempt_port);
    EXPECT_TRUE(exempt.Send(kDirect));
    EXPECT_THAT(exempt.ReadMessage(), testing::EndsWith("direct"));
  }
  EXPECT_EQ(proxy.Stat("listener.first.downstream_cx_overflow"), 0);
  EXPECT_EQ(proxy.Stat("listener.second.downstream_global_cx_overflow"), 0);
}

TEST_F(ConnectionLimitsTest, R75_WhoComesBeyondTheLimitOfAllListenersIsTurnedAway) {
  const std::string monitor =
      "overload_manager: {resource_monitors: [{name: connections, typed_config: {\"@type\": "
      "type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3."
      "DownstreamConnectionsConfig, max_active_downstream_connections: 2}}]}";
  const std::string runtime =
      "layered_runtime: {layers: [{name: a, static_layer: "
      "{overload.global_downstream_max_connections: 2}}]}";
  for (const std::string& way : {monitor, runtime}) {
    StartWith({}, way, ", ignore_global_conn_limit: true");
    Bystander bystander;
    bystander.Start(port_, upstream_);
    RawPeer other = Served();
    ExpectGlobalLimit(*proxy_, port_, proxy_->ListenerPort("second"));
    other.Close();
    ASSERT_TRUE(Counts("listener.first.downstream_cx_destroy", 1));
    Served();
    bystander.Finish();
  }
}

}  // namespace
}  // namespace outrigger::test
