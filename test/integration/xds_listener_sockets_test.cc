// What a change of a listener's addresses and socket options does to its sockets.
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "test/integration/xds_fixture.h"
#include "test/support/own_sockets.h"
#include "test/support/raw_peer.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

// A port that was free a moment ago.
uint16_t FreePort() { return RawListener().port(); }

class XdsListenerSockets : public XdsTest {
 protected:
  XdsListenerSockets() {
    SetEdsCluster(ads_, "a");
    SetEndpoints(ads_, "a", "1", {backend_a_.port()});
    SetRoute(ads_, "routes", "1", "a");
  }

  // A listener at the first port, with these fields beside.
  std::string Bytes(const std::string& name, uint16_t port, const std::string& fields) const {
    return ListenerBytes(ListenerYaml(name, "routes", port) + fields);
  }
  static std::string More(uint16_t port) {
    return fmt::format(
        "additional_addresses: [{{address: {{socket_address: {{address: 127.0.0.1, port_value: "
        "{}}}}}}}]\n",
        port);
  }
  static std::string Option(int name, int value) {
    return fmt::format("socket_options: [{{level: {}, name: {}, int_value: {}}}]\n", SOL_SOCKET,
                       name, value);
  }
  void StartWith(const std::string& fields) {
    ads_.Set(kListener, "a", "1", Bytes("a", first_, fields));
    StartProxy();
    ASSERT_TRUE(WaitFor([&] { return BodyAt(first_) == "a"; }));
    SettleWire();
  }
  Request Change(const std::string& fields) {
    return SendAndWait(Push(kListener, "change").Add("a", "2", Bytes("a", first_, fields)));
  }
  std::string BodyAt(uint16_t port) {
    HttpClient client(port);
    return BodyFrom(client);
  }
  bool IsRefused(uint16_t port) { return !RawPeer::ConnectTo(port).is_connected(); }

  const uint16_t first_ = FreePort();
  const uint16_t second_ = FreePort();
  const uint16_t third_ = FreePort();
};

TEST_F(XdsListenerSockets, AChangeOfOneAddressLeavesTheOthersAlone) {
  StartWith(More(second_));
  HttpClient client(first_);
  ASSERT_EQ(BodyFrom(client), "a");
  ASSERT_EQ(BodyAt(second_), "a");
  const std::vector<int> before = SocketsListeningOn(first_);
  EXPECT_FALSE(Change(More(third_)).has_error_detail());
  EXPECT_TRUE(WaitFor([&] { return BodyAt(third_) == "a"; }));
  EXPECT_TRUE(WaitFor([&] { return IsRefused(second_); }));
  EXPECT_EQ(SocketsListeningOn(first_), before);
  EXPECT_EQ(BodyFrom(client), "a");
  EXPECT_EQ(client.connections(), 1);
}

TEST_F(XdsListenerSockets, AnAddressThatIsTakenRejectsTheListener) {
  StartWith("");
  RawListener other;
  const Request nack = Change(fmt::format(
      "additional_addresses: [{{address: {{socket_address: {{address: 127.0.0.1, port_value: "
      "{}}}}}}}, {{address: {{socket_address: {{address: 127.0.0.1, port_value: {}}}}}}}]\n",
      second_, other.port()));
  EXPECT_THAT(
      nack.error_detail().message(),
      HasSubstr(fmt::format("cannot bind 127.0.0.1:{}: Address already in use", other.port())));
  EXPECT_EQ(BodyAt(first_), "a");
  EXPECT_TRUE(IsRefused(second_));
  EXPECT_EQ(proxy_->Stat("listener_manager.listener_create_failure"), 1);
}

TEST_F(XdsListenerSockets, AnAddressOfAnotherListenerIsRefusedByItsPosition) {
  StartWith(More(second_));
  const Request nack =
      SendAndWait(Push(kListener, "clash").Add("b", "1", Bytes("b", third_, More(second_))));
  EXPECT_THAT(
      nack.error_detail().message(),
      HasSubstr(fmt::format(
          "b: additional_addresses[0].address: 127.0.0.1:{} is that of listener a", second_)));
}

TEST_F(XdsListenerSockets, OtherOptionsGetOtherSocketsAtTheSameAddress) {
  StartWith(Option(SO_KEEPALIVE, 0));
  EXPECT_FALSE(Change(Option(SO_KEEPALIVE, 1)).has_error_detail());
  const auto have_changed = [&] {
    const std::vector<int> sockets = SocketsListeningOn(first_);
    return sockets.size() == RunningProxy::kWorkers && std::ranges::all_of(sockets, [](int fd) {
             return SocketOptionOf(fd, SOL_SOCKET, SO_KEEPALIVE) == 1;
           });
  };
  EXPECT_TRUE(WaitFor(have_changed));
  EXPECT_EQ(BodyAt(first_), "a");
}

TEST_F(XdsListenerSockets, AnOptionThatTheKernelRefusesRejectsTheListener) {
  StartWith("");
  EXPECT_THAT(Change(Option(9999, 1)).error_detail().message(),
              HasSubstr(fmt::format("a: cannot set socket option {}/9999 of 127.0.0.1:{}: "
                                    "Protocol not available",
                                    SOL_SOCKET, first_)));
  EXPECT_EQ(BodyAt(first_), "a");
  EXPECT_THAT(SocketsListeningOn(first_), SizeIs(RunningProxy::kWorkers));
}

}  // namespace
}  // namespace outrigger::test
