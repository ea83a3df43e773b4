// Every way a connection begins and ends: OnClosed comes once, at the end of a turn, and the
// descriptor is closed once.
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "net/connection.h"
#include "test/support/loopback.h"

namespace outrigger {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class ConnectionCloseTest : public testing::Test {
 protected:
  void Accept() {
    filter_.Take(Connection::FromAccepted(world_.net, pair_.near, Address()));
    world_.RunTurns(2);
    world_.sockets.ResetCounts();
  }
  void Connect(const Address& address) {
    filter_.Take(Connection::StartConnect(world_.net, address, {seconds(5)}));
  }
  Connection& connection() { return filter_.connection(); }
  bool RunUntilClosed() {
    return world_.RunUntil([&] { return filter_.is_closed(); });
  }

  LoopWorld world_;
  TcpPair pair_;
  RecordingFilter filter_{world_};
};

TEST_F(ConnectionCloseTest, ClosesNowButReportsAtTheTurnsEnd) {
  Accept();
  connection().Write("dropped");
  connection().Close(Connection::Flush::kNo);
  EXPECT_TRUE(connection().is_closing());
  EXPECT_FALSE(filter_.is_closed());
  world_.RunTurns(1);
  EXPECT_TRUE(filter_.is_closed());
  EXPECT_EQ(filter_.reason, CloseReason::kLocal);
  EXPECT_EQ(world_.sockets.count(SocketCall::kClose), 1);
  pair_.far.Receive();
  EXPECT_TRUE(pair_.far.saw_eof());
  EXPECT_EQ(pair_.far.received(), "");
}

TEST_F(ConnectionCloseTest, FlushesBeforeClosingAndDropsWhatStillArrives) {
  Accept();
  const std::string big(4'000'000, 'x');
  connection().Write(big);
  connection().Close(Connection::Flush::kThenLinger);
  connection().Write("too late");
  pair_.far.Send("ignored");
  ASSERT_TRUE(world_.RunUntil([&] { return !pair_.far.Receive(); }));
  pair_.far.Close();
  EXPECT_EQ(pair_.far.received().size(), big.size());
  EXPECT_EQ(filter_.bytes, "");
  ASSERT_TRUE(RunUntilClosed());
  EXPECT_EQ(filter_.reason, CloseReason::kLocal);
}

TEST_F(ConnectionCloseTest, GivesUpFlushingToAPeerThatTakesNothing) {
  Accept();
  connection().Write(std::string(8'000'000, 'x'));
  connection().Close(Connection::Flush::kYes, seconds(1));
  world_.Pass(milliseconds(900));
  EXPECT_FALSE(filter_.is_closed());
  world_.Pass(milliseconds(200));
  ASSERT_TRUE(RunUntilClosed());
  EXPECT_EQ(filter_.reason, CloseReason::kWriteStalled);
}

TEST_F(ConnectionCloseTest, LingersUntilThePeerHasEndedToo) {
  Accept();
  connection().Write("400 bad request");
  connection().Close(Connection::Flush::kThenLinger);
  ASSERT_TRUE(world_.RunUntil([&] { return !pair_.far.Receive(); }));
  EXPECT_EQ(pair_.far.received(), "400 bad request");
  EXPECT_FALSE(pair_.far.saw_reset());
  pair_.far.Send("the rest of a body");
  world_.RunTurns(3);
  EXPECT_FALSE(filter_.is_closed());
  pair_.far.Close();
  ASSERT_TRUE(RunUntilClosed());
  EXPECT_EQ(filter_.reason, CloseReason::kLocal);
}

TEST_F(ConnectionCloseTest, LingersNoLongerThanItsTimeout) {
  Accept();
  connection().Close(Connection::Flush::kThenLinger, seconds(1));
  world_.Pass(milliseconds(900));
  EXPECT_FALSE(filter_.is_closed());
  world_.Pass(milliseconds(200));
  EXPECT_TRUE(filter_.is_closed());
}

TEST_F(ConnectionCloseTest, ResetsThePeer) {
  Accept();
  connection().Reset();
  ASSERT_TRUE(RunUntilClosed());
  ASSERT_TRUE(world_.RunUntil([&] { return !pair_.far.Receive(); }));
  EXPECT_TRUE(pair_.far.saw_reset());
}

TEST_F(ConnectionCloseTest, ReportsAResetByThePeer) {
  Accept();
  pair_.far.Reset();
  ASSERT_TRUE(RunUntilClosed());
  EXPECT_EQ(filter_.reason, CloseReason::kRemoteReset);
  EXPECT_EQ(filter_.system_error, ECONNRESET);
}

TEST_F(ConnectionCloseTest, NoticesAResetWhilePaused) {
  Accept();
  connection().PauseReading();
  pair_.far.Reset();
  ASSERT_TRUE(RunUntilClosed());
  EXPECT_EQ(filter_.reason, CloseReason::kRemoteReset);
}

TEST_F(ConnectionCloseTest, NoticesAResetAfterThePeersHalfClose) {
  Accept();
  pair_.far.ShutdownWrite();
  ASSERT_TRUE(world_.RunUntil([&] { return !filter_.events.empty(); }));
  connection().Write("unread");
  world_.RunTurns(2);
  pair_.far.Close();  // with bytes unread: the kernel resets
  ASSERT_TRUE(RunUntilClosed());
  EXPECT_EQ(filter_.reason, CloseReason::kRemoteReset);
}

TEST_F(ConnectionCloseTest, MayBeClosedInsideAnyCallback) {
  Accept();
  filter_.take_max = 1;
  filter_.on_bytes = [&](std::string_view) { connection().Close(Connection::Flush::kNo); };
  pair_.far.Send("abc");
  ASSERT_TRUE(RunUntilClosed());
  EXPECT_EQ(filter_.offers.size(), 1u);
  EXPECT_EQ(world_.slabs.slabs_out(), 0u);
}

TEST_F(ConnectionCloseTest, ClosesWhenIdleButNotWhileBytesFlow) {
  Accept();
  connection().SetIdleTimeout(seconds(10));
  for (int i = 1; i <= 5; ++i) {
    world_.Pass(seconds(8));
    pair_.far.Send("x");
    ASSERT_TRUE(world_.RunUntil([&] { return filter_.bytes.size() == static_cast<size_t>(i); }));
  }
  world_.Pass(seconds(9));
  EXPECT_FALSE(filter_.is_closed());
  world_.Pass(seconds(2));
  EXPECT_TRUE(filter_.is_closed());
  EXPECT_EQ(filter_.reason, CloseReason::kIdleTimeout);
}

TEST_F(ConnectionCloseTest, ClosesWhenUnusedWhateverBytesFlow) {
  Accept();
  connection().SetUnusedTimeout(seconds(10));
  for (int i = 1; i <= 3; ++i) {
    world_.Pass(seconds(3));
    pair_.far.Send("x");
    ASSERT_TRUE(world_.RunUntil([&] { return filter_.bytes.size() == static_cast<size_t>(i); }));
  }
  EXPECT_FALSE(filter_.is_closed());
  world_.Pass(seconds(2));
  EXPECT_TRUE(filter_.is_closed());
  EXPECT_EQ(filter_.reason, CloseReason::kIdleTimeout);
}

TEST_F(ConnectionCloseTest, StaysOpenWhenTheIdleTimeoutIsTakenBack) {
  Accept();
  connection().SetIdleTimeout(seconds(10));
  connection().SetIdleTimeout(Duration::zero());
  world_.Pass(seconds(100));
  EXPECT_FALSE(filter_.is_closed());
}

TEST_F(ConnectionCloseTest, ConnectsAndSendsWhatWasWrittenMeanwhile) {
  LoopbackListener listener;
  Connect(listener.address());
  connection().Write("early");
  ASSERT_TRUE(world_.RunUntil([&] { return !filter_.events.empty(); }));
  EXPECT_EQ(filter_.events, std::vector<std::string>{"connected"});
  LoopbackPeer far = listener.Accept();
  ASSERT_TRUE(world_.RunUntil([&] { return far.Receive() && far.received() == "early"; }));
  EXPECT_EQ(connection().local_address().ip(), "127.0.0.1");
  EXPECT_EQ(connection().peer_address(), listener.address());
}

TEST_F(ConnectionCloseTest, ReportsARefusedConnect) {
  const LoopbackListener refusing(LoopbackListener::Mode::kRefuses);
  Connect(refusing.address());
  ASSERT_TRUE(RunUntilClosed());
  EXPECT_EQ(filter_.events, std::vector<std::string>{"closed"});
  EXPECT_EQ(filter_.reason, CloseReason::kConnectFailed);
  EXPECT_EQ(filter_.system_error, ECONNREFUSED);
  EXPECT_EQ(world_.sockets.open_descriptors(), 0u);
}

TEST_F(ConnectionCloseTest, ReportsThatNoDescriptorWasLeft) {
  world_.sockets.FailNext(SocketCall::kOpen, EMFILE);
  Connect(pair_.far.fd() >= 0 ? *Address::FromIp("127.0.0.1", 1) : Address());
  EXPECT_FALSE(filter_.is_closed());
  world_.RunTurns(1);
  EXPECT_EQ(filter_.reason, CloseReason::kConnectFailed);
  EXPECT_EQ(filter_.system_error, EMFILE);
}

TEST_F(ConnectionCloseTest, ReportsAConnectThatFailsAtOnce) {
  LoopbackListener listener;
  world_.sockets.FailNext(SocketCall::kConnect, ENETUNREACH);
  Connect(listener.address());
  ASSERT_TRUE(RunUntilClosed());
  EXPECT_EQ(filter_.reason, CloseReason::kConnectFailed);
  EXPECT_EQ(filter_.system_error, ENETUNREACH);
  EXPECT_EQ(world_.sockets.open_descriptors(), 0u);
}

TEST_F(ConnectionCloseTest, GivesUpConnectingAfterItsTimeout) {
  LoopbackListener listener;
  world_.sockets.FailNext(SocketCall::kConnect, EINPROGRESS);  // never really begun
  Connect(listener.address());
  world_.clock.Advance(seconds(6));
  world_.loop.RunOnce(Duration::zero());
  ASSERT_TRUE(RunUntilClosed());
}

TEST_F(ConnectionCloseTest, ClosesWhileConnecting) {
  LoopbackListener listener;
  Connect(listener.address());
  connection().Write("never sent");
  connection().Close(Connection::Flush::kYes);
  ASSERT_TRUE(RunUntilClosed());
  EXPECT_EQ(filter_.reason, CloseReason::kLocal);
}

TEST_F(ConnectionCloseTest, ClosesItsDescriptorWhenDestroyedWithoutAnEnd) {
  world_.sockets.Close(world_.sockets.Open(*Address::FromIp("127.0.0.1", 0)));
  LoopbackListener listener;
  {
    auto unused = Connection::StartConnect(world_.net, listener.address(), {seconds(5)});
  }
  EXPECT_EQ(world_.sockets.open_descriptors(), 0u);
}

TEST_F(ConnectionCloseTest, WorksOverUnixSocketsToo) {
  const Address name = *Address::FromPath("@outrigger_connection_close_test");
  const int listener = world_.sockets.Open(name);
  ASSERT_EQ(world_.sockets.Bind(listener, name), 0);
  ASSERT_EQ(world_.sockets.Listen(listener, 1), 0);
  Connect(name);
  ASSERT_TRUE(world_.RunUntil([&] { return !filter_.events.empty(); }));
  Address peer;
  LoopbackPeer far(SystemSockets().Accept(listener, peer));
  far.Send("over unix");
  far.Close();
  filter_.on_eof = [&] { connection().Close(Connection::Flush::kYes); };
  ASSERT_TRUE(RunUntilClosed());
  EXPECT_EQ(filter_.bytes, "over unix");
  world_.sockets.Close(listener);
}

}  // namespace
}  // namespace outrigger
