// Clients that speak TLS to the proxy.
#include <fstream>

#include "test/integration/tls_fixture.h"
#include "test/support/http_client.h"

namespace outrigger::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class TlsDownstreamTest : public TlsTest {
 protected:
  TlsPeer Connect(TlsPeerOptions options = {}) {
    if (options.trusted_pem.empty()) options.trusted_pem = authority_.pem();
    return TlsPeer::ConnectTo(port_, options);
  }
  static bool IsServed(TlsPeer& client) {
    return client.Send(kGet) && client.ReadMessage().ends_with("\r\n\r\nok");
  }
  // What a failed client must not cost: another one's connection.
  void ExpectBystanderIsServed() { EXPECT_TRUE(IsServed(*bystander_)); }
  void StartBystander() {
    bystander_.emplace(Connect());
    ASSERT_TRUE(IsServed(*bystander_));
  }

  std::optional<TlsPeer> bystander_;
};

TEST_F(TlsDownstreamTest, ServesRequests) {
  StartTlsListener(Certificates(server_));
  TlsPeer client = Connect();
  ASSERT_TRUE(client.is_connected()) << client.failure();
  EXPECT_EQ(client.version(), "TLSv1.3");
  EXPECT_TRUE(IsServed(client));
  EXPECT_TRUE(IsServed(client));
  EXPECT_TRUE(proxy_->WaitForStat("listener.127.0.0.1_0.ssl.handshake", 1));
}

TEST_F(TlsDownstreamTest, TellsTheServiceThatTheRequestCameBySecureWay) {
  StaticBootstrap bootstrap;
  bootstrap.listeners[0].chain_fields = TransportSocket("Downstream", Certificates(server_));
  StartProxy(bootstrap);
  TlsPeer client = Connect();
  ASSERT_TRUE(client.Send(kGet));
  service_ = upstream_.Accept();
  EXPECT_THAT(service_.ReadUntil("\r\n\r\n"), HasSubstr("x-forwarded-proto: https\r\n"));
}

TEST_F(TlsDownstreamTest, SaysGoodbyeWhenItClosesTheConnection) {
  StartTlsListener(Certificates(server_));
  TlsPeer client = Connect();
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  EXPECT_THAT(client.ReadToEnd(), EndsWith("\r\n\r\nok"));
  EXPECT_TRUE(client.has_said_end());
}

TEST_F(TlsDownstreamTest, ServesOlderClientsByTls12) {
  StartTlsListener(Certificates(server_));
  TlsPeer client = Connect({.version_max = TLS1_2_VERSION});
  ASSERT_TRUE(client.is_connected()) << client.failure();
  EXPECT_EQ(client.cipher(), "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
  EXPECT_TRUE(IsServed(client));
}

TEST_F(TlsDownstreamTest, KeepsToTheVersionsThatTheConfigurationNames) {
  StartTlsListener(Certificates(server_) + ", tls_params: {tls_minimum_protocol_version: TLSv1_3}");
  EXPECT_FALSE(Connect({.version_max = TLS1_2_VERSION}).is_connected());
  EXPECT_TRUE(Connect().is_connected());
}

TEST_F(TlsDownstreamTest, SpeaksHttp2WhereThatIsAgreedOn) {
  StartTlsListener(Certificates(server_) + ", alpn_protocols: [h2, http/1.1]");
  TlsPeer client = Connect({.application_protocols = "\x02h2"});
  EXPECT_EQ(client.application_protocol(), "h2");
  ASSERT_TRUE(client.Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  ASSERT_TRUE(client.Send(std::string("\0\0\0\x04\0\0\0\0\0", 9)));
  // Its SETTINGS: the type is the fourth byte.
  EXPECT_EQ(client.ReadBytes(9)[3], '\x04');
  EXPECT_TRUE(proxy_->WaitForStat("http.ingress.downstream_cx_http2_total", 1));
}

// The agreement counts, whatever the bytes look like.
TEST_F(TlsDownstreamTest, ExpectsHttp1WhereThatIsAgreedOn) {
  StartTlsListener(Certificates(server_) + ", alpn_protocols: [h2, http/1.1]");
  TlsPeer client = Connect({.application_protocols = "\x08http/1.1"});
  EXPECT_EQ(client.application_protocol(), "http/1.1");
  ASSERT_TRUE(client.Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  EXPECT_THAT(client.ReadToEnd(), StartsWith("HTTP/1.1 "));
}

TEST_F(TlsDownstreamTest, LooksAtTheFirstBytesWhereNothingIsAgreedOn) {
  StartTlsListener(Certificates(server_) + ", alpn_protocols: [h2]");
  TlsPeer client = Connect({.application_protocols = "\x05istio"});
  EXPECT_EQ(client.application_protocol(), "");
  EXPECT_TRUE(IsServed(client));
}

TEST_F(TlsDownstreamTest, WantsACertificateWhereTheConfigurationDoes) {
  StartTlsListener(Certificates(server_) + ", " + Trust(authority_),
                   "require_client_certificate: true");
  TlsPeer good = Connect({.identity = client_});
  EXPECT_TRUE(IsServed(good)) << good.failure();
  TlsPeer bare = Connect();
  bare.Send(kGet);
  EXPECT_EQ(bare.ReadToEnd(), "");
  EXPECT_TRUE(proxy_->WaitForStat("listener.127.0.0.1_0.ssl.fail_verify_no_cert", 1));
  EXPECT_TRUE(IsServed(good));
}

TEST_F(TlsDownstreamTest, RefusesACertificateOfAnotherAuthority) {
  StartTlsListener(Certificates(server_) + ", " + Trust(authority_),
                   "require_client_certificate: true");
  const Authority other;
  TlsPeer foreign = Connect({.identity = other.Issue("URI:spiffe://mesh/ns/a/sa/client")});
  foreign.Send(kGet);
  EXPECT_EQ(foreign.ReadToEnd(), "");
  EXPECT_TRUE(proxy_->WaitForStat("listener.127.0.0.1_0.ssl.fail_verify_error", 1));
}

TEST_F(TlsDownstreamTest, R63_RefusesAnIdentityThatIsNotListed) {
  StartTlsListener(Certificates(server_) + ", " +
                       Trust(authority_,
                             "match_typed_subject_alt_names: [{san_type: URI, matcher: "
                             "{prefix: 'spiffe://mesh/ns/a/'}}]"),
                   "require_client_certificate: true");
  TlsPeer listed = Connect({.identity = client_});
  EXPECT_TRUE(IsServed(listed)) << listed.failure();
  TlsPeer other = Connect({.identity = authority_.Issue("URI:spiffe://mesh/ns/b/sa/client")});
  other.Send(kGet);
  EXPECT_EQ(other.ReadToEnd(), "");
  EXPECT_TRUE(proxy_->WaitForStat("listener.127.0.0.1_0.ssl.fail_verify_san", 1));
}

TEST_F(TlsDownstreamTest, R64_PlaintextCostsItsOwnConnectionOnly) {
  StartTlsListener(Certificates(server_));
  StartBystander();
  RawPeer plain = Client();
  ASSERT_TRUE(plain.Send(kGet));
  EXPECT_THAT(plain.ReadToEnd(), testing::Not(HasSubstr("HTTP")));
  EXPECT_TRUE(proxy_->WaitForStat("listener.127.0.0.1_0.ssl.connection_error", 1));
  ExpectBystanderIsServed();
}

TEST_F(TlsDownstreamTest, R66_AClientThatSaysNothingIsClosedInTime) {
  StaticBootstrap bootstrap;
  bootstrap.listeners[0].chain_fields = TransportSocket("Downstream", Certificates(server_)) +
                                        ", transport_socket_connect_timeout: 0.05s";
  StartProxy(bootstrap);
  RawPeer silent = Client();
  EXPECT_TRUE(silent.HasEnded());
  EXPECT_TRUE(proxy_->WaitForStat(
      "listener.127.0.0.1_0.downstream_cx_transport_socket_connect_timeout", 1));
}

// As many names as fit into the limit of a chain; then one that does not.
TEST_F(TlsDownstreamTest, R66_TakesACertificateWithVeryManyNames) {
  StartTlsListener(Certificates(server_) + ", " +
                       Trust(authority_,
                             "match_typed_subject_alt_names: [{san_type: DNS, "
                             "matcher: {exact: last.test}}]"),
                   "require_client_certificate: true");
  std::string names;
  for (int i = 0; i < 3000; ++i) names += fmt::format("DNS:name-{}.test,", i);
  TlsPeer client = Connect({.identity = authority_.Issue(names + "DNS:last.test")});
  EXPECT_TRUE(IsServed(client)) << client.failure();
}

TEST_F(TlsDownstreamTest, R66_RefusesACertificateThatIsTooLarge) {
  StartTlsListener(Certificates(server_) + ", " + Trust(authority_),
                   "require_client_certificate: true");
  std::string names;
  for (int i = 0; i < 8000; ++i) names += fmt::format("DNS:name-{}.test,", i);
  TlsPeer client = Connect({.identity = authority_.Issue(names + "DNS:last.test")});
  client.Send(kGet);
  EXPECT_EQ(client.ReadToEnd(), "");
  EXPECT_TRUE(proxy_->WaitForStat("listener.127.0.0.1_0.ssl.connection_error", 1));
}

// Nothing that a client keeps lets it in later, when the rules may be others.
TEST_F(TlsDownstreamTest, R62_GivesOutNoSessionToComeBackWith) {
  StartTlsListener(Certificates(server_));
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsPeer client = Connect({.version_min = version, .version_max = version});
    ASSERT_TRUE(IsServed(client));
    EXPECT_FALSE(client.has_session());
  }
}

TEST_F(TlsDownstreamTest, ReadsCertificatesFromFiles) {
  const std::string folder = testing::TempDir();
  std::ofstream(folder + "/tls_test_chain.pem") << server_.chain_pem;
  std::ofstream(folder + "/tls_test_key.pem") << server_.key_pem;
  StartTlsListener(
      fmt::format("tls_certificates: [{{certificate_chain: {{filename: {0}/tls_test_chain.pem}}, "
                  "private_key: {{filename: {0}/tls_test_key.pem}}}}]",
                  folder));
  TlsPeer client = Connect();
  EXPECT_TRUE(IsServed(client)) << client.failure();
}

TEST_F(TlsDownstreamTest, TakesCertificatesFromTheBootstrapsSecrets) {
  StaticBootstrap bootstrap;
  bootstrap.upstream_ports = {backend_.port()};
  bootstrap.secrets = fmt::format(
      "[{{name: server, tls_certificate: {{certificate_chain: {{inline_string: {}}}, private_key: "
      "{{inline_string: {}}}}}}}, {{name: mesh, {}}}]",
      YamlQuoted(server_.chain_pem), YamlQuoted(server_.key_pem), Trust(authority_));
  bootstrap.listeners[0].chain_fields = TransportSocket(
      "Downstream",
      "tls_certificate_sds_secret_configs: [{name: server}], combined_validation_context: "
      "{default_validation_context: {}, validation_context_sds_secret_config: {name: mesh}}",
      "require_client_certificate: true");
  StartProxy(bootstrap);
  TlsPeer client = Connect({.identity = client_});
  EXPECT_TRUE(IsServed(client)) << client.failure();
}

TEST_F(TlsDownstreamTest, TellsWhenItsCertificatesExpireByTheirNames) {
  StaticBootstrap bootstrap;
  bootstrap.upstream_ports = {backend_.port()};
  const Identity early = authority_.IssueAs({.names = "DNS:a.test", .valid_to_seconds = 3600});
  bootstrap.secrets = fmt::format(
      "[{{name: server, tls_certificate: {{certificate_chain: {{inline_string: {}}}, private_key: "
      "{{inline_string: {}}}}}}}]",
      YamlQuoted(early.chain_pem), YamlQuoted(early.key_pem));
  bootstrap.listeners[0].chain_fields = TransportSocket(
      "Downstream", "tls_certificate_sds_secret_configs: [{name: server}], " + Trust(authority_));
  StartProxy(bootstrap);
  const std::string listener = "listener.127.0.0.1_0.ssl.certificate.";
  const std::string expires = ".expiration_unix_time_seconds";
  const int64_t own = proxy_->Stat(listener + "server" + expires);
  const int64_t trusted = proxy_->Stat(listener + "unnamed_ca_cert_e3b0c442" + expires);
  EXPECT_GT(own, 0);
  EXPECT_GT(trusted - own, 12 * 3600) << "of two days, and of an hour";
  EXPECT_THAT(
      HttpClient(proxy_->admin_port()).Get("/stats/prometheus")->body,
      HasSubstr(fmt::format("\nenvoy_listener_ssl_certificate_expiration_unix_time_seconds{{"
                            "envoy_tls_certificate=\"server\",envoy_listener_address="
                            "\"127.0.0.1_0\"}} {}\n",
                            own)));
}

}  // namespace
}  // namespace outrigger::test
