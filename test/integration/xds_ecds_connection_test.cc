// Network and listener filters whose configurations come by themselves (ECDS): when they come,
// change, go, or are wrong, and what becomes of the connections that passed them.
#include "test/integration/ecds_fixture.h"
#include "test/support/raw_peer.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string TypeUrl(std::string_view name) {
  return fmt::format("type.googleapis.com/envoy.extensions.filters.{}", name);
}
const std::string kRbac = TypeUrl("network.rbac.v3.RBAC");
const std::string kTcp = TypeUrl("network.tcp_proxy.v3.TcpProxy");
const std::string kHcm = TypeUrl("network.http_connection_manager.v3.HttpConnectionManager");
const std::string kInspector = TypeUrl("listener.tls_inspector.v3.TlsInspector");

std::string Judges(const std::string& action, const std::string& who = "any: true") {
  return fmt::format(
      "{{'@type': {}, stat_prefix: who., rules: {{action: {}, policies: {{p: {{permissions: "
      "[{{any: true}}], principals: [{{{}}}]}}}}}}}}",
      kRbac, action, who);
}
std::string RelaysTo(const std::string& cluster) {
  return fmt::format("{{'@type': {}, stat_prefix: relay, cluster: {}}}", kTcp, cluster);
}
const std::string kServes = fmt::format(
    "{{'@type': {}, stat_prefix: http, rds: {{route_config_name: routes, config_source: {{ads: "
    "{{}}}}}}, http_filters: [{{name: router, typed_config: {{'@type': {}}}}}]}}",
    kHcm, kRouterUrl);

// In the place of a network or listener filter.
std::string DiscoveredAs(const std::string& types, const std::string& fields = "") {
  return fmt::format(
      "{{name: f, config_discovery: {{config_source: {{ads: {{}}, initial_fetch_timeout: 0s}}, "
      "type_urls: [{}]{}}}}}",
      types, fields.empty() ? "" : ", " + fields);
}
std::string Plain(const std::string& content) {
  return fmt::format("{{name: plain, typed_config: {}}}", content);
}

class XdsEcdsConnectionTest : public EcdsTest {
 protected:
  void StartWith(const std::string& filters, const std::string& fields = "") {
    ServeBasics();
    SetListenerYaml(
        ads_, "1",
        fmt::format("{{name: ingress, stat_prefix: in, address: {{socket_address: {{address: "
                    "127.0.0.1, port_value: 0}}}}, filter_chains: [{{filters: [{}]}}]{}}}",
                    filters, fields.empty() ? "" : ", " + fields));
    StartProxy();
  }
  // It serves with that content of the filter.
  void StartServingWith(const std::string& filters, const std::string& content,
                        const std::string& fields = "") {
    SetExtension("f", content);
    StartWith(filters, fields);
    StartListening();
    ASSERT_TRUE(WaitForBody("/", "a"));
    SettleWire();
  }
  int64_t CountedOf(const std::string& place, const std::string& metric) {
    return proxy_->Stat(fmt::format("extension_config_discovery.{}.f.{}", place, metric));
  }
  // Nobody gets an answer, on any worker.
  bool WaitUntilNobodyPasses(const std::string& metric) {
    const std::string full = "listener.in." + metric;
    return WaitFor([&] {
      const int64_t before = proxy_->Stat(full);
      for (int i = 0; i < 8; ++i) {
        if (Body() == "a") return false;
      }
      return proxy_->Stat(full) >= before + 8;
    });
  }
  void Remove() { SendAndWait(Push(kExtension, "remove").Remove("f")); }
};

TEST_F(XdsEcdsConnectionTest, X51_AListenerWaitsForItsNetworkFilters) {
  StaticBootstrap bootstrap{.upstream_ports = {backend_a_.port()}, .ads_port = ads_.port()};
  bootstrap.listeners[0].tcp_fields = "cluster: service";
  bootstrap.listeners[0].network_filters = DiscoveredAs(kRbac);
  ads_.HoldAnswers(true);
  StartProxy(bootstrap.ToYaml());
  EXPECT_THAT(FirstAsk(kExtension).resource_names_subscribe(), testing::ElementsAre("f"));
  EXPECT_THAT(AdminPage("/init_dump"), HasSubstr("filter configuration f"));
  SetExtension("f", Judges("ALLOW"));
  ads_.HoldAnswers(false);
  StartListening();
  EXPECT_TRUE(WaitForBody("/", "a"));
  EXPECT_GT(proxy_->Stat("who.rbac.allowed"), 0);
  EXPECT_EQ(CountedOf("network_filter", "config_reload"), 1);
  EXPECT_THAT(AdminPage("/stats/prometheus"),
              HasSubstr("\nenvoy_extension_config_discovery_network_filter_f_config_reload{} 1\n"));
}

TEST_F(XdsEcdsConnectionTest, P9_AConnectionGoesOnThroughAChange) {
  StartServingWith(DiscoveredAs(kRbac) + ", " + Plain(kServes), Judges("ALLOW"));
  HttpClient client(port_);
  EXPECT_EQ(BodyFrom(client), "a");
  SendExtension("2", "f",
                Judges("ALLOW", "direct_remote_ip: {address_prefix: 127.0.0.1, prefix_len: 32}"));
  ASSERT_TRUE(proxy_->WaitForStat("listener_manager.listener_create_success", 2));
  EXPECT_EQ(BodyFrom(client), "a");
  EXPECT_EQ(client.connections(), 1);
  EXPECT_EQ(proxy_->Stat("listener_manager.listener_modified"), 0);
}

TEST_F(XdsEcdsConnectionTest, P9_WhoWouldNotBeLetInAnyMoreIsClosed) {
  StartServingWith(DiscoveredAs(kRbac) + ", " + Plain(kServes), Judges("ALLOW"));
  RawPeer client = RawPeer::ConnectTo(port_);
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200 "));
  SendExtension("2", "f", Judges("DENY"));
  EXPECT_TRUE(client.HasEnded());
  EXPECT_TRUE(WaitFor([&] { return Body() != "a"; }));
}

TEST_F(XdsEcdsConnectionTest, WhatEndsTheChainMayComeByItself) {
  StartServingWith(DiscoveredAs(kTcp + ", " + kHcm), RelaysTo("a"));
  SendExtension("2", "f", RelaysTo("b"));
  EXPECT_TRUE(WaitForBody("/", "b"));
  SendExtension("3", "f", kServes);
  EXPECT_TRUE(WaitForBody("/", "a"));
  EXPECT_TRUE(proxy_->WaitForStat("http.http.downstream_rq_total", 1));
}

TEST_F(XdsEcdsConnectionTest, ARelayGoesOnThroughAChangeOfItsFilter) {
  StartServingWith(DiscoveredAs(kTcp), RelaysTo("a"));
  HttpClient client(port_);
  EXPECT_EQ(BodyFrom(client), "a");
  SendExtension("2", "f", RelaysTo("b"));
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_EQ(BodyFrom(client), "a");
  EXPECT_EQ(client.connections(), 1);
}

TEST_F(XdsEcdsConnectionTest, WithoutAConfigurationNobodyPasses) {
  StartServingWith(DiscoveredAs(kRbac) + ", " + Plain(kServes), Judges("ALLOW"));
  RawPeer client = RawPeer::ConnectTo(port_);
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200 "));
  Remove();
  EXPECT_TRUE(WaitUntilNobodyPasses("network_extension_config_missing"));
  // Who is there may ask once more, and is then sent away.
  EXPECT_TRUE(client.HasEnded());
  EXPECT_THAT(AdminPage("/updates"), HasSubstr("filter configuration gone"));
  SendExtension("3", "f", Judges("ALLOW"));
  EXPECT_TRUE(WaitForBody("/", "a"));
}

TEST_F(XdsEcdsConnectionTest, WithoutAConfigurationTheDefaultServes) {
  StartServingWith(DiscoveredAs(kTcp, "default_config: " + RelaysTo("b")), RelaysTo("a"));
  Remove();
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_F(XdsEcdsConnectionTest, ADefaultMayServeFromTheStart) {
  StartWith(DiscoveredAs(
      kTcp, "apply_default_config_without_warming: true, default_config: " + RelaysTo("b")));
  StartListening();
  EXPECT_TRUE(WaitForBody("/", "b"));
  SetExtension("f", RelaysTo("a"));
  EXPECT_TRUE(WaitForBody("/", "a"));
}

TEST_F(XdsEcdsConnectionTest, AConfigurationOfAnotherTypeIsRefused) {
  StartServingWith(DiscoveredAs(kTcp), RelaysTo("a"));
  EXPECT_THAT(SendExtension("wrong", "f", Judges("ALLOW")).error_detail().message(),
              HasSubstr("f: typed_config: is envoy.extensions.filters.network.rbac.v3.RBAC, and "
                        "must be envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy"));
  EXPECT_EQ(Body(), "a");
  EXPECT_EQ(CountedOf("network_filter", "update_rejected"), 1);
  EXPECT_EQ(CountedOf("network_filter", "config_fail"), 1);
  EXPECT_THAT(AdminPage("/xds"), HasSubstr("extension f: rejected"));
}

TEST_F(XdsEcdsConnectionTest, AListenerFilterHasToBeThere) {
  const std::string inspects = fmt::format("{{'@type': {}}}", kInspector);
  StartServingWith(Plain(RelaysTo("a")), inspects,
                   "listener_filters: [" + DiscoveredAs(kInspector) + "]");
  EXPECT_EQ(CountedOf("tcp_listener_filter", "config_reload"), 1);
  Remove();
  EXPECT_TRUE(WaitUntilNobodyPasses("extension_config_missing"));
  SendExtension("3", "f", inspects);
  EXPECT_TRUE(WaitForBody("/", "a"));
}

}  // namespace
}  // namespace outrigger::test
