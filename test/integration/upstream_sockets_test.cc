// The options of the sockets to services, read back from the kernel.
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "test/integration/http_fixture.h"
#include "test/support/own_sockets.h"

namespace outrigger::test {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class UpstreamSockets : public HttpTest {
 protected:
  void StartWith(const std::string& keepalive, const std::string& tcp_fields = "") {
    StaticBootstrap bootstrap;
    bootstrap.cluster_fields = "upstream_connection_options: {tcp_keepalive: " + keepalive + "}";
    bootstrap.listeners[0].tcp_fields = tcp_fields;
    StartProxy(bootstrap);
  }
  // Whether the connection that `client` makes the proxy open is kept alive, and how.
  std::vector<int> KeepaliveOf(RawPeer& client) {
    EXPECT_TRUE(client.Send(kGet));
    service_ = upstream_.Accept();
    service_.ReadUntil("\r\n\r\n");  // the kernel connects before the proxy has set anything
    const std::vector<int> sockets = SocketsConnectedTo(upstream_.port());
    EXPECT_THAT(sockets, SizeIs(1));
    if (sockets.empty()) return {};
    return {SocketOptionOf(sockets[0], SOL_SOCKET, SO_KEEPALIVE),
            SocketOptionOf(sockets[0], IPPROTO_TCP, TCP_KEEPCNT),
            SocketOptionOf(sockets[0], IPPROTO_TCP, TCP_KEEPIDLE),
            SocketOptionOf(sockets[0], IPPROTO_TCP, TCP_KEEPINTVL)};
  }
};

constexpr const char* kKeepalive =
    "{keepalive_probes: 4, keepalive_time: 31, keepalive_interval: 7}";

TEST_F(UpstreamSockets, AreKeptAliveAsTheClusterSays) {
  StartWith(kKeepalive);
  RawPeer client = Client();
  EXPECT_THAT(KeepaliveOf(client), ElementsAre(1, 4, 31, 7));
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_THAT(client.ReadMessage(), testing::EndsWith("ok"));
}

TEST_F(UpstreamSockets, OfATcpProxyAreKeptAliveToo) {
  StartWith(kKeepalive, "cluster: service");
  RawPeer client = Client();
  EXPECT_THAT(KeepaliveOf(client), ElementsAre(1, 4, 31, 7));
}

TEST_F(UpstreamSockets, AreNotKeptAliveWhereANumberIsZero) {
  StartWith("{keepalive_probes: 0, keepalive_time: 31}");
  RawPeer client = Client();
  EXPECT_EQ(KeepaliveOf(client)[0], 0);
}

TEST_F(UpstreamSockets, HaveTheNumbersOfTheSystemWhereNoneAreSaid) {
  StartWith("{}");
  RawPeer client = Client();
  const int fresh = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_THAT(KeepaliveOf(client), ElementsAre(1, SocketOptionOf(fresh, IPPROTO_TCP, TCP_KEEPCNT),
                                               SocketOptionOf(fresh, IPPROTO_TCP, TCP_KEEPIDLE),
                                               SocketOptionOf(fresh, IPPROTO_TCP, TCP_KEEPINTVL)));
  close(fresh);
}

}  // namespace
}  // namespace outrigger::test
