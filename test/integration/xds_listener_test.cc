// Listeners and addresses: collisions, moves, exchanges, removal and return under load.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test/integration/xds_fixture.h"
#include "test/support/raw_peer.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;

// A port that was free a moment ago.
uint16_t FreePort() { return RawListener().port(); }

class XdsListenerTest : public XdsTest {
 protected:
  XdsListenerTest() {
    for (const char* name : {"a", "b"}) SetEdsCluster(ads_, name);
    SetEndpoints(ads_, "a", "1", {backend_a_.port()});
    SetEndpoints(ads_, "b", "1", {backend_b_.port()});
    SetRoute(ads_, "routes-a", "1", "a");
    SetRoute(ads_, "routes-b", "1", "b");
  }

  static std::string Bytes(const std::string& name, uint16_t port) {
    return ListenerBytes(ListenerYaml(name, "routes-" + name, port));
  }
  void Set(const std::string& name, const std::string& version, uint16_t port) {
    ads_.Set(kListener, name, version, Bytes(name, port));
  }
  std::string BodyAt(uint16_t port) {
    HttpClient client(port);
    return BodyFrom(client);
  }
  bool WaitForBodyAt(uint16_t port, const std::string& body) {
    return WaitFor([&] { return BodyAt(port) == body; });
  }
  bool IsRefused(uint16_t port) { return !RawPeer::ConnectTo(port).is_connected(); }

  const uint16_t first_ = FreePort();
  const uint16_t second_ = FreePort();
};

TEST_F(XdsListenerTest, AnAddressThatAnotherListenerHasIsRefused) {
  Set("a", "1", first_);
  StartProxy();
  ASSERT_TRUE(WaitForBodyAt(first_, "a"));
  const Request nack = SendAndWait(Push(kListener, "same").Add("b", "1", Bytes("b", first_)));
  EXPECT_THAT(
      nack.error_detail().message(),
      HasSubstr("b: address: 127.0.0.1:" + std::to_string(first_) + " is that of listener a"));
  EXPECT_EQ(BodyAt(first_), "a");
  EXPECT_EQ(proxy_->Stat("listener_manager.listener_create_failure"), 1);
  // Free again, it is taken.
  SendAndWait(Push(kListener, "gone").Remove("a"));
  EXPECT_FALSE(
      SendAndWait(Push(kListener, "now").Add("b", "1", Bytes("b", first_))).has_error_detail());
  EXPECT_TRUE(WaitForBodyAt(first_, "b"));
}

TEST_F(XdsListenerTest, AnAddressThatIsGivenUpInTheSameResponseIsTakenOver) {
  Set("a", "1", first_);
  Set("b", "1", second_);
  StartProxy();
  ASSERT_TRUE(WaitForBodyAt(first_, "a"));
  ASSERT_TRUE(WaitForBodyAt(second_, "b"));
  HttpClient client(first_);
  ASSERT_EQ(BodyFrom(client), "a");
  const Request ack =
      SendAndWait(Push(kListener, "handover").Add("b", "2", Bytes("b", first_)).Remove("a"));
  EXPECT_FALSE(ack.has_error_detail()) << ack.error_detail().message();
  // Where connections are accepted never closes: whoever is connected goes on with the new one.
  ASSERT_TRUE(WaitFor([&] { return BodyFrom(client) == "b"; }));
  EXPECT_EQ(client.connections(), 1);
}

TEST_F(XdsListenerTest, TwoListenersExchangeTheirAddresses) {
  Set("a", "1", first_);
  Set("b", "1", second_);
  StartProxy();
  ASSERT_TRUE(WaitForBodyAt(first_, "a"));
  ASSERT_TRUE(WaitForBodyAt(second_, "b"));
  const Request ack = SendAndWait(Push(kListener, "exchange")
                                      .Add("a", "2", Bytes("a", second_))
                                      .Add("b", "2", Bytes("b", first_)));
  EXPECT_FALSE(ack.has_error_detail()) << ack.error_detail().message();
  EXPECT_TRUE(WaitForBodyAt(first_, "b"));
  EXPECT_TRUE(WaitForBodyAt(second_, "a"));
}

TEST_F(XdsListenerTest, AListenerThatWaitsForAnAddressGetsItOnceItIsFree) {
  Set("a", "1", first_);
  StartProxy();
  ASSERT_TRUE(WaitForBodyAt(first_, "a"));
  // a moves away, but its new version is not complete: its address is not free yet.
  const std::string incomplete = ListenerBytes(ListenerYaml("a", "later", second_));
  SendAndWait(Push(kListener, "both").Add("a", "2", incomplete).Add("b", "1", Bytes("b", first_)));
  ASSERT_TRUE(proxy_->WaitForStat("listener_manager.total_listeners_warming", 2));
  EXPECT_EQ(BodyAt(first_), "a");
  SetRoute(ads_, "later", "1", "a");
  EXPECT_TRUE(WaitForBodyAt(second_, "a"));
  EXPECT_TRUE(WaitForBodyAt(first_, "b"));
}

TEST_F(XdsListenerTest, AListenerThatMovesServesAtItsNewAddressAndItsConnectionsEndGracefully) {
  Set("a", "1", first_);
  StartProxy();
  ASSERT_TRUE(WaitForBodyAt(first_, "a"));
  HttpClient client(first_);
  ASSERT_EQ(BodyFrom(client), "a");
  Set("a", "2", second_);
  ASSERT_TRUE(WaitForBodyAt(second_, "a"));
  EXPECT_TRUE(WaitFor([&] { return IsRefused(first_); }));
  RawPeer late = RawPeer::ConnectTo(first_);
  EXPECT_FALSE(late.is_connected());
}

TEST_F(XdsListenerTest, AnAddressInUseByAnotherProgramIsRefusedAndTheListenerStaysWhereItIs) {
  Set("a", "1", first_);
  StartProxy();
  ASSERT_TRUE(WaitForBodyAt(first_, "a"));
  RawListener other;
  const Request nack =
      SendAndWait(Push(kListener, "taken").Add("a", "2", Bytes("a", other.port())));
  EXPECT_THAT(nack.error_detail().message(), HasSubstr(std::to_string(other.port())));
  EXPECT_EQ(BodyAt(first_), "a");
}

TEST_F(XdsListenerTest, AListenerRemovedAndGivenBackUnderLoadIsNeverDeaf) {
  Set("a", "1", first_);
  StartProxy();
  ASSERT_TRUE(WaitForBodyAt(first_, "a"));
  for (int round = 0; round < 30; ++round) {
    const std::string version = std::to_string(round);
    // Without a pause between the two: the workers may still be letting go.
    ads_.Send(Push(kListener, "gone" + version).Remove("a").response());
    SendAndWait(Push(kListener, "back" + version).Add("a", version, Bytes("a", first_)));
    ASSERT_TRUE(WaitForBodyAt(first_, "a")) << "round " << round;
  }
}

TEST_F(XdsListenerTest, ARequestUnderWayOutlivesItsListener) {
  RawListener service;
  SetEndpoints(ads_, "a", "2", {service.port()});
  Set("a", "1", first_);
  StartProxy();
  ASSERT_TRUE(WaitFor([&] { return !IsRefused(first_); }));
  RawPeer client = RawPeer::ConnectTo(first_);
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  RawPeer upstream = service.Accept();
  ASSERT_THAT(upstream.ReadUntil("\r\n\r\n"), HasSubstr("GET /"));
  SendAndWait(Push(kListener, "gone").Remove("a"));
  SendAndWait(Push(kCluster, "gone too").Remove("a").Remove("b"));
  ASSERT_TRUE(WaitFor([&] { return IsRefused(first_); }));
  ASSERT_TRUE(upstream.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  const std::string answer = client.ReadToEnd();
  EXPECT_THAT(answer, HasSubstr("connection: close"));
  EXPECT_THAT(answer, testing::EndsWith("ok"));
}

TEST_F(XdsListenerTest, AWarmingListenerThatGoesAwayLetsGoOfItsAddress) {
  StartProxy();
  SettleWire();
  const std::string incomplete = ListenerBytes(ListenerYaml("w", "never", first_));
  EXPECT_FALSE(
      SendAndWait(Push(kListener, "warming").Add("w", "1", incomplete)).has_error_detail());
  SendAndWait(Push(kListener, "gone").Remove("w"));
  // Somebody else may bind it, alone.
  const auto binds = [&] {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(first_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int result = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
    close(fd);
    return result == 0;
  };
  EXPECT_TRUE(binds());
}

}  // namespace
}  // namespace outrigger::test
