// Backpressure over plain TCP: who does not read is not read for, in either direction, and nothing
// is lost when it goes on (F13).
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "snapshot/tcp_stats.h"
#include "test/support/http_world.h"

namespace outrigger::test {
namespace {

constexpr size_t kBytes = 64 * 1024 * 1024;
// Two water marks and what one read brings.
constexpr size_t kHeldBytesMax = 192 * 1024;
constexpr int kQuietTurns = 50;

// No two places within a period look alike, so that what is lost or out of order shows.
std::string MakeBytes() {
  std::string bytes(kBytes, '\0');
  uint32_t state = 1;
  for (char& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<char>(state >> 24);
  }
  return bytes;
}

class TcpBackpressure : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { bytes_ = new std::string(MakeBytes()); }
  static void TearDownTestSuite() { delete bytes_; }

  TcpBackpressure() : client_(tcp_.Client()), service_(tcp_.Service()) { tcp_.RunTurns(5); }

  void Turn() {
    tcp_.RunTurns(1);
    ASSERT_LE(tcp_.world.slabs.slabs_out() * SlabPool::kSlabBytes, kHeldBytesMax);
  }
  void SendUntilNobodyTakes(LoopbackPeer& sender) {
    for (int quiet = 0; quiet < kQuietTurns && sent_ < kBytes; ++quiet) {
      const size_t taken = sender.Send(std::string_view(*bytes_).substr(sent_));
      if (taken > 0) quiet = 0;
      sent_ += taken;
      Turn();
    }
    ASSERT_LT(sent_, kBytes) << "the kernel took it all: nothing was tested";
  }
  void PassTheRest(LoopbackPeer& sender, LoopbackPeer& reader) {
    SendUntilNobodyTakes(sender);
    while (reader.received().size() < kBytes) {
      sent_ += sender.Send(std::string_view(*bytes_).substr(sent_));
      Turn();
      ASSERT_TRUE(reader.Receive());
    }
    EXPECT_TRUE(reader.received() == *bytes_);
  }

  static const std::string* bytes_;
  HttpWorld tcp_{TcpOptions()};
  LoopbackPeer client_;
  LoopbackPeer service_;
  size_t sent_ = 0;
};

const std::string* TcpBackpressure::bytes_ = nullptr;

TEST_F(TcpBackpressure, AServiceThatDoesNotReadStopsTheClient) {
  PassTheRest(client_, service_);
  const uint64_t paused = tcp_.TcpStat(kTcpPausedReadingTotal);
  EXPECT_GT(paused, 0u);
  EXPECT_EQ(tcp_.TcpStat(kTcpResumedReadingTotal), paused);
}

TEST_F(TcpBackpressure, AClientThatDoesNotReadStopsTheService) { PassTheRest(service_, client_); }

TEST_F(TcpBackpressure, TheOtherDirectionIsNotStopped) {
  SendUntilNobodyTakes(client_);
  service_.Send("heard");
  EXPECT_TRUE(tcp_.Receives(client_, "heard"));
}

TEST_F(TcpBackpressure, R55_AResetByWhomNobodyReadsForIsNoticed) {
  SendUntilNobodyTakes(client_);
  client_.Reset();
  EXPECT_TRUE(tcp_.BecomesEmpty());
  ASSERT_TRUE(tcp_.world.RunUntil([&] { return !service_.Receive(); }));
  EXPECT_TRUE(service_.saw_reset());
}

TEST_F(TcpBackpressure, TheLastBytesReachAServiceWhoseClientIsGone) {
  service_.ShutdownWrite();
  SendUntilNobodyTakes(client_);
  client_.Close();
  tcp_.RunTurns(5);
  ASSERT_TRUE(tcp_.world.RunUntil([&] { return !service_.Receive(); }));
  EXPECT_EQ(service_.received().size(), sent_);
  EXPECT_TRUE(service_.saw_eof());
  EXPECT_TRUE(tcp_.BecomesEmpty());
  EXPECT_EQ(tcp_.TcpStat(kTcpUpstreamFlushActive), 0u);
}

}  // namespace
}  // namespace outrigger::test
