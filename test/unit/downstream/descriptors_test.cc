// F18: when descriptors run out, nothing spins and nothing ends; when they are there again, service
// goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

#include "test/support/http_world.h"

namespace outrigger::test {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Timers fire at most this late.
constexpr Duration kTick = std::chrono::milliseconds(10);

void ExpectServed(HttpWorld& http, LoopbackPeer& client) {
  LoopbackPeer service = http.Service();
  ASSERT_TRUE(http.Receives(service, "\r\n\r\n"));
  service.Send(kOk);
  EXPECT_TRUE(http.Receives(client, "ok"));
}

TEST(Descriptors, F18_AcceptingPausesInsteadOfSpinningAndGoesOn) {
  for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
    HttpWorld http;
    http.world.sockets.FailNext(SocketCall::kAccept, error, 3);
    LoopbackPeer client = http.Client();
    client.Send(kGet);
    for (int pause = 1; pause <= 3; ++pause) {
      http.RunTurns(100);
      EXPECT_EQ(http.world.sockets.count(SocketCall::kAccept), pause);
      http.world.Pass(ListenSocket::kPause + kTick);
    }
    ExpectServed(http, client);
  }
}

TEST(Descriptors, F18_WithoutADescriptorForTheServiceTheRequestIsAnswered) {
  HttpWorld http;
  LoopbackPeer client = http.Client();
  for (int i = 0; i < 3; ++i) {
    http.world.sockets.FailNext(SocketCall::kOpen, EMFILE);
    client.Send(kGet);
    ASSERT_TRUE(http.Receives(client, "remote connection failure"));
    EXPECT_THAT(client.received(), testing::StartsWith("HTTP/1.1 503"));
    client.ClearReceived();
  }
  client.Send(kGet);
  ExpectServed(http, client);
}

}  // namespace
}  // namespace outrigger::test
