// What a peer may ask for in the midst of a turn, and behind the end of a stream.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "test/support/http2_peer.h"
#include "test/unit/http/http2/http2_probe.h"

namespace outrigger::http::http2 {
namespace {

using std::string_literals::operator""s;

constexpr uint32_t kStreamsMax = 100;
const std::string kGetBlock = "\x82\x86\x84\x41\x01\x61"s;  // GET http / at `a` (RFC 7541 C.3)
// CONNECT to `a`, which is not enabled.
const std::string kConnectBlock = "\x42\x07"s + "CONNECT" + "\x41\x01\x61";
const std::string kEarlyHintsBlock = "\x48\x03\x31\x30\x33"s;  // :status 103
const std::string kCancel = "\0\0\0\x08"s;

std::string Get(uint32_t stream, const std::string& block = kGetBlock) {
  return test::FrameBytes(test::kHeaders, test::kEndHeaders | test::kEndStream, stream, block);
}

class ServerFlood : public ::testing::Test {
 protected:
  ServerFlood() { Say(std::string(test::kPreface) + test::FrameBytes(test::kSettings, 0, 0)); }
  void Say(const std::string& frames) { server_.codec.Decode(frames); }
  // Requests that are reset at once.
  std::string Cancelled(uint32_t first, uint32_t count) const {
    std::string frames;
    for (uint32_t stream = first; stream < first + 2 * count; stream += 2) {
      frames += Get(stream) + test::FrameBytes(test::kRstStream, 0, stream, kCancel);
    }
    return frames;
  }

  ServerProbe server_;
};

// What serves a stream is freed with the turn that it ends in.
TEST_F(ServerFlood, R29_StreamsThatWereResetCountUntilTheTurnEnds) {
  Say(Cancelled(1, kStreamsMax + 50));
  EXPECT_EQ(server_.requests.size(), kStreamsMax);
  EXPECT_TRUE(server_.failures.empty());
  server_.codec.OnTurnEnd();
  EXPECT_EQ(server_.surroundings.stats.Word(kHttp2Family.offsets.by_metric[kStreamRefusedErrors]),
            50u);
  Say(Get(1001));
  ASSERT_EQ(server_.requests.size(), kStreamsMax + 1);
  EXPECT_FALSE(server_.requests.back()->heard.has_failed());
}

TEST_F(ServerFlood, R29_RequestsThatNoProxyTakesAreNotAnsweredForEver) {
  for (uint32_t stream = 1; stream < 2'000 && !server_.codec.must_close(); stream += 2) {
    Say(Get(stream, kConnectBlock));
    server_.codec.OnTurnEnd();
  }
  EXPECT_TRUE(server_.codec.must_close());
  EXPECT_GT(server_.refusals.size(), 100u);
  EXPECT_LT(server_.refusals.size(), 1'000u);
}

class ClientFlood : public ::testing::Test {
 protected:
  // The service goes on after the client has reset the stream.
  ClientFlood() {
    client_.codec.Decode(test::FrameBytes(test::kSettings, 0, 0));
    SentRequest& sent = client_.Send("GET", "/");
    client_.codec.OnTurnEnd();
    sent.stream->ResetStream();
    client_.codec.OnTurnEnd();
  }
  // How often `frame` may come.
  int Bears(const std::string& frame) {
    for (int count = 0; count < 100'000; ++count) {
      if (!client_.codec.failure().empty()) return count;
      client_.codec.Decode(frame);
    }
    return 100'000;
  }

  ClientProbe client_;
};

TEST_F(ClientFlood, R29_BytesBehindTheEndOfAStreamMayComeForAWhile) {
  const int count = Bears(test::FrameBytes(test::kData, 0, 1, "x"));
  EXPECT_GT(count, 1'000);
  EXPECT_LT(count, 100'000);
}

TEST_F(ClientFlood, R13_HeadsBehindTheEndOfAStreamMayComeForAShorterWhile) {
  const int count = Bears(test::FrameBytes(test::kHeaders, test::kEndHeaders, 1, kEarlyHintsBlock));
  EXPECT_GT(count, 100);
  EXPECT_LT(count, 10'000);
}

}  // namespace
}  // namespace outrigger::http::http2
