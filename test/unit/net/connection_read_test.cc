// What a filter is offered, when, and what happens to what it does not take.
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "net/connection.h"
#include "test/support/loopback.h"

namespace outrigger {
namespace {

class ConnectionReadTest : public testing::Test {
 protected:
  void SetUp() override {
    filter_.Take(Connection::FromAccepted(world_.net, pair_.near, Address()));
    world_.RunTurns(2);
    world_.sockets.ResetCounts();
  }
  Connection& connection() { return filter_.connection(); }
  bool RunUntilBytes(size_t size) {
    return world_.RunUntil([&] { return filter_.bytes.size() >= size; });
  }
  void RunUntilOffers(size_t count) {
    ASSERT_TRUE(world_.RunUntil([&] { return filter_.offers.size() >= count; }));
  }

  LoopWorld world_;
  TcpPair pair_;
  RecordingFilter filter_{world_};
};

TEST_F(ConnectionReadTest, DeliversWhatArrivesWithOneReadEach) {
  pair_.far.Send("hello");
  ASSERT_TRUE(RunUntilBytes(5));
  pair_.far.Send(" world");
  ASSERT_TRUE(RunUntilBytes(11));
  EXPECT_EQ(filter_.bytes, "hello world");
  EXPECT_EQ(world_.sockets.count(SocketCall::kRead), 2);
  EXPECT_EQ(connection().bytes_read(), 11u);
}

TEST_F(ConnectionReadTest, HoldsNoSlabWhileTheFilterTakesEverything) {
  pair_.far.Send("hello");
  ASSERT_TRUE(RunUntilBytes(5));
  EXPECT_EQ(world_.slabs.slabs_out(), 0u);
}

TEST_F(ConnectionReadTest, OffersWhatWasLeftAgainWhenMoreArrives) {
  filter_.take_max = 0;
  pair_.far.Send("GET / HT");
  RunUntilOffers(1);
  filter_.take_max = SIZE_MAX;
  pair_.far.Send("TP/1.1\r\n");
  ASSERT_TRUE(RunUntilBytes(16));
  EXPECT_EQ(filter_.bytes, "GET / HTTP/1.1\r\n");
  EXPECT_EQ(filter_.offers, (std::vector<size_t>{8, 16}));
}

TEST_F(ConnectionReadTest, KeepsWhatFollowsTheTakenPartWithoutOfferingItInVain) {
  filter_.take_max = 3;
  pair_.far.Send("onetwo");
  RunUntilOffers(1);
  world_.RunTurns(5);
  EXPECT_EQ(filter_.offers.size(), 1u);
  EXPECT_TRUE(connection().has_pending_input());
  connection().OfferKeptBytes();
  EXPECT_EQ(filter_.bytes, "one");  // not re-entrantly
  world_.RunTurns(1);
  EXPECT_EQ(filter_.bytes, "onetwo");
  EXPECT_FALSE(connection().has_pending_input());
}

TEST_F(ConnectionReadTest, ReadsNothingWhilePausedAndResumesOnceEveryPauseIsTakenBack) {
  connection().PauseReading();
  connection().PauseReading();
  pair_.far.Send("late");
  world_.RunTurns(5);
  EXPECT_EQ(world_.sockets.count(SocketCall::kRead), 0);
  connection().ResumeReading();
  world_.RunTurns(2);
  EXPECT_EQ(filter_.bytes, "");
  connection().ResumeReading();
  ASSERT_TRUE(RunUntilBytes(4));
}

TEST_F(ConnectionReadTest, StopsInTheMiddleWhenTheFilterPausesIt) {
  filter_.on_bytes = [&](std::string_view) { connection().PauseReading(); };
  filter_.take_max = 2;
  pair_.far.Send("abcd");
  ASSERT_TRUE(RunUntilBytes(2));
  pair_.far.Send("ef");
  world_.RunTurns(5);
  EXPECT_EQ(filter_.bytes, "ab");
  filter_.on_bytes = nullptr;
  filter_.take_max = SIZE_MAX;
  connection().ResumeReading();
  ASSERT_TRUE(RunUntilBytes(6));
  EXPECT_EQ(filter_.bytes, "abcdef");
}

TEST_F(ConnectionReadTest, SeesAnEndThatArrivedTogetherWithBytes) {
  pair_.far.Send("last");
  pair_.far.ShutdownWrite();
  ASSERT_TRUE(world_.RunUntil([&] { return !filter_.events.empty(); }));
  EXPECT_EQ(filter_.bytes, "last");
  EXPECT_EQ(filter_.events, std::vector<std::string>{"eof"});
}

TEST_F(ConnectionReadTest, TellsTheEndOnlyAfterTheBytesThatAPauseHeldBack) {
  connection().PauseReading();
  pair_.far.Send("last");
  pair_.far.ShutdownWrite();
  world_.RunTurns(5);
  EXPECT_TRUE(filter_.events.empty());
  EXPECT_TRUE(connection().has_pending_input());
  filter_.on_bytes = [&](std::string_view) { EXPECT_TRUE(filter_.events.empty()); };
  connection().ResumeReading();
  ASSERT_TRUE(world_.RunUntil([&] { return !filter_.events.empty(); }));
  EXPECT_EQ(filter_.bytes, "last");
}

TEST_F(ConnectionReadTest, TellsTheEndWithKeptBytesStillThere) {
  filter_.take_max = 0;
  pair_.far.Send("half a mess");
  RunUntilOffers(1);
  pair_.far.ShutdownWrite();
  ASSERT_TRUE(world_.RunUntil([&] { return !filter_.events.empty(); }));
  EXPECT_EQ(filter_.events, std::vector<std::string>{"eof"});
}

TEST_F(ConnectionReadTest, KeepsNoMoreThanItsMaximum) {
  filter_.take_max = 0;
  const std::string chunk(16 * 1024, 'x');
  size_t sent = 0;
  for (int i = 0; i < 200; ++i) {
    sent += pair_.far.Send(chunk);
    world_.RunTurns(1);
  }
  EXPECT_EQ(connection().bytes_read(), Connection::kKeptBytesMax);
  EXPECT_EQ(filter_.offers.back(), Connection::kKeptBytesMax);
  filter_.take_max = SIZE_MAX;
  connection().OfferKeptBytes();
  ASSERT_TRUE(RunUntilBytes(sent));
}

TEST_F(ConnectionReadTest, LeavesTheTurnToItsNeighboursWhenTheBudgetIsSpent) {
  connection().PauseReading();
  const std::string chunk(64 * 1024, 'x');
  size_t sent = 0;
  while (const size_t more = pair_.far.Send(chunk)) sent += more;
  world_.RunTurns(2);
  connection().ResumeReading();
  while (filter_.bytes.size() < sent) {
    const size_t before = filter_.bytes.size();
    world_.RunTurns(1);
    // An edge and the queue may both fall into one turn.
    ASSERT_LE(filter_.bytes.size() - before,
              2 * (Connection::kReadBudgetBytes + NetContext::kReadScratchBytes));
    pair_.far.Send("");
  }
  EXPECT_GT(sent, Connection::kReadBudgetBytes);
}

TEST_F(ConnectionReadTest, ReadsAgainAfterAnInterruption) {
  world_.sockets.FailNext(SocketCall::kRead, EINTR);
  pair_.far.Send("hello");
  ASSERT_TRUE(RunUntilBytes(5));
}

TEST_F(ConnectionReadTest, SpendsOneReadAndOneWriteOnARequest) {
  filter_.on_bytes = [&](std::string_view) { connection().Write("response"); };
  for (int i = 1; i <= 3; ++i) {
    pair_.far.Send("request");
    ASSERT_TRUE(world_.RunUntil([&] {
      pair_.far.Receive();
      return pair_.far.received().size() == 8u * static_cast<size_t>(i);
    }));
  }
  world_.RunTurns(3);
  EXPECT_EQ(world_.sockets.count(SocketCall::kRead), 3);
  EXPECT_EQ(world_.sockets.count(SocketCall::kWrite), 3);
  EXPECT_EQ(world_.sockets.total_count(), 6);
}

}  // namespace
}  // namespace outrigger
