// What /healthcheck/fail and /drain_listeners do to clients, and what /ready says meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "test/support/backend.h"
#include "test/support/http2_peer.h"
#include "test/support/http_client.h"
#include "test/support/raw_peer.h"
#include "test/support/running_proxy.h"
#include "test/support/static_bootstrap.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

class AdminDrainTest : public ::testing::Test {
 protected:
  AdminDrainTest() {
    StaticBootstrap bootstrap{
        {backend_.port()}, {{.name = "in"}, {.name = "any"}, {.name = "stays"}}, ""};
    bootstrap.listeners[0].fields = "traffic_direction: INBOUND";
    bootstrap.listeners[1].address = "127.0.0.2";
    bootstrap.listeners[2].fields = "drain_type: MODIFY_ONLY";
    bootstrap.listeners[2].address = "127.0.0.3";
    proxy_ = std::make_unique<RunningProxy>(bootstrap.ToYaml());
  }

  static constexpr const char* kAddresses[] = {"127.0.0.1", "127.0.0.2", "127.0.0.3"};
  static constexpr const char* kNames[] = {"in", "any", "stays"};
  enum Which { kIn, kAny, kStays };

  RawPeer Client(Which which) {
    return RawPeer::ConnectTo(proxy_->ListenerPort(kNames[which]), kAddresses[which]);
  }
  static std::string Ask(RawPeer& client) {
    EXPECT_TRUE(client.Send(kGet));
    return client.ReadMessage();
  }
  // Each worker has heard of what was posted before: it is told in order, and by control.
  void AwaitClose(Which which) {
    while (!testing::Test::HasFailure()) {
      RawPeer client = Client(which);
      if (Ask(client).find("connection: close") != std::string::npos) return;
    }
  }
  Answer Admin(const std::string& method, const std::string& target) {
    HttpClient admin(proxy_->admin_port());
    const auto answer = admin.Send(method + " " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(answer.has_value()) << admin.failure();
    return answer.value_or(Answer());
  }

  Backend backend_{"ok"};
  std::unique_ptr<RunningProxy> proxy_;
};

TEST_F(AdminDrainTest, AFailedHealthCheckIsSaidAtOnceAndUndoneAtOnce) {
  EXPECT_EQ(Admin("POST", "/healthcheck/fail").body, "OK\n");
  Answer ready = Admin("GET", "/ready");
  EXPECT_EQ(ready.status, 503);
  EXPECT_EQ(ready.body, "DRAINING\n");
  EXPECT_THAT(Admin("GET", "/server_info").body, HasSubstr("\"state\": \"DRAINING\""));
  EXPECT_TRUE(proxy_->WaitForStat("server.state", 1));
  EXPECT_EQ(proxy_->Stat("server.live"), 0);
  EXPECT_EQ(Admin("POST", "/healthcheck/ok").body, "OK\n");
  ready = Admin("GET", "/ready");
  EXPECT_EQ(ready.status, 200);
  EXPECT_EQ(ready.body, "LIVE\n");
  EXPECT_TRUE(proxy_->WaitForStat("server.live", 1));
}

TEST_F(AdminDrainTest, AFailedHealthCheckSendsClientsAwayButWhereOnlyChangesDrain) {
  RawPeer before = Client(kAny);
  EXPECT_THAT(Ask(before), Not(HasSubstr("connection: close")));
  Admin("POST", "/healthcheck/fail");
  ASSERT_TRUE(proxy_->WaitForStat("server.state", 1));
  AwaitClose(kAny);
  EXPECT_THAT(Ask(before), HasSubstr("connection: close"));
  EXPECT_TRUE(before.HasEnded());
  RawPeer staying = Client(kStays);
  EXPECT_THAT(Ask(staying), Not(HasSubstr("connection: close")));
  EXPECT_THAT(Ask(staying), Not(HasSubstr("connection: close")));
}

TEST_F(AdminDrainTest, Http2ClientsGetGoawayWhileTheHealthCheckFails) {
  Admin("POST", "/healthcheck/fail");
  AwaitClose(kIn);
  Http2Peer client = Http2Peer::ConnectTo(proxy_->ListenerPort("in"));
  ASSERT_TRUE(client.SendHead(1, GetFields(), true));
  EXPECT_TRUE(client.NextOf(kGoaway).has_value());
}

TEST_F(AdminDrainTest, InboundListenersTakeNoMoreClientsAndServeTheirOwn) {
  RawPeer inbound = Client(kIn);
  EXPECT_THAT(Ask(inbound), HasSubstr("ok"));
  const uint16_t port = proxy_->ListenerPort("in");
  EXPECT_EQ(Admin("POST", "/drain_listeners?inboundonly").body, "OK\n");
  ASSERT_TRUE(proxy_->WaitForStat("listener_manager.listener_stopped", 1));
  // Closed once every worker has let go of it.
  while (RawPeer::ConnectTo(port).is_connected()) {
  }
  EXPECT_THAT(Ask(inbound), Not(HasSubstr("connection: close")));
  RawPeer other = Client(kAny);
  EXPECT_THAT(Ask(other), Not(HasSubstr("connection: close")));
  EXPECT_EQ(Admin("GET", "/ready").body, "LIVE\n");
}

TEST_F(AdminDrainTest, SkipExitSendsClientsAwayAndGoesOnAccepting) {
  EXPECT_EQ(Admin("POST", "/drain_listeners?graceful&skip_exit&inboundonly").body, "OK\n");
  AwaitClose(kIn);
  RawPeer late = Client(kIn);
  EXPECT_THAT(Ask(late), HasSubstr("connection: close"));
  RawPeer other = Client(kAny);
  EXPECT_THAT(Ask(other), Not(HasSubstr("connection: close")));
}

TEST_F(AdminDrainTest, WithoutInboundonlyEveryListenerDrains) {
  Admin("POST", "/drain_listeners?graceful");
  AwaitClose(kAny);
  AwaitClose(kStays);
  RawPeer late = Client(kIn);
  EXPECT_TRUE(late.is_connected()) << "for the drain time";
}

TEST_F(AdminDrainTest, NothingDrainsByGet) {
  EXPECT_EQ(Admin("GET", "/drain_listeners").status, 405);
  EXPECT_EQ(Admin("GET", "/healthcheck/fail").status, 405);
  EXPECT_EQ(Admin("GET", "/ready").status, 200);
}

}  // namespace
}  // namespace outrigger::test
