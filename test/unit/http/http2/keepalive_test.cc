// When a session asks its peer whether it is still there, and what it makes of the answer, on a
// fake clock.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "test/support/http2_peer.h"
#include "test/unit/http/http2/http2_probe.h"

namespace outrigger::http::http2 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Options Asking(const KeepaliveOptions& keepalive) {
  Options options;
  options.keepalive = keepalive;
  return options;
}

// A client that asks, against a service of bare frames.
class KeepaliveTest : public ::testing::Test {
 protected:
  void Start(const KeepaliveOptions& keepalive) {
    client_ = std::make_unique<ClientProbe>(Asking(keepalive));
    client_->codec.OnTurnEnd();
    client_->TakeOutput();
    Say(test::FrameBytes(test::kSettings, 0, 0));
  }
  void Say(std::string_view frames) {
    client_->codec.Decode(frames);
    client_->codec.OnTurnEnd();
  }
  // PINGs that were sent since the last call, those that are answers apart.
  size_t Pings() {
    client_->codec.OnTurnEnd();
    const std::string output = client_->TakeOutput();
    size_t count = 0;
    for (size_t at = 0; at + 9 <= output.size();) {
      const auto size = static_cast<size_t>(static_cast<uint8_t>(output[at + 1])) << 8 |
                        static_cast<uint8_t>(output[at + 2]);
      if (output[at + 3] == test::kPing && output[at + 4] == 0) ++count;
      at += 9 + size;
    }
    return count;
  }
  void Answer() { Say(test::FrameBytes(test::kPing, test::kAck, 0, "anything")); }
  void Pass(Duration time) {
    client_->surroundings.clock.Advance(time);
    client_->surroundings.loop.RunOnce(Duration::zero());
    client_->surroundings.loop.RunOnce(Duration::zero());
  }
  bool is_peer_lost() const { return client_->surroundings.is_peer_silent; }

  std::unique_ptr<ClientProbe> client_;
};

TEST_F(KeepaliveTest, NobodyIsAskedWithoutConfiguration) {
  Start({});
  Pass(std::chrono::hours(10));
  EXPECT_EQ(Pings(), 0u);
  EXPECT_EQ(client_->surroundings.loop.timers().size(), 0u);
}

TEST_F(KeepaliveTest, APeerThatAnswersIsAskedAgainAfterEachInterval) {
  Start({.timeout = seconds(1), .interval = seconds(5)});
  for (int i = 0; i < 5; ++i) {
    Pass(milliseconds(4900));
    EXPECT_EQ(Pings(), 0u);
    Pass(milliseconds(200));
    EXPECT_EQ(Pings(), 1u);
    Pass(milliseconds(900));
    Answer();
  }
  EXPECT_FALSE(is_peer_lost());
}

TEST_F(KeepaliveTest, APeerThatDoesNotAnswerIsLost) {
  Start({.timeout = seconds(1), .interval = seconds(5)});
  Pass(milliseconds(5100));
  ASSERT_EQ(Pings(), 1u);
  Pass(milliseconds(900));
  EXPECT_FALSE(is_peer_lost());
  Pass(milliseconds(200));
  EXPECT_TRUE(is_peer_lost());
  EXPECT_EQ(client_->surroundings.stats.Word(kHttp2Family.offsets.by_metric[kKeepaliveTimeout]),
            1u);
}

TEST_F(KeepaliveTest, AnyFrameGivesThePeerMoreTime) {
  Start({.timeout = seconds(1), .interval = seconds(5)});
  Pass(milliseconds(5100));
  ASSERT_EQ(Pings(), 1u);
  for (int i = 0; i < 10; ++i) {
    Pass(milliseconds(900));
    Say(test::FrameBytes(test::kWindowUpdate, 0, 0, test::Number32(1)));
  }
  EXPECT_FALSE(is_peer_lost());
  EXPECT_EQ(Pings(), 0u);
  Pass(milliseconds(1100));
  EXPECT_TRUE(is_peer_lost());
}

TEST_F(KeepaliveTest, JitterMakesIntervalsLongerByDifferentTimesUpToItsBound) {
  Start({.timeout = seconds(1), .interval = seconds(10), .interval_jitter = seconds(5)});
  std::set<int> tenths;
  for (int round = 0; round < 50; ++round) {
    int waited = 0;
    while (Pings() == 0) {
      Pass(milliseconds(100));
      ++waited;
      ASSERT_LE(waited, 151);
    }
    tenths.insert(waited);
    Answer();
  }
  EXPECT_GE(*tenths.begin(), 100);
  EXPECT_GT(tenths.size(), 5u);
}

TEST_F(KeepaliveTest, AnAnswerThatNobodyAwaitsChangesNothing) {
  Start({.timeout = seconds(1), .interval = seconds(5)});
  Pass(milliseconds(3000));
  Answer();
  Pass(milliseconds(2100));
  EXPECT_EQ(Pings(), 1u);
}

TEST_F(KeepaliveTest, AStreamOnASilentConnectionIsPrecededByAQuestion) {
  Start({.timeout = seconds(1), .idle_interval = seconds(30)});
  Pass(seconds(20));
  client_->Send("GET", "/").stream->ResetStream();
  EXPECT_EQ(Pings(), 0u);
  Pass(seconds(20));
  client_->Send("GET", "/");
  client_->Send("GET", "/");
  EXPECT_EQ(Pings(), 1u);
  Answer();
  Pass(seconds(20));
  EXPECT_FALSE(is_peer_lost());
  EXPECT_EQ(Pings(), 0u);
}

TEST_F(KeepaliveTest, OurQuestionsAreNotHeldAgainstThePeer) {
  Start({.timeout = seconds(1), .interval = milliseconds(10)});
  for (int i = 0; i < 20'000; ++i) {
    Pass(milliseconds(11));
    Answer();
    client_->TakeOutput();
  }
  EXPECT_EQ(client_->codec.failure(), "");
  EXPECT_FALSE(client_->codec.is_going_away());
}

// The answer to a keepalive is none to the question before a drain.
TEST(ServerKeepalive, F22_ADrainStillWaitsForItsOwnAnswer) {
  ServerProbe server(Asking({.timeout = seconds(100), .interval = seconds(5)}));
  ClientProbe client;
  Converse(client, server);
  server.surroundings.clock.Advance(seconds(6));
  server.surroundings.loop.RunOnce(Duration::zero());
  server.codec.OnTurnEnd();
  EXPECT_EQ(server.surroundings.outputs_due, 1);
  client.codec.Decode(server.TakeOutput());
  server.codec.StartDrain();
  client.Send("GET", "/meanwhile");
  client.codec.OnTurnEnd();  // with the answer to the keepalive
  server.codec.Decode(client.TakeOutput());
  ASSERT_EQ(server.requests.size(), 1u);
  client.Send("GET", "/still");
  Converse(client, server);
  EXPECT_EQ(server.requests.size(), 2u);
}

}  // namespace
}  // namespace outrigger::http::http2
