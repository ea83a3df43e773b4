// Listeners of several filter chains: which of them answers, by where a connection comes from and
// where it goes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "test/integration/chain_yaml.h"
#include "test/integration/tls_fixture.h"
#include "test/support/running_proxy.h"

namespace outrigger::test {
namespace {

class FilterChainsTest : public testing::Test {
 protected:
  // `fields` beside the chains.
  void StartChains(const std::vector<std::string>& chains, const std::string& fields = "") {
    proxy_ = std::make_unique<RunningProxy>(fmt::format(
        "{{node: {{id: test, cluster: test}}, admin: {{address: {{socket_address: {{address: "
        "127.0.0.1, port_value: 0}}}}}}, static_resources: {{listeners: [{}], clusters: [{{name: "
        "service, type: STATIC, load_assignment: {{cluster_name: service, endpoints: "
        "[{{lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, "
        "port_value: {}}}}}}}}}]}}]}}}}]}}}}",
        ChainsYaml(0, chains, fields), upstream_.port()));
    port_ = proxy_->ListenerPort("in");
    ASSERT_NE(port_, 0);
  }
  // What a connection between these two is answered; empty: nothing.
  std::string Asked(const std::string& destination, const std::string& source = "127.0.0.1",
                    uint16_t source_port = 0) {
    RawPeer client = ConnectBetween(source, source_port, destination, port_);
    EXPECT_TRUE(client.is_connected());
    static_cast<void>(client.Send(kGetAndClose));  // it may have been closed before
    const std::string answer = client.ReadToEnd();
    const size_t body = answer.find("\r\n\r\n");
    return body == answer.npos ? answer : answer.substr(body + 4);
  }

  RawListener upstream_;
  std::unique_ptr<RunningProxy> proxy_;
  uint16_t port_ = 0;
};

TEST_F(FilterChainsTest, TheDestinationDecides) {
  StartChains({Chain(Answers("two"), To("127.0.0.2")),
               Chain(Answers("few"), "prefix_ranges: " + Range("127.0.0.0", 29)),
               Chain(Answers("rest"), "")});
  for (int i = 0; i < 8; ++i) {  // on both workers
    EXPECT_EQ(Asked("127.0.0.1"), "few");
    EXPECT_EQ(Asked("127.0.0.2"), "two");
    EXPECT_EQ(Asked("127.0.0.9"), "rest");
  }
}

TEST_F(FilterChainsTest, TheSourceDecides) {
  StartChains({Chain(Answers("source"), "source_prefix_ranges: " + Range("127.0.0.3", 32)),
               Chain(Answers("direct"), "direct_source_prefix_ranges: " + Range("127.0.0.4", 32)),
               Chain(Answers("local"), "source_type: SAME_IP_OR_LOOPBACK"),
               Chain(Answers("external"), "source_type: EXTERNAL")});
  EXPECT_EQ(Asked("127.0.0.1", "127.0.0.1"), "local");
  EXPECT_EQ(Asked("127.0.0.1", "127.0.0.4"), "direct");
  EXPECT_EQ(Asked("127.0.0.1", "127.0.0.5"), "external");
  // The kind of source comes first, and leads away from the range.
  EXPECT_EQ(Asked("127.0.0.1", "127.0.0.3"), "external");
}

TEST_F(FilterChainsTest, ThePortsDecide) {
  const uint16_t free_port = RawListener().port();
  StartChains({Chain(Answers("other"), "destination_port: 1"),
               Chain(Answers("mine"), fmt::format("source_ports: [{}]", free_port)),
               Chain(Answers("rest"), "")});
  EXPECT_EQ(Asked("127.0.0.1", "127.0.0.1", free_port), "mine");
  EXPECT_EQ(Asked("127.0.0.1"), "rest");
}

TEST_F(FilterChainsTest, WithoutAnInspectorNothingIsKnownOfTheContent) {
  StartChains({Chain(Answers("tls"), "transport_protocol: tls"),
               Chain(Answers("name"), "server_names: [a]"),
               Chain(Answers("protocol"), "application_protocols: [http/1.1]"),
               Chain(Answers("raw"), "transport_protocol: raw_buffer")});
  EXPECT_EQ(Asked("127.0.0.1"), "raw");
}

TEST_F(FilterChainsTest, ConnectionsThatMatchNothingAreClosedAndCounted) {
  StartChains({Chain(Answers("two"), To("127.0.0.2"))});
  EXPECT_EQ(Asked("127.0.0.1"), "");
  EXPECT_EQ(Asked("127.0.0.2"), "two");
  EXPECT_EQ(proxy_->Stat("listener.in.no_filter_chain_match"), 1);
  EXPECT_EQ(proxy_->Stat("listener.in.downstream_cx_total"), 1);
  EXPECT_TRUE(proxy_->WaitForStat("listener.in.downstream_cx_destroy", 1));
}

TEST_F(FilterChainsTest, TheDefaultChainTakesWhatIsLeft) {
  StartChains({Chain(Answers("two"), To("127.0.0.2"))},
              fmt::format("default_filter_chain: {{{}}}", Answers("default")));
  EXPECT_EQ(Asked("127.0.0.1"), "default");
  EXPECT_EQ(Asked("127.0.0.2"), "two");
  EXPECT_EQ(proxy_->Stat("listener.in.no_filter_chain_match"), 0);
}

TEST_F(FilterChainsTest, ChainsOfOneListenerDifferInKind) {
  const Authority authority;
  const std::string tls =
      TransportSocket("Downstream", Certificates(authority.Issue("DNS:server.test")));
  StartChains({Chain(RelaysTo("service"), To("127.0.0.2")),
               Chain(Answers("secret"), To("127.0.0.1"), tls), Chain(Answers("plain"), "")});
  EXPECT_EQ(Asked("127.0.0.3"), "plain");
  TlsPeer secured = TlsPeer::ConnectTo(port_);
  ASSERT_TRUE(secured.is_connected()) << secured.failure();
  ASSERT_TRUE(secured.Send(kGetAndClose));
  EXPECT_THAT(secured.ReadMessage(), testing::EndsWith("secret"));
  RawPeer relayed = RawPeer::ConnectTo(port_, "127.0.0.2");
  RawPeer service = upstream_.Accept();
  ASSERT_TRUE(relayed.Send("ping"));
  EXPECT_EQ(service.ReadBytes(4), "ping");
}

TEST_F(FilterChainsTest, EachChainHasItsOwnTimeForTheHandshake) {
  const Authority authority;
  const std::string tls =
      TransportSocket("Downstream", Certificates(authority.Issue("DNS:server.test")));
  StartChains({Chain(Answers("slow"), To("127.0.0.1"), tls),
               Chain(Answers("quick"), "", tls + ", transport_socket_connect_timeout: 0.05s")});
  RawPeer quick = RawPeer::ConnectTo(port_, "127.0.0.2");
  EXPECT_TRUE(quick.HasEnded());
  EXPECT_EQ(proxy_->Stat("listener.in.downstream_cx_transport_socket_connect_timeout"), 1);
  TlsPeer slow = TlsPeer::ConnectTo(port_);
  EXPECT_TRUE(slow.is_connected()) << slow.failure();
}

}  // namespace
}  // namespace outrigger::test
