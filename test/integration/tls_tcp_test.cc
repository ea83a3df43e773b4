// TLS on both sides of a TCP proxy, and a listener whose TLS changes.
#include "test/integration/tls_fixture.h"
#include "test/integration/xds_fixture.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;

class TlsTcpTest : public TlsTest {
 protected:
  void StartTcp(const std::string& listener_fields = "") {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].tcp_fields = "cluster: service";
    bootstrap.listeners[0].chain_fields = TransportSocket(
        "Downstream", Certificates(server_) + ", " + Trust(authority_), listener_fields);
    bootstrap.cluster_fields = TransportSocket("Upstream", Trust(authority_), "sni: server.test");
    StartProxy(bootstrap);
  }
};

TEST_F(TlsTcpTest, PassesBytesAndEndsBothWays) {
  StartTcp();
  TlsPeer client = TlsPeer::ConnectTo(port_, {.trusted_pem = authority_.pem()});
  TlsPeer service = TlsPeer::AcceptFrom(upstream_, {.identity = server_});
  EXPECT_EQ(service.server_name(), "server.test");
  ASSERT_TRUE(client.Send("question"));
  EXPECT_EQ(service.ReadBytes(8), "question");
  client.SayEnd();
  EXPECT_EQ(service.ReadToEnd(), "");
  EXPECT_TRUE(service.has_said_end());
  ASSERT_TRUE(service.Send("answer"));
  service.SayEnd();
  EXPECT_EQ(client.ReadToEnd(), "answer");
  EXPECT_TRUE(client.has_said_end());
}

// A protocol of its own does not go with what HTTP would offer.
TEST_F(TlsTcpTest, OffersNoProtocolOfItsOwnAccord) {
  StartTcp();
  TlsPeer client = TlsPeer::ConnectTo(port_, {.trusted_pem = authority_.pem()});
  TlsPeer service =
      TlsPeer::AcceptFrom(upstream_, {.identity = server_, .application_protocols = "\x05other"});
  EXPECT_TRUE(service.is_connected()) << service.failure();
  EXPECT_EQ(service.application_protocol(), "");
}

TEST_F(TlsTcpTest, AClientThatIsRefusedCostsNoService) {
  StartTcp("require_client_certificate: true");
  TlsPeer stranger = TlsPeer::ConnectTo(port_);
  stranger.Send("question");
  EXPECT_EQ(stranger.ReadToEnd(), "");
  EXPECT_TRUE(proxy_->WaitForStat("listener.127.0.0.1_0.ssl.fail_verify_no_cert", 1));
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_total"), 0);
}

// Many clients go without a word of TLS: what they sent arrives all the same.
TEST_F(TlsTcpTest, R55_AnEndThatIsNotSaidLosesNothingThatWasSent) {
  StartTcp();
  TlsPeer client = TlsPeer::ConnectTo(port_, {.trusted_pem = authority_.pem()});
  TlsPeer service = TlsPeer::AcceptFrom(upstream_, {.identity = server_});
  const std::string sent(200'000, 'x');
  ASSERT_TRUE(client.Send(sent));
  client.Close();
  EXPECT_EQ(service.ReadToEnd().size(), sent.size());
}

class TlsChangeTest : public XdsTest {
 protected:
  void SetListenerWith(const std::string& version, const std::string& chain_fields) {
    SetListenerYaml(ads_, version,
                    fmt::format(R"(
      {{name: ingress, address: {{socket_address: {{address: 127.0.0.1, port_value: 0}}}},
        filter_chains: [{{{} filters: [{{name: http, typed_config: {{
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager,
          stat_prefix: ingress, rds: {{route_config_name: routes, config_source: {{ads: {{}}}}}},
          http_filters: [{{name: router, typed_config: {{
            "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}}}]}}}}]}}]}})",
                                chain_fields));
  }

  const Authority authority_;
};

TEST_F(TlsChangeTest, NobodyStaysByPlaintextWhenAListenerTurnsToTls) {
  ServeBasics();
  SetListenerWith("1", "");
  StartProxy();
  port_ = proxy_->WaitForListener("ingress");
  HttpClient client(port_);
  ASSERT_TRUE(WaitFor([&] { return BodyFrom(client) == "a"; }));
  SetListenerWith(
      "2", TransportSocket("Downstream", Certificates(authority_.Issue("DNS:server.test"))) + ",");
  ASSERT_TRUE(proxy_->WaitForStat("listener_manager.listener_create_success", 2));
  // The old connection ends; by a new one plaintext is not understood.
  EXPECT_TRUE(WaitFor([&] { return !client.Get("/").has_value(); }));
  TlsPeer secure = TlsPeer::ConnectTo(port_, {.trusted_pem = authority_.pem()});
  ASSERT_TRUE(secure.Send(kGet));
  EXPECT_THAT(secure.ReadMessage(), HasSubstr("200 OK"));
}

// Content that is equal is no change.
TEST_F(TlsChangeTest, EqualTlsKeepsItsConnections) {
  ServeBasics();
  const std::string tls =
      TransportSocket("Downstream", Certificates(authority_.Issue("DNS:server.test"))) + ",";
  SetListenerWith("1", tls);
  StartProxy();
  ASSERT_TRUE(proxy_->WaitForStat("listener_manager.listener_create_success", 1));
  port_ = proxy_->ListenerPort("ingress");
  TlsPeer client = TlsPeer::ConnectTo(port_, {.trusted_pem = authority_.pem()});
  ASSERT_TRUE(client.Send(kGet));
  ASSERT_THAT(client.ReadMessage(), HasSubstr("200 OK"));
  SetListenerWith("2", tls + "name: other,");
  ASSERT_TRUE(proxy_->WaitForStat("listener_manager.listener_create_success", 2));
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.Send(kGet));
    EXPECT_THAT(client.ReadMessage(), HasSubstr("200 OK"));
  }
  EXPECT_EQ(proxy_->Stat("http.ingress.downstream_cx_total"), 1);
}

}  // namespace
}  // namespace outrigger::test
