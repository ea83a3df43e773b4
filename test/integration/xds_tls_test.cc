// The link to the control plane over TLS: another proxy speaks it in front of the control plane.
#include "test/integration/tls_fixture.h"
#include "test/integration/xds_fixture.h"

namespace outrigger::test {
namespace {

class XdsTlsTest : public XdsTest {
 protected:
  void SetUp() override {
    StaticBootstrap front;
    front.upstream_ports = {ads_.port()};
    front.cluster_fields = "http2_protocol_options: {}";
    front.listeners[0].routes = "[{match: {prefix: /}, route: {cluster: service, timeout: 0s}}]";
    front.listeners[0].chain_fields =
        TransportSocket("Downstream",
                        Certificates(authority_.Issue("DNS:control.test")) +
                            ", alpn_protocols: [h2], " + Trust(authority_),
                        "require_client_certificate: true");
    front_ = std::make_unique<RunningProxy>(front.ToYaml());
  }
  void StartProxyThatTrusts(const Authority& authority) {
    StaticBootstrap bootstrap;
    bootstrap.listeners.clear();
    bootstrap.ads_port = front_->ListenerPort("ingress");
    bootstrap.ads_cluster_fields = TransportSocket(
        "Upstream", Certificates(authority_.Issue("URI:spiffe://a")) + ", " + Trust(authority));
    StartProxy(bootstrap.ToYaml());
  }

  const Authority authority_;
  std::unique_ptr<RunningProxy> front_;
};

TEST_F(XdsTlsTest, TakesItsConfigurationOverMutualTls) {
  ServeBasics();
  StartProxyThatTrusts(authority_);
  port_ = proxy_->WaitForListener("ingress");
  ASSERT_NE(port_, 0);
  EXPECT_TRUE(WaitForBody("/", "a"));
  EXPECT_GE(proxy_->Stat("cluster.xds.ssl.handshake"), 1);
  SetRoute(ads_, "routes", "2", "b");
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_F(XdsTlsTest, TakesNothingFromAControlPlaneThatIsNotTrusted) {
  ServeBasics();
  StartProxyThatTrusts(Authority("another"));
  EXPECT_TRUE(proxy_->WaitForStat("cluster.xds.ssl.fail_verify_error", 2));
  EXPECT_EQ(ads_.request_count(), 0u);
}

}  // namespace
}  // namespace outrigger::test
