// How queued bytes leave, and how a slow peer shows.
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "net/connection.h"
#include "test/support/loopback.h"

namespace outrigger {
namespace {

class ConnectionWriteTest : public testing::Test {
 protected:
  void SetUp() override {
    filter_.Take(Connection::FromAccepted(world_.net, pair_.near, Address()));
    world_.RunTurns(2);
    world_.sockets.ResetCounts();
  }
  Connection& connection() { return filter_.connection(); }
  bool RunUntilReceived(size_t size) {
    return world_.RunUntil([&] {
      pair_.far.Receive();
      return pair_.far.received().size() >= size;
    });
  }
  // Writes until the socket takes no more and `waiting` bytes wait behind it.
  size_t FillUp(size_t waiting) {
    const std::string chunk(16 * 1024, 'x');
    size_t written = 0;
    while (connection().write_buffer().size() < waiting) {
      connection().Write(chunk);
      written += chunk.size();
    }
    return written;
  }

  LoopWorld world_;
  TcpPair pair_;
  RecordingFilter filter_{world_};
};

TEST_F(ConnectionWriteTest, GathersTheWritesOfATurnIntoOneCall) {
  connection().Write("a");
  connection().write_buffer().Append("b");
  connection().WriteQueued();
  connection().Write("c");
  EXPECT_EQ(world_.sockets.count(SocketCall::kWrite), 0);
  ASSERT_TRUE(RunUntilReceived(3));
  EXPECT_EQ(pair_.far.received(), "abc");
  EXPECT_EQ(world_.sockets.count(SocketCall::kWrite), 1);
  EXPECT_EQ(connection().bytes_written(), 3u);
  EXPECT_EQ(world_.slabs.slabs_out(), 0u);
}

TEST_F(ConnectionWriteTest, GoesOnAfterShortWrites) {
  world_.sockets.SetWriteMax(3);
  connection().Write("hello world");
  ASSERT_TRUE(RunUntilReceived(11));
  EXPECT_EQ(pair_.far.received(), "hello world");
  EXPECT_EQ(world_.sockets.count(SocketCall::kWrite), 4);
}

TEST_F(ConnectionWriteTest, GoesOnWhenTheSocketHasRoomAgain) {
  const size_t written = FillUp(100'000);
  const int calls = world_.sockets.count(SocketCall::kWrite);
  world_.RunTurns(3);
  EXPECT_EQ(world_.sockets.count(SocketCall::kWrite), calls);  // blocked: nothing tried in vain
  ASSERT_TRUE(RunUntilReceived(written));
  EXPECT_TRUE(connection().write_buffer().empty());
}

TEST_F(ConnectionWriteTest, SendsABurstAboveTheMarkAtOnce) {
  connection().Write(std::string(Connection::kHighWaterDefault, 'x'));
  EXPECT_EQ(world_.sockets.count(SocketCall::kWrite), 0);
  connection().Write("y");
  EXPECT_GT(world_.sockets.count(SocketCall::kWrite), 0);
  EXPECT_TRUE(connection().write_buffer().empty());
  world_.RunTurns(2);
  EXPECT_TRUE(filter_.events.empty());
}

TEST_F(ConnectionWriteTest, TellsBothWaterMarksOnceEach) {
  connection().SetWaterMarks(10'000);
  const size_t written = FillUp(50'000);
  EXPECT_TRUE(connection().is_above_high_water());
  EXPECT_TRUE(filter_.events.empty());  // not re-entrantly
  world_.RunTurns(2);
  EXPECT_EQ(filter_.events, std::vector<std::string>{"above"});
  ASSERT_TRUE(RunUntilReceived(written));
  world_.RunTurns(2);
  EXPECT_EQ(filter_.events, (std::vector<std::string>{"above", "below"}));
  EXPECT_FALSE(connection().is_above_high_water());
}

TEST_F(ConnectionWriteTest, HalfClosesOnceEverythingIsWritten) {
  const size_t written = FillUp(100'000);
  connection().ShutdownWrite();
  connection().Write("too late");
  ASSERT_TRUE(world_.RunUntil([&] { return !pair_.far.Receive(); }));
  EXPECT_TRUE(pair_.far.saw_eof());
  EXPECT_EQ(pair_.far.received().size(), written);
  EXPECT_FALSE(filter_.is_closed());
}

TEST_F(ConnectionWriteTest, StillReadsAfterItsHalfCloseAndEndsWithThePeers) {
  connection().ShutdownWrite();
  world_.RunTurns(1);
  pair_.far.Send("answer");
  pair_.far.ShutdownWrite();
  ASSERT_TRUE(world_.RunUntil([&] { return filter_.is_closed(); }));
  EXPECT_EQ(filter_.bytes, "answer");
  EXPECT_EQ(filter_.events, (std::vector<std::string>{"eof", "closed"}));
  EXPECT_EQ(filter_.reason, CloseReason::kRemoteEof);
}

TEST_F(ConnectionWriteTest, StillWritesAfterThePeersHalfCloseAndEndsWithItsOwn) {
  pair_.far.ShutdownWrite();
  ASSERT_TRUE(world_.RunUntil([&] { return !filter_.events.empty(); }));
  connection().Write("answer");
  connection().ShutdownWrite();
  ASSERT_TRUE(world_.RunUntil([&] { return filter_.is_closed(); }));
  pair_.far.Receive();
  EXPECT_EQ(pair_.far.received(), "answer");
  EXPECT_TRUE(pair_.far.saw_eof());
  EXPECT_EQ(filter_.reason, CloseReason::kRemoteEof);
}

TEST_F(ConnectionWriteTest, ReadsAnEarlyAnswerBeforeItReportsAFailedWrite) {
  world_.sockets.FailNext(SocketCall::kWrite, EPIPE);
  pair_.far.Send("413 too large");
  connection().Write("a body nobody wants");
  ASSERT_TRUE(world_.RunUntil([&] { return filter_.is_closed(); }));
  EXPECT_EQ(filter_.bytes, "413 too large");
  EXPECT_EQ(filter_.reason, CloseReason::kRemoteReset);
  EXPECT_EQ(filter_.system_error, EPIPE);
}

TEST_F(ConnectionWriteTest, ClosesOnOtherErrors) {
  world_.sockets.FailNext(SocketCall::kWrite, EIO);
  connection().Write("x");
  ASSERT_TRUE(world_.RunUntil([&] { return filter_.is_closed(); }));
  EXPECT_EQ(filter_.reason, CloseReason::kIoError);
  EXPECT_EQ(filter_.system_error, EIO);
}

}  // namespace
}  // namespace outrigger
