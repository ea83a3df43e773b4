// Where connections to services come from, as the services see it.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

#include "test/integration/http_fixture.h"

namespace outrigger::test {
namespace {

constexpr const char* kFrom6 =
    "upstream_bind_config: {source_address: {address: 127.0.0.6, port_value: 0}}";
// No machine has it (RFC 5737).
constexpr const char* kFromNowhere =
    "upstream_bind_config: {source_address: {address: 192.0.2.1, port_value: 0}}";

std::string PeerOf(const RawPeer& peer) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  EXPECT_EQ(getpeername(peer.fd(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  char text[INET_ADDRSTRLEN] = {};
  inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
  return text;
}

class SourceAddressTest : public HttpTest {
 protected:
  void StartWith(const std::string& cluster_fields, const std::string& tcp_fields = "") {
    StaticBootstrap bootstrap;
    bootstrap.cluster_fields = cluster_fields;
    bootstrap.listeners[0].tcp_fields = tcp_fields;
    StartProxy(bootstrap);
  }
  // Who asks the service.
  std::string Source() {
    RawPeer client = Client();
    EXPECT_TRUE(client.Send(kGet));
    RawPeer service = upstream_.Accept();
    EXPECT_TRUE(service.is_connected());
    if (!service.is_connected()) return {};
    EXPECT_THAT(service.ReadUntil("\r\n\r\n"), testing::StartsWith("GET / "));
    EXPECT_TRUE(service.Send(kOk));
    EXPECT_THAT(client.ReadMessage(), testing::EndsWith("ok"));
    return PeerOf(service);
  }
};

TEST_F(SourceAddressTest, IsTheKernelsChoiceWhereNothingIsSaid) {
  StartWith("");
  EXPECT_EQ(Source(), "127.0.0.1");
}

TEST_F(SourceAddressTest, IsTheOneOfTheCluster) {
  StartWith(kFrom6);
  EXPECT_EQ(Source(), "127.0.0.6");
  EXPECT_EQ(PeerOf(neighbour_.service), "127.0.0.1") << "another cluster's";
}

TEST_F(SourceAddressTest, IsTheOneOfTheClusterForTcpProxiesToo) {
  StartWith(kFrom6, "cluster: service");
  EXPECT_EQ(Source(), "127.0.0.6");
}

TEST_F(SourceAddressTest, IsOfTheDestinationsFamily) {
  StartWith(
      "upstream_bind_config: {source_address: {address: '::1', port_value: 0}, "
      "extra_source_addresses: [{address: {address: 127.0.0.6, port_value: 0}}]}");
  EXPECT_EQ(Source(), "127.0.0.6");
}

TEST_F(SourceAddressTest, ThatCannotBeHadFailsTheRequest) {
  StartWith(kFromNowhere);
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_THAT(client.ReadMessage(), testing::StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(proxy_->Stat("cluster.service.bind_errors"), 1);
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_connect_fail"), 1);
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_active"), 0);
}

TEST_F(SourceAddressTest, ThatCannotBeHadEndsTheConnectionOfATcpProxy) {
  StartWith(kFromNowhere, "cluster: service");
  RawPeer client = Client();
  EXPECT_TRUE(client.HasEnded());
  EXPECT_EQ(proxy_->Stat("cluster.service.bind_errors"), 1);
  EXPECT_EQ(proxy_->Stat("tcp.ingress.downstream_cx_total"), 1);
}

TEST_F(SourceAddressTest, OfAnotherFamilyAloneIsNoneForTheDestination) {
  StartWith("upstream_bind_config: {source_address: {address: '::1', port_value: 0}}");
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_THAT(client.ReadMessage(), testing::StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(proxy_->Stat("cluster.service.bind_errors"), 1);
}

// The bootstrap's word is for the clusters that have none of their own.
TEST(BootstrapSourceTest, IsForClustersThatSayNothing) {
  RawListener upstream;
  StaticBootstrap bootstrap;
  bootstrap.upstream_ports = {upstream.port()};
  const std::string manager =
      "\ncluster_manager: {upstream_bind_config: {source_address: {address: 127.0.0.7, port_value: "
      "0}}}\n";
  const auto source = [&upstream](uint16_t port) {
    RawPeer client = RawPeer::ConnectTo(port);
    EXPECT_TRUE(client.Send(kGet));
    const RawPeer service = upstream.Accept();
    return PeerOf(service);
  };
  {
    RunningProxy proxy(bootstrap.ToYaml() + manager);
    EXPECT_EQ(source(proxy.ListenerPort("ingress")), "127.0.0.7");
  }
  bootstrap.cluster_fields = kFrom6;
  RunningProxy proxy(bootstrap.ToYaml() + manager);
  EXPECT_EQ(source(proxy.ListenerPort("ingress")), "127.0.0.6");
}

}  // namespace
}  // namespace outrigger::test
