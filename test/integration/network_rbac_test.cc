// RBAC of connections, before HTTP and before TCP, compared with a real Envoy 1.40.
#include "test/integration/chain_yaml.h"
#include "test/integration/tls_fixture.h"
#include "test/integration/xds_fixture.h"
#include "test/support/log_folder.h"

namespace outrigger::test {
namespace {

using testing::EndsWith;
using testing::StartsWith;

class NetworkRbac : public TlsTest {
 protected:
  // One policy of that name: whoever it holds for.
  static std::string Rules(std::string_view action, std::string_view permission,
                           std::string_view principal = "any: true") {
    return fmt::format(
        "rules: {{action: {}, policies: {{'the policy': {{permissions: [{{{}}}], principals: "
        "[{{{}}}]}}}}}}",
        action, permission, principal);
  }
  static std::string Filter(std::string_view fields, std::string_view stat_prefix = "tcp.") {
    return fmt::format(
        "{{name: rbac, typed_config: {{'@type': type.googleapis.com/envoy.extensions.filters."
        "network.rbac.v3.RBAC, stat_prefix: {}, {}}}}}",
        stat_prefix, fields);
  }
  void StartTcp(const std::string& filters, const std::string& chain_fields = "",
                const std::string& tcp_fields = "") {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].tcp_fields = "cluster: service" + tcp_fields;
    bootstrap.listeners[0].network_filters = filters;
    bootstrap.listeners[0].chain_fields = chain_fields;
    StartProxy(bootstrap);
  }
  void StartHttp(const std::string& filters) {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].routes = "[{match: {prefix: /}, direct_response: {status: 204}}]";
    bootstrap.listeners[0].network_filters = filters;
    StartProxy(bootstrap);
  }
  bool PassesTcp() {
    RawPeer client = Client();
    service_ = upstream_.Accept();
    return client.Send("ping") && service_.ReadBytes(4) == "ping";
  }
  std::string Ask() {
    RawPeer client = Client();
    client.Send(kGet);
    return client.ReadMessage();
  }
};

TEST_F(NetworkRbac, WhomAPolicyAllowsMayConnect) {
  StartTcp(Filter(Rules("ALLOW", "any: true",
                        "direct_remote_ip: {address_prefix: 127.0.0.1, prefix_len: 32}")));
  EXPECT_TRUE(PassesTcp());
  EXPECT_EQ(proxy_->Stat("tcp.rbac.allowed"), 1);
  EXPECT_EQ(proxy_->Stat("tcp.rbac.denied"), 0);
}

// A service that speaks first would tell strangers what it says.
TEST_F(NetworkRbac, WhoIsDeniedReachesNobody) {
  StartTcp(Filter(Rules("DENY", "destination_port_range: {start: 1, end: 65536}")));
  RawPeer client = Client();
  EXPECT_TRUE(client.HasEnded());
  EXPECT_EQ(proxy_->Stat("tcp.rbac.denied"), 1);
  EXPECT_EQ(proxy_->Stat("tcp.rbac.allowed"), 0);
  EXPECT_EQ(proxy_->Stat("tcp.ingress.downstream_cx_total"), 1);
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_total"), 0);
}

TEST_F(NetworkRbac, HttpIsServedToWhomItLetsIn) {
  StartHttp(Filter(Rules("ALLOW", "any: true"), "http"));
  EXPECT_THAT(Ask(), StartsWith("HTTP/1.1 204 "));
  EXPECT_EQ(proxy_->Stat("http.rbac.allowed"), 1);
}

TEST_F(NetworkRbac, HttpIsServedToNobodyElse) {
  StartHttp(Filter("rules: {action: ALLOW}", "http"));
  RawPeer client = Client();
  EXPECT_TRUE(client.HasEnded());
  EXPECT_EQ(proxy_->Stat("http.rbac.denied"), 1);
  EXPECT_TRUE(proxy_->WaitForStat("http.ingress.downstream_cx_destroy_local", 1));
  EXPECT_EQ(proxy_->Stat("http.ingress.downstream_rq_total"), 0);
}

TEST_F(NetworkRbac, WithoutRulesEverybodyMayConnectAndNothingIsCounted) {
  StartHttp(Filter("enforcement_type: CONTINUOUS", "none"));
  EXPECT_THAT(Ask(), StartsWith("HTTP/1.1 204 "));
  EXPECT_EQ(proxy_->Stat("none.rbac.allowed"), 0);
}

TEST_F(NetworkRbac, EveryFilterIsAskedUntilOneDenies) {
  StartHttp(Filter(Rules("LOG", "any: true"), "first") + ", " +
            Filter(Rules("DENY", "any: true"), "second") + ", " +
            Filter(Rules("ALLOW", "any: true"), "third"));
  RawPeer client = Client();
  EXPECT_TRUE(client.HasEnded());
  EXPECT_EQ(proxy_->Stat("first.rbac.allowed"), 1);
  EXPECT_EQ(proxy_->Stat("second.rbac.denied"), 1);
  EXPECT_EQ(proxy_->Stat("third.rbac.allowed"), 0);
}

TEST_F(NetworkRbac, ShadowRulesOnlyCount) {
  StartHttp(
      Filter("shadow_rules_stat_prefix: istio_dry_run_allow_, shadow_rules: {action: ALLOW}"));
  EXPECT_THAT(Ask(), StartsWith("HTTP/1.1 204 "));
  EXPECT_EQ(proxy_->Stat("tcp.rbac.istio_dry_run_allow_.shadow_denied"), 1);
  EXPECT_EQ(proxy_->Stat("tcp.rbac.istio_dry_run_allow_.shadow_allowed"), 0);
}

TEST_F(NetworkRbac, AMatcherTreeDecides) {
  const auto matcher = [](std::string_view address) {
    return fmt::format(
        "matcher: {{matcher_tree: {{input: {{name: a, typed_config: {{'@type': type.googleapis.com/"
        "envoy.extensions.matching.common_inputs.network.v3.DirectSourceIPInput}}}}, "
        "exact_match_map: {{map: {{{}: {{action: {{name: b, typed_config: {{'@type': "
        "type.googleapis.com/envoy.config.rbac.v3.Action, name: c, action: ALLOW}}}}}}}}}}}}}}",
        address);
  };
  StartHttp(Filter(matcher("127.0.0.1")));
  EXPECT_THAT(Ask(), StartsWith("HTTP/1.1 204 "));
  FinishNeighbour();
  StartHttp(Filter(matcher("127.0.0.2")));
  RawPeer client = Client();
  EXPECT_TRUE(client.HasEnded());
}

// Until then nothing is read: what it sends fills its own buffers.
TEST_F(NetworkRbac, WhoIsDeniedWaitsForTheEndAsLongAsIsSaid) {
  StartHttp(Filter("delay_deny: 3600s, rules: {action: ALLOW}"));
  RawPeer patient = Client();
  ASSERT_TRUE(patient.Send(kGet));
  ASSERT_TRUE(proxy_->WaitForStat("tcp.rbac.denied", 1));
  EXPECT_EQ(proxy_->Stat("http.ingress.downstream_cx_active"), 1);
  EXPECT_EQ(proxy_->Stat("http.ingress.downstream_rq_total"), 0);
  FinishNeighbour();
  StartTcp(Filter("delay_deny: 0.001s, rules: {action: ALLOW}"));
  RawPeer client = Client();
  EXPECT_TRUE(client.HasEnded());
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_total"), 0);
}

TEST_F(NetworkRbac, AClientIsKnownByTheUriOfItsCertificate) {
  StartTcp(
      Filter(Rules("ALLOW", "any: true",
                   "authenticated: {principal_name: {exact: 'spiffe://mesh/ns/a/sa/client'}}")),
      TransportSocket("Downstream", Certificates(server_) + ", " + Trust(authority_),
                      "require_client_certificate: true"));
  const auto connect = [this](const Identity& identity) {
    TlsPeerOptions options;
    options.trusted_pem = authority_.pem();
    options.identity = identity;
    return TlsPeer::ConnectTo(port_, options);
  };
  TlsPeer stranger = connect(authority_.Issue("URI:spiffe://mesh/ns/a/sa/other"));
  EXPECT_EQ(stranger.ReadToEnd(), "");
  EXPECT_EQ(proxy_->Stat("tcp.rbac.denied"), 1);
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_total"), 0);
  TlsPeer client = connect(client_);
  RawPeer service = upstream_.Accept();
  ASSERT_TRUE(client.Send("ping")) << client.failure();
  EXPECT_EQ(service.ReadBytes(4), "ping");
  EXPECT_EQ(proxy_->Stat("tcp.rbac.allowed"), 1);
}

TEST_F(NetworkRbac, AccessLogsSayWhichPolicyItWas) {
  LogFolder folder;
  StartTcp(Filter(Rules("DENY", "any: true")), "",
           fmt::format(", access_log: [{{name: a, typed_config: {{'@type': type.googleapis.com/"
                       "envoy.extensions.access_loggers.file.v3.FileAccessLog, path: '{}', "
                       "log_format: {{text_format_source: {{inline_string: "
                       "\"%CONNECTION_TERMINATION_DETAILS% %RESPONSE_FLAGS% %BYTES_RECEIVED%\\n\""
                       "}}}}}}}}]",
                       folder.Path("log")));
  RawPeer client = Client();
  EXPECT_TRUE(client.HasEnded());
  EXPECT_EQ(folder.NextLine("log"), "rbac_access_denied_matched_policy[the_policy] - 0");
}

// Policies that the control plane changes while connections are there.
class XdsNetworkRbac : public XdsTest {
 protected:
  XdsNetworkRbac() {
    SetEdsCluster(ads_, "service");
    SetEndpoints(ads_, "service", "1", {service_.port()});
  }
  // Allows connections to that address of ours.
  static std::string Allowing(const std::string& chain, const std::string& address) {
    constexpr std::string_view kStart = "filters: [";
    return fmt::format(
        "filters: [{{name: rbac, typed_config: {{'@type': type.googleapis.com/envoy.extensions."
        "filters.network.rbac.v3.RBAC, stat_prefix: tcp, rules: {{policies: {{p: {{permissions: "
        "[{{destination_ip: {{address_prefix: {}, prefix_len: 32}}}}], principals: [{{any: true}}]"
        "}}}}}}}}}}, {}",
        address, chain.substr(kStart.size()));
  }
  void Serve(const std::string& chain) {
    const std::string version = std::to_string(++version_);
    ads_.Set(kListener, "in", version, ListenerBytes(ChainsYaml(listen_port_, {Chain(chain, "")})));
    if (proxy_ == nullptr) StartProxy();
    ASSERT_TRUE(proxy_->WaitForStat("listener_manager.listener_create_success", version_));
  }
  RawPeer ClientOf(const std::string& address) { return RawPeer::ConnectTo(listen_port_, address); }
  static bool Passes(RawPeer& from, RawPeer& to) {
    return from.Send("ping") && to.ReadBytes(4) == "ping";
  }

  const uint16_t listen_port_ = RawListener().port();
  RawListener service_;
  int version_ = 0;
};

TEST_F(XdsNetworkRbac, AChangeClosesTheTcpConnectionsThatItDenies) {
  Serve(Allowing(RelaysTo("service"), "127.0.0.1"));
  RawPeer client;
  RawPeer service;
  ASSERT_TRUE(WaitFor([&] {
    client = ClientOf("127.0.0.1");
    return client.is_connected();
  }));
  service = service_.Accept();
  ASSERT_TRUE(Passes(client, service));
  Serve(Allowing(RelaysTo("service"), "127.0.0.2"));
  EXPECT_TRUE(client.HasEnded());
  EXPECT_TRUE(service.HasEnded());
  EXPECT_EQ(proxy_->Stat("tcp.rbac.allowed"), 1);
  EXPECT_EQ(proxy_->Stat("tcp.rbac.denied"), 1);
}

TEST_F(XdsNetworkRbac, AChangeThatAllowsAConnectionLeavesItAloneAndCountsNothing) {
  Serve(Allowing(RelaysTo("service"), "127.0.0.1"));
  RawPeer client;
  ASSERT_TRUE(WaitFor([&] {
    client = ClientOf("127.0.0.1");
    return client.is_connected();
  }));
  RawPeer service = service_.Accept();
  Serve(Allowing(RelaysTo("service"), "127.0.0.1") + ", name: renamed");
  RawPeer other = ClientOf("127.0.0.2");
  EXPECT_TRUE(other.HasEnded());
  EXPECT_TRUE(Passes(client, service));
  EXPECT_EQ(proxy_->Stat("tcp.rbac.allowed"), 1);
}

TEST_F(XdsNetworkRbac, AChangeClosesTheHttpConnectionsThatItDenies) {
  Serve(Allowing(Answers("one"), "127.0.0.1"));
  RawPeer client;
  ASSERT_TRUE(WaitFor([&] {
    client = ClientOf("127.0.0.1");
    return client.is_connected();
  }));
  ASSERT_TRUE(client.Send(kGet));
  ASSERT_THAT(client.ReadMessage(), EndsWith("one"));
  Serve(Allowing(Answers("two"), "127.0.0.2"));
  EXPECT_TRUE(client.HasEnded());
}

}  // namespace
}  // namespace outrigger::test
