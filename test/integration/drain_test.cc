// The graceful end: what is under way is finished, clients are sent elsewhere, nothing is cut (F22,
// F23, P33).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "test/support/http2_peer.h"
#include "test/support/http_client.h"
#include "test/support/raw_peer.h"
#include "test/support/running_proxy.h"
#include "test/support/static_bootstrap.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kOutboundAddress = "127.0.0.2";
constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

class DrainTest : public ::testing::Test {
 protected:
  DrainTest() {
    StaticBootstrap bootstrap{{upstream_.port()}, {{.name = "inbound"}, {.name = "outbound"}}, ""};
    bootstrap.listeners[1].fields = "traffic_direction: OUTBOUND";
    bootstrap.listeners[1].address = kOutboundAddress;
    proxy_ = std::make_unique<RunningProxy>(bootstrap.ToYaml());
  }

  RawPeer Client(const std::string& listener) {
    return RawPeer::ConnectTo(proxy_->ListenerPort(listener),
                              listener == "outbound" ? kOutboundAddress : "127.0.0.1");
  }
  // A request that has reached the service and is not answered yet.
  void StartRequest(RawPeer& client, RawPeer& service) {
    ASSERT_TRUE(client.Send(kGet));
    service = upstream_.Accept();
    ASSERT_THAT(service.ReadUntil("\r\n\r\n"), StartsWith("GET / "));
  }
  // As SIGTERM does; returns once every worker has heard of it.
  void Drain() {
    proxy_->Drain();
    ASSERT_TRUE(proxy_->WaitForStat("listener_manager.total_listeners_draining", 1));
  }
  std::string Ready() {
    HttpClient admin(proxy_->admin_port());
    const auto answer = admin.Get("/ready");
    return answer.has_value() ? answer->body : admin.failure();
  }

  RawListener upstream_;
  std::unique_ptr<RunningProxy> proxy_;
};

TEST_F(DrainTest, F22_ReadinessFailsAtOnceAndTheRunningRequestIsFinished) {
  RawPeer client = Client("inbound");
  RawPeer service;
  StartRequest(client, service);
  Drain();
  EXPECT_EQ(Ready(), "DRAINING\n");
  ASSERT_TRUE(service.Send(kOk));
  const std::string answer = client.ReadToEnd();
  EXPECT_THAT(answer, HasSubstr("\r\nconnection: close\r\n"));
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\nok"));
  EXPECT_TRUE(proxy_->WaitForEnd());
}

TEST_F(DrainTest, F22_AcceptingGoesOnAndLateClientsAreAnsweredOnce) {
  RawPeer holder = Client("inbound");
  RawPeer service;
  StartRequest(holder, service);
  Drain();
  RawPeer late = Client("inbound");
  RawPeer second_service;
  StartRequest(late, second_service);
  ASSERT_TRUE(second_service.Send(kOk));
  EXPECT_THAT(late.ReadToEnd(), HasSubstr("\r\nconnection: close\r\n"));
  ASSERT_TRUE(service.Send(kOk));
  EXPECT_THAT(holder.ReadToEnd(), testing::EndsWith("ok"));
  EXPECT_TRUE(proxy_->WaitForEnd());
}

TEST_F(DrainTest, F22_AnIdleConnectionIsClosedAndTheProcessEnds) {
  RawPeer client = Client("inbound");
  RawPeer service;
  StartRequest(client, service);
  ASSERT_TRUE(service.Send(kOk));
  EXPECT_THAT(client.ReadMessage(), Not(HasSubstr("connection: close")));
  proxy_->Drain();
  EXPECT_TRUE(client.HasEnded());
  EXPECT_TRUE(proxy_->WaitForEnd());
}

TEST_F(DrainTest, F22_StreamsOfHttp2AreFinishedAndNoneOnItsWayIsLost) {
  Http2Peer client = Http2Peer::ConnectTo(proxy_->ListenerPort("inbound"));
  ASSERT_TRUE(client.SendHead(1, GetFields(), true));
  RawPeer service = upstream_.Accept();
  service.ReadUntil("\r\n\r\n");
  Drain();
  const std::optional<Frame> notice = client.NextOf(kGoaway);
  ASSERT_TRUE(notice.has_value());
  EXPECT_EQ(notice->payload.substr(0, 4), Number32(0x7FFFFFFF));
  // Not answering its PING, the client has more time.
  ASSERT_TRUE(client.SendHead(3, GetFields(), true));
  RawPeer second = upstream_.Accept();
  second.ReadUntil("\r\n\r\n");
  ASSERT_TRUE(second.Send(kOk));
  EXPECT_EQ(client.Read(3).body, "ok");
  ASSERT_TRUE(client.Send(kPing, kAck, 0, "outrggr0"));
  const std::optional<Frame> last = client.NextOf(kGoaway);
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(last->payload.substr(0, 4), Number32(3));
  ASSERT_TRUE(service.Send(kOk));
  EXPECT_EQ(client.Read(1).body, "ok");
  EXPECT_FALSE(client.Next().has_value());
  EXPECT_TRUE(proxy_->WaitForEnd());
}

TEST_F(DrainTest, P33_OutboundConnectionsAreNotToldToClose) {
  RawPeer client = Client("outbound");
  RawPeer holder = Client("inbound");
  RawPeer service;
  StartRequest(holder, service);
  Drain();
  RawPeer outbound_service;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.Send(kGet));
    if (!outbound_service.is_connected()) outbound_service = upstream_.Accept();
    ASSERT_THAT(outbound_service.ReadUntil("\r\n\r\n"), StartsWith("GET / "));
    ASSERT_TRUE(outbound_service.Send(kOk));
    EXPECT_THAT(client.ReadMessage(), Not(HasSubstr("connection: close")));
  }
  EXPECT_FALSE(proxy_->has_ended());
  ASSERT_TRUE(service.Send(kOk));
  EXPECT_THAT(holder.ReadToEnd(), testing::EndsWith("ok"));
  EXPECT_TRUE(proxy_->WaitForEnd());
}

TEST_F(DrainTest, P33_AnOutboundRequestUnderWayIsWaitedFor) {
  RawPeer client = Client("outbound");
  RawPeer service;
  StartRequest(client, service);
  Drain();
  ASSERT_TRUE(service.Send(kOk));
  EXPECT_THAT(client.ReadMessage(), testing::EndsWith("ok"));
  EXPECT_TRUE(proxy_->WaitForEnd());
}

TEST_F(DrainTest, F23_ASecondSignalEndsItWhateverIsUnderWay) {
  RawPeer client = Client("inbound");
  RawPeer service;
  StartRequest(client, service);
  proxy_->Drain();
  proxy_->Drain();
  EXPECT_TRUE(proxy_->WaitForEnd());
}

}  // namespace
}  // namespace outrigger::test
