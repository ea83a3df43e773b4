// IPv6 and Unix sockets through the whole proxy: where it listens, where its services are, and
// where the admin port is.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "net/address.h"
#include "test/integration/http_fixture.h"
#include "test/support/http_client.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kGetReady =
    "GET /ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

RawPeer ConnectTo(const Address& address) {
  RawPeer peer;
  const int fd = socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(fd, address.data(), address.size()) == 0) {
    peer = RawPeer(fd);
  } else {
    close(fd);
  }
  return peer;
}

// A service at any address; `address()` tells the port that the kernel chose for 0.
class Service {
 public:
  explicit Service(const Address& address)
      : fd_(socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0)), address_(address) {
    is_listening_ = bind(fd_, address.data(), address.size()) == 0 && listen(fd_, 16) == 0;
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    if (is_listening_ && address.is_ip() &&
        getsockname(fd_, reinterpret_cast<sockaddr*>(&bound), &size) == 0) {
      address_ = Address::FromSockaddr(reinterpret_cast<sockaddr*>(&bound), size);
    }
  }
  ~Service() { close(fd_); }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  bool is_listening() const { return is_listening_; }
  const Address& address() const { return address_; }
  RawPeer Accept() const {
    pollfd entry{fd_, POLLIN, 0};
    const auto wait = std::chrono::milliseconds(RawPeer::kWaitMax).count();
    return poll(&entry, 1, static_cast<int>(wait)) > 0 ? RawPeer(accept(fd_, nullptr, nullptr))
                                                       : RawPeer();
  }

 private:
  const int fd_;
  Address address_;
  bool is_listening_ = false;
};

std::string YamlOf(const Address& address) {
  return address.is_ip() ? fmt::format(R"({{socket_address: {{address: "{}", port_value: {}}}}})",
                                       address.ip(), address.port())
                         : fmt::format(R"({{pipe: {{path: "{}"}}}})", address.path());
}

struct Places {
  Address listener = *Address::FromIp("127.0.0.1", 0);
  Address admin = *Address::FromIp("127.0.0.1", 0);
  Address service = *Address::FromIp("127.0.0.1", 1);
};

std::string BootstrapAt(const Places& places) {
  return fmt::format(R"(
admin: {{address: {0}}}
static_resources:
  clusters: [{{name: service, type: STATIC, load_assignment: {{cluster_name: service, endpoints: [
    {{lb_endpoints: [{{endpoint: {{address: {1}}}}}]}}]}}}}]
  listeners: [{{name: ingress, address: {2}, filter_chains: [{{filters: [{{name: http, typed_config: {{
    "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager,
    stat_prefix: ingress, route_config: {{virtual_hosts: [
      {{name: all, domains: ["*"], routes: [{{match: {{prefix: /}}, route: {{cluster: service}}}}]}}]}},
    http_filters: [{{name: router, typed_config: {{
      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}}}]}}}}]}}]}}])",
                     YamlOf(places.admin), YamlOf(places.service), YamlOf(places.listener));
}

class AddressesTest : public testing::Test {
 protected:
  ~AddressesTest() override { std::filesystem::remove_all(folder_); }

  Address PathOf(const std::string& name) const { return *Address::FromPath(folder_ + "/" + name); }
  // What a process that died leaves behind.
  static void LeaveSocketFile(const Address& address) {
    ASSERT_TRUE(Service(address).is_listening());
  }

  // A request by a new client to the new service, and back.
  static void ExpectServes(const Address& listener, const Service& service) {
    RawPeer client = ConnectTo(listener);
    ASSERT_TRUE(client.is_connected()) << listener.ToString();
    ASSERT_TRUE(client.Send(kGet));
    RawPeer upstream = service.Accept();
    EXPECT_THAT(upstream.ReadUntil("\r\n\r\n"), StartsWith("GET / HTTP/1.1\r\n"));
    ASSERT_TRUE(upstream.Send(kOk));
    EXPECT_THAT(client.ReadMessage(), AllOf(StartsWith("HTTP/1.1 200 "), EndsWith("\r\n\r\nok")));
  }
  static void ExpectCannotBind(const Places& places, const Address& address) {
    const absl::Status status = RunningProxy::TryStart(BootstrapAt(places));
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(fmt::format("cannot bind {}: Address already in use", address.path())));
  }

  const std::string folder_ = [] {
    std::string name = testing::TempDir() + "addressesXXXXXX";
    return std::string(mkdtemp(name.data()));
  }();
};

TEST_F(AddressesTest, Ipv6OnBothSides) {
  Service service(*Address::FromIp("::1", 0));
  if (!service.is_listening()) GTEST_SKIP() << "no IPv6 on this machine";
  Places places{.listener = *Address::FromIp("::1", 0), .service = service.address()};
  RunningProxy proxy(BootstrapAt(places));
  const uint16_t port = proxy.ListenerPort("ingress");
  ExpectServes(*Address::FromIp("::1", port), service);
  EXPECT_FALSE(ConnectTo(*Address::FromIp("127.0.0.1", port)).is_connected())
      << "an IPv6 address takes no IPv4 connection";
  const std::string clusters = HttpClient(proxy.admin_port()).Get("/clusters")->body;
  EXPECT_THAT(clusters,
              HasSubstr(fmt::format("service::[::1]:{}::weight::1\n", service.address().port())));
}

TEST_F(AddressesTest, UnixSocketsOnBothSides) {
  Service service(PathOf("service.sock"));
  Places places{.listener = PathOf("ingress.sock"), .service = service.address()};
  RunningProxy proxy(BootstrapAt(places));
  ExpectServes(places.listener, service);
  ExpectServes(places.listener, service);
  HttpClient admin(proxy.admin_port());
  EXPECT_EQ(admin.Get("/listeners")->body, "ingress::" + places.listener.path() + "\n");
  EXPECT_THAT(
      admin.Get("/clusters?format=json")->body,
      HasSubstr(fmt::format("\"pipe\": {{\n       \"path\": \"{}\"\n", service.address().path())));
}

TEST_F(AddressesTest, AbstractUnixSocketsOnBothSides) {
  Service service(*Address::FromPath("@" + PathOf("service").path()));
  Places places{.listener = *Address::FromPath("@" + PathOf("ingress").path()),
                .service = service.address()};
  RunningProxy proxy(BootstrapAt(places));
  ExpectServes(places.listener, service);
}

TEST_F(AddressesTest, AUnixServiceThatIsNotThereIsAConnectFailure) {
  Places places{.service = PathOf("service.sock")};
  RunningProxy proxy(BootstrapAt(places));
  EXPECT_EQ(HttpClient(proxy.ListenerPort("ingress")).Get("/")->status, 503);
  EXPECT_EQ(proxy.Stat("cluster.service.upstream_cx_connect_fail"), 1);
}

TEST_F(AddressesTest, TheAdminPortOnAUnixSocket) {
  Places places{.admin = PathOf("admin.sock")};
  RunningProxy proxy(BootstrapAt(places));
  RawPeer client = ConnectTo(places.admin);
  ASSERT_TRUE(client.Send(kGetReady));
  EXPECT_THAT(client.ReadToEnd(), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("LIVE\n")));
}

TEST_F(AddressesTest, SocketFilesThatNobodyListensBehindAreReplaced) {
  Service service(PathOf("service.sock"));
  Places places{PathOf("ingress.sock"), PathOf("admin.sock"), service.address()};
  LeaveSocketFile(places.listener);
  LeaveSocketFile(places.admin);
  RunningProxy proxy(BootstrapAt(places));
  ExpectServes(places.listener, service);
  EXPECT_TRUE(ConnectTo(places.admin).is_connected());
}

TEST_F(AddressesTest, ALivingSocketIsAClearErrorAndGoesOnLiving) {
  Service stranger(PathOf("stranger.sock"));
  ExpectCannotBind({.listener = stranger.address()}, stranger.address());
  ExpectCannotBind({.admin = stranger.address()}, stranger.address());
  // The probes of both, then us.
  RawPeer probe = stranger.Accept();
  EXPECT_TRUE(stranger.Accept().is_connected());
  EXPECT_TRUE(ConnectTo(stranger.address()).is_connected());
}

TEST_F(AddressesTest, AFileThatIsNoSocketIsNeverReplaced) {
  const Address address = PathOf("precious");
  std::ofstream(address.path()) << "letters";
  ExpectCannotBind({.listener = address}, address);
  std::string kept;
  std::ifstream(address.path()) >> kept;
  EXPECT_EQ(kept, "letters");
}

}  // namespace
}  // namespace outrigger::test
