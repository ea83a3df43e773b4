// Secrets that come from the control plane: served with, replaced under load, refused, missing.
#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include "test/integration/sds_fixture.h"
#include "test/support/raw_peer.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SdsListenerTest : public SdsTest {};

TEST_F(SdsListenerTest, ServesWithACertificateThatTheControlPlaneSends) {
  SetCertificate(identity_);
  StartSecured(CertificateByName("server"));
  EXPECT_TRUE(WillServe(authority_));
  EXPECT_EQ(proxy_->Stat("sds.server.update_success"), 1);
  const Request ask = FirstAsk(kSecret);
  EXPECT_THAT(ask.resource_names_subscribe(), testing::ElementsAre("server"));
}

TEST_F(SdsListenerTest, R65_ANewCertificateIsForNewHandshakesAndNoConnectionNotices) {
  SetCertificate(identity_);
  StartSecured(CertificateByName("server"));
  ASSERT_TRUE(WillServe(authority_));
  TlsPeer before = ConnectTrusting(authority_);
  ASSERT_TRUE(IsServed(before)) << before.failure();
  SetCertificate(next_identity_);
  EXPECT_TRUE(WillServe(next_authority_));
  // Each worker that still shows the old one takes the new one soon.
  EXPECT_TRUE(WaitFor([&] { return !Serves(authority_); }));
  EXPECT_TRUE(IsServed(before));
  EXPECT_EQ(proxy_->Stat("sds.server.update_success"), 2);
  EXPECT_GE(
      proxy_->Stat("listener.127.0.0.1_0.server_ssl_socket_factory.ssl_context_update_by_sds"), 2);
}

// Clients that come, ask and go, while the certificate is replaced again and again.
TEST_F(SdsListenerTest, R65_RotationUnderLoadLosesNothing) {
  constexpr int kRotations = 20;
  const Identity identities[] = {identity_, authority_.Issue("DNS:server.test")};
  SetCertificate(identities[0]);
  StartSecured(CertificateByName("server"));
  ASSERT_TRUE(WillServe(authority_));
  TlsPeer steady = ConnectTrusting(authority_);
  ASSERT_TRUE(IsServed(steady)) << steady.failure();
  std::atomic<bool> is_over = false;
  std::atomic<int> failed = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back([&] {
      while (!is_over) failed += Serves(authority_) ? 0 : 1;
    });
  }
  for (int i = 1; i <= kRotations; ++i) {
    SetCertificate(identities[i % 2]);
    EXPECT_TRUE(proxy_->WaitForStat("sds.server.update_success", 1 + i));
    EXPECT_TRUE(IsServed(steady));
  }
  is_over = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(proxy_->Stat("listener.127.0.0.1_0.ssl.connection_error"), 0);
}

TEST_F(SdsListenerTest, R65_GarbageIsRefusedByItsFieldAndTheOldPairServesOn) {
  SetCertificate(identity_);
  StartSecured(CertificateByName("server"));
  ASSERT_TRUE(WillServe(authority_));
  ASSERT_TRUE(ads_.WaitForAck(kSecret).has_value());
  const size_t from = ads_.request_count();
  SetCertificate({identity_.chain_pem, next_identity_.key_pem});
  const auto nack = ads_.WaitForAck(kSecret, from);
  ASSERT_TRUE(nack.has_value());
  EXPECT_THAT(nack->error_detail().message(),
              AllOf(HasSubstr("server: tls_certificate: "), HasSubstr("key")));
  EXPECT_TRUE(Serves(authority_));
  EXPECT_EQ(proxy_->Stat("sds.server.update_rejected"), 1);
  EXPECT_THAT(AdminPage("/config_dump"), HasSubstr("NACKED"));
  SetCertificate(next_identity_);
  EXPECT_TRUE(WillServe(next_authority_));
}

TEST_F(SdsListenerTest, P12_OneMissingSecretHoldsUpItsOwnListenerOnly) {
  StaticBootstrap bootstrap = BootstrapWith(CertificateByName("server"));
  bootstrap.listeners.push_back({.name = "plain"});
  StartProxy(bootstrap.ToYaml());
  port_ = proxy_->WaitForListener("plain");
  EXPECT_EQ(Body(), "a");
  EXPECT_THAT(AdminPage("/init_dump"), AllOf(HasSubstr("listener ingress"),
                                             HasSubstr("secret server"), Not(HasSubstr("plain"))));
  SetCertificate(identity_);
  port_ = proxy_->ListenerPort("ingress");
  EXPECT_TRUE(WillServe(authority_));
}

TEST_F(SdsListenerTest, X44_AfterItsTimeAListenerWithoutItsSecretRefusesAndSaysNothingInPlaintext) {
  StartSecured(CertificateByName("server", "initial_fetch_timeout: 0.01s"));
  ASSERT_TRUE(proxy_->WaitForStat("sds.server.init_fetch_timeout", 1));
  RawPeer client = RawPeer::ConnectTo(port_);
  client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.ReadToEnd(), "");
  EXPECT_TRUE(proxy_->WaitForStat(
      "listener.127.0.0.1_0.server_ssl_socket_factory.downstream_context_secrets_not_ready", 1));
  // What comes late is welcome.
  SetCertificate(identity_);
  EXPECT_TRUE(WillServe(authority_));
}

TEST_F(SdsListenerTest, AsksForWhomToTrustAsWell) {
  SetCertificate(identity_);
  SetSecretYaml(ads_, "1", TrustSecret("clients", next_authority_));
  StartSecured(CertificateByName("server") +
                   ", combined_validation_context: {default_validation_context: "
                   "{match_typed_subject_alt_names: [{san_type: DNS, matcher: {exact: "
                   "server.test}}]}, " +
                   TrustByName("clients") + "}",
               "require_client_certificate: true");
  EXPECT_TRUE(WaitFor([&] {
    TlsPeer good = ConnectTrusting(authority_, {.identity = next_identity_});
    return IsServed(good);
  }));
  for (const Identity& other : {identity_, next_authority_.Issue("DNS:other.test")}) {
    TlsPeer bad = ConnectTrusting(authority_, {.identity = other});
    EXPECT_FALSE(IsServed(bad));
  }
}

TEST_F(SdsListenerTest, ASecretThatSomeContextCannotTakeIsRefused) {
  SetCertificate(identity_);
  SetSecretYaml(ads_, "1", TrustSecret("clients", next_authority_));
  StartSecured(
      CertificateByName("server") +
      ", combined_validation_context: {default_validation_context: "
      "{match_typed_subject_alt_names: [{san_type: DNS, matcher: {exact: server.test}}]}, " +
      TrustByName("clients") + "}");
  ASSERT_TRUE(WillServe(authority_));
  SetSecretYaml(ads_, "2", "{name: clients, validation_context: {max_verify_depth: 3}}");
  EXPECT_TRUE(proxy_->WaitForStat("sds.clients.update_rejected", 1));
  EXPECT_TRUE(Serves(authority_));
}

TEST_F(SdsListenerTest, TheBootstrapsSecretOfThatNameIsAnotherOne) {
  SetCertificate(next_identity_);
  StaticBootstrap bootstrap = BootstrapWith("tls_certificate_sds_secret_configs: [{name: server}]");
  bootstrap.secrets = "[" + CertificateSecret("server", identity_) + "]";
  bootstrap.listeners.push_back(
      {.name = "other",
       .chain_fields = TransportSocket("Downstream", CertificateByName("server"))});
  StartProxy(bootstrap.ToYaml());
  port_ = proxy_->ListenerPort("other");
  EXPECT_TRUE(WillServe(next_authority_));
  port_ = proxy_->ListenerPort("ingress");
  EXPECT_TRUE(Serves(authority_));
}

TEST_F(SdsListenerTest, DumpsShowSecretsWithoutTheirKeys) {
  SetCertificate(identity_);
  StartSecured(CertificateByName("server") + ", " + TrustByName("missing"));
  ASSERT_TRUE(proxy_->WaitForStat("sds.server.update_success", 1));
  const std::string dump = AdminPage("/config_dump");
  EXPECT_THAT(dump, AllOf(HasSubstr("dynamic_active_secrets"), HasSubstr("[redacted]"),
                          Not(HasSubstr("PRIVATE KEY"))));
}

TEST_F(SdsListenerTest, StateOfTheWorldServesSecretsToo) {
  SetCertificate(identity_);
  StaticBootstrap bootstrap = BootstrapWith(CertificateByName("server"));
  bootstrap.ads_api_type = "GRPC";
  StartProxy(bootstrap.ToYaml());
  port_ = proxy_->ListenerPort("ingress");
  EXPECT_TRUE(WillServe(authority_));
  SetCertificate(next_identity_);
  EXPECT_TRUE(WillServe(next_authority_));
}

class SdsClusterTest : public SdsTest {
 protected:
  // A plain listener before a service that speaks TLS.
  void StartSecuredCluster(const std::string& common) {
    StaticBootstrap bootstrap{.upstream_ports = {upstream_.port()}, .ads_port = ads_.port()};
    bootstrap.cluster_fields = TransportSocket("Upstream", common);
    StartProxy(bootstrap.ToYaml());
    port_ = proxy_->ListenerPort("ingress");
  }
  RawListener upstream_;
};

constexpr char kGet[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr char kOk[] = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

TEST_F(SdsClusterTest, R65_ANewCertificateIsForNewConnectionsAndThePoolGoesOn) {
  SetCertificate(identity_);
  SetSecretYaml(ads_, "1", TrustSecret("services", authority_));
  StartSecuredCluster(CertificateByName("server") + ", " + TrustByName("services"));
  std::optional<RawPeer> connected;
  ASSERT_TRUE(WaitFor([&] {
    connected.emplace(RawPeer::ConnectTo(port_));
    return connected->is_connected();
  }));
  RawPeer& client = *connected;
  ASSERT_TRUE(client.Send(kGet));
  TlsPeer service = TlsPeer::AcceptFrom(
      upstream_,
      {.identity = identity_, .trusted_pem = authority_.pem(), .requires_certificate = true});
  ASSERT_TRUE(service.is_connected()) << service.failure();
  service.ReadUntil("\r\n\r\n");
  ASSERT_TRUE(service.Send(kOk));
  EXPECT_THAT(client.ReadMessage(), HasSubstr("ok"));
  SetCertificate(next_identity_);
  ASSERT_TRUE(proxy_->WaitForStat("sds.server.update_success", 2));
  // The connection that is there is used, whatever it was made with.
  ASSERT_TRUE(client.Send(kGet));
  service.ReadUntil("\r\n\r\n");
  ASSERT_TRUE(service.Send(kOk));
  EXPECT_THAT(client.ReadMessage(), HasSubstr("ok"));
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_total"), 1);
  service.Close();
  ASSERT_TRUE(proxy_->WaitForStat("cluster.service.upstream_cx_destroy", 1));
  ASSERT_TRUE(client.Send(kGet));
  TlsPeer next = TlsPeer::AcceptFrom(
      upstream_,
      {.identity = identity_, .trusted_pem = next_authority_.pem(), .requires_certificate = true});
  EXPECT_TRUE(next.is_connected()) << next.failure();
}

TEST_F(SdsClusterTest, X44_AClusterWithoutItsSecretGetsNoConnection) {
  StartSecuredCluster(CertificateByName("server", "initial_fetch_timeout: 0.01s"));
  ASSERT_TRUE(proxy_->WaitForStat("sds.server.init_fetch_timeout", 1));
  EXPECT_TRUE(WaitFor([&] { return Status() == 503; }));
  EXPECT_TRUE(proxy_->WaitForStat(
      "cluster.service.client_ssl_socket_factory.upstream_context_secrets_not_ready", 1));
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_total"), 0);
}

}  // namespace
}  // namespace outrigger::test
