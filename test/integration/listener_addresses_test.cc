// Listeners of more than one address, and what /listeners says of where they listen.
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <map>
#include <string>
#include <vector>

#include "test/integration/http_fixture.h"
#include "test/support/http_client.h"
#include "test/support/own_sockets.h"

namespace outrigger::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kTwoMore =
    "additional_addresses: [{address: {socket_address: {address: 127.0.0.3, port_value: 0}}}, "
    "{address: {socket_address: {address: 127.0.0.3, port_value: 0}}}]";

class ListenerAddresses : public HttpTest {
 protected:
  void StartWith(const std::string& fields, const std::string& tcp_fields = "") {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].fields = fields;
    bootstrap.listeners[0].tcp_fields = tcp_fields;
    StartProxy(bootstrap);
  }
  std::string Page(const std::string& path) {
    HttpClient admin(proxy_->admin_port());
    const auto answer = admin.Get(path);
    return answer.has_value() ? answer->body : admin.failure();
  }
  // Where /listeners says that `ingress` listens at 127.0.0.3.
  std::vector<uint16_t> MorePorts() {
    constexpr std::string_view kLine = "ingress::127.0.0.3:";
    const std::string page = Page("/listeners");
    std::vector<uint16_t> ports;
    for (size_t at = page.find(kLine); at != page.npos; at = page.find(kLine, at + 1)) {
      ports.push_back(static_cast<uint16_t>(std::stoi(page.substr(at + kLine.size()))));
    }
    return ports;
  }
  std::string AnswerAt(uint16_t port, const std::string& host) {
    RawPeer client = RawPeer::ConnectTo(port, host);
    EXPECT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    RawPeer service = upstream_.Accept();
    service.ReadUntil("\r\n\r\n");
    EXPECT_TRUE(
        service.Send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"));
    return client.ReadToEnd();
  }
};

TEST_F(ListenerAddresses, AreServedAllOfThem) {
  StartWith(kTwoMore);
  const std::vector<uint16_t> more = MorePorts();
  ASSERT_THAT(more, SizeIs(2));
  EXPECT_NE(more[0], more[1]);
  EXPECT_THAT(AnswerAt(port_, "127.0.0.1"), EndsWith("ok"));
  for (const uint16_t port : more) EXPECT_THAT(AnswerAt(port, "127.0.0.3"), EndsWith("ok"));
  // Its numbers are those of its first address.
  EXPECT_EQ(proxy_->Stat("listener.127.0.0.1_0.downstream_cx_total"), 3);
  EXPECT_EQ(proxy_->Stat("listener.127.0.0.3_0.downstream_cx_total"), -1);
  for (const uint16_t port : {port_, more[0], more[1]}) {
    EXPECT_THAT(SocketsListeningOn(port), SizeIs(RunningProxy::kWorkers));
  }
}

TEST_F(ListenerAddresses, AreToldWithThePortsThatTheKernelChose) {
  StartWith(kTwoMore);
  const std::vector<uint16_t> more = MorePorts();
  ASSERT_THAT(more, SizeIs(2));
  EXPECT_THAT(Page("/listeners"),
              HasSubstr(fmt::format("ingress::127.0.0.1:{}\ningress::127.0.0.3:{}\n"
                                    "ingress::127.0.0.3:{}\n",
                                    port_, more[0], more[1])));
  const std::string json = Page("/listeners?format=json");
  EXPECT_THAT(json, HasSubstr(fmt::format("\"port_value\": {}", port_)));
  EXPECT_THAT(json, HasSubstr("\"additional_local_addresses\": [\n"));
  for (const uint16_t port : more) {
    EXPECT_THAT(json, HasSubstr(fmt::format("\"port_value\": {}", port)));
  }
  EXPECT_THAT(json, testing::Not(HasSubstr("\"port_value\": 0")));
}

TEST_F(ListenerAddresses, HaveTheOptionsOfTheListenerOrTheirOwn) {
  StartWith(fmt::format(
      "socket_options: [{{level: {0}, name: {1}, int_value: 1}}, "
      "{{level: {2}, name: {3}, int_value: 77, state: STATE_BOUND}}, "
      "{{level: {2}, name: {4}, int_value: 5, state: STATE_LISTENING}}], "
      "additional_addresses: [{{address: {{socket_address: {{address: 127.0.0.3, port_value: "
      "0}}}}}}, "
      "{{address: {{socket_address: {{address: 127.0.0.3, port_value: 0}}}}, socket_options: "
      "{{socket_options: [{{level: {2}, name: {3}, buf_value: WAAAAA==}}]}}}}]",
      SOL_SOCKET, SO_KEEPALIVE, IPPROTO_TCP, TCP_KEEPIDLE, TCP_DEFER_ACCEPT));
  const std::vector<uint16_t> more = MorePorts();
  ASSERT_THAT(more, SizeIs(2));
  for (const uint16_t port : {port_, more[0]}) {
    for (const int fd : SocketsListeningOn(port)) {
      EXPECT_EQ(SocketOptionOf(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
      EXPECT_EQ(SocketOptionOf(fd, IPPROTO_TCP, TCP_KEEPIDLE), 77);
      EXPECT_GT(SocketOptionOf(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT), 0);
    }
  }
  for (const int fd : SocketsListeningOn(more[1])) {
    EXPECT_EQ(SocketOptionOf(fd, SOL_SOCKET, SO_KEEPALIVE), 0);
    EXPECT_EQ(SocketOptionOf(fd, IPPROTO_TCP, TCP_KEEPIDLE), 88);
  }
}

TEST_F(ListenerAddresses, OfAnOptionThatTheKernelRefusesNoProxyStarts) {
  StaticBootstrap bootstrap;
  bootstrap.upstream_ports = {upstream_.port()};
  bootstrap.listeners[0].fields =
      fmt::format("socket_options: [{{level: {}, name: 9999, int_value: 1}}]", SOL_SOCKET);
  EXPECT_THAT(std::string(RunningProxy::TryStart(bootstrap.ToYaml()).message()),
              HasSubstr(fmt::format("ingress: cannot set socket option {}/9999 of 127.0.0.1:0: "
                                    "Protocol not available",
                                    SOL_SOCKET)));
}

TEST_F(ListenerAddresses, OfATcpProxyAreAlike) {
  StartWith(kTwoMore, "cluster: service");
  const std::vector<uint16_t> more = MorePorts();
  ASSERT_THAT(more, SizeIs(2));
  RawPeer client = RawPeer::ConnectTo(more[1], "127.0.0.3");
  ASSERT_TRUE(client.Send("abc"));
  service_ = upstream_.Accept();
  EXPECT_EQ(service_.ReadBytes(3), "abc");
}

}  // namespace
}  // namespace outrigger::test
