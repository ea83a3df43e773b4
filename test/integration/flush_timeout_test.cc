// How long a whole answer waits for a client of HTTP/2 that does not take it.
#include <string>

#include "test/integration/http_fixture.h"
#include "test/support/http2_peer.h"

namespace outrigger::test {
namespace {

constexpr uint32_t kInternalError = 2;
constexpr std::string_view kInitialWindowSize("\x00\x04", 2);  // RFC 9113 6.5.2

class FlushTimeout : public HttpTest {
 protected:
  // What becomes of an answer whose client has no room for it.
  Http2Message AnswerWithoutRoom() {
    client_ = Http2Peer::ConnectTo(port_);
    EXPECT_TRUE(client_.Send(kSettings, 0, 0, std::string(kInitialWindowSize) + Number32(0)));
    EXPECT_TRUE(client_.SendHead(1, GetFields(), true));
    service_ = upstream_.Accept();
    EXPECT_THAT(service_.ReadUntil("\r\n\r\n"), testing::StartsWith("GET / "));
    EXPECT_TRUE(service_.Send(kOk));
    return client_.Read(1);
  }

  Http2Peer client_;
};

TEST_F(FlushTimeout, OfTheConnectionManagerEndsAnAnswerThatNobodyTakes) {
  StaticBootstrap bootstrap;
  bootstrap.listeners[0].hcm_fields = "stream_flush_timeout: 0.05s";
  StartProxy(bootstrap);
  const Http2Message answer = AnswerWithoutRoom();
  EXPECT_EQ(answer.Field(":status"), "200");
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(answer.reset, kInternalError);
  EXPECT_EQ(proxy_->Stat("http2.tx_flush_timeout"), 1);
}

TEST_F(FlushTimeout, OfTheRouteComesFirst) {
  StaticBootstrap bootstrap;
  bootstrap.listeners[0].hcm_fields = "stream_flush_timeout: 1000s";
  bootstrap.listeners[0].routes =
      "[{match: {prefix: /}, route: {cluster: service, flush_timeout: 0.05s}}]";
  StartProxy(bootstrap);
  EXPECT_EQ(AnswerWithoutRoom().reset, kInternalError);
}

TEST_F(FlushTimeout, IsTheIdleTimeoutOfTheRouteWhereNobodySaysMore) {
  StartProxyWithRoutes("[{match: {prefix: /}, route: {cluster: service, idle_timeout: 1s}}]");
  EXPECT_EQ(AnswerWithoutRoom().reset, kInternalError);
  EXPECT_EQ(proxy_->Stat("http2.tx_flush_timeout"), 1);
}

TEST_F(FlushTimeout, OfOneStreamLeavesItsNeighboursAlone) {
  StartProxyWithRoutes(
      "[{match: {prefix: /short}, route: {cluster: service, flush_timeout: 0.05s}}, "
      "{match: {prefix: /}, route: {cluster: service}}]");
  ASSERT_NE(port_, 0);
  client_ = Http2Peer::ConnectTo(port_);
  ASSERT_TRUE(client_.Send(kSettings, 0, 0, std::string(kInitialWindowSize) + Number32(0)));
  ASSERT_TRUE(client_.SendHead(1, GetFields(), true));
  service_ = upstream_.Accept();
  service_.ReadUntil("\r\n\r\n");
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_EQ(client_.AwaitHead(), 1u);
  ASSERT_TRUE(client_.SendHead(3, GetFields("/short"), true));
  service_.ReadUntil("\r\n\r\n");
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_EQ(client_.Read(3).reset, kInternalError);
  ASSERT_TRUE(client_.Send(kWindowUpdate, 0, 1, Number32(2)));
  EXPECT_EQ(client_.Read(1).body, "ok");
}

}  // namespace
}  // namespace outrigger::test
