#include "net/listen_socket.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <vector>

#include "test/support/loopback.h"

namespace outrigger {
namespace {

class ListenSocketTest : public testing::Test {
 protected:
  void SetUp() override {
    listen_fd_ = world_.sockets.Open(*Address::FromIp("127.0.0.1", 0));
    ASSERT_EQ(world_.sockets.Bind(listen_fd_, *Address::FromIp("127.0.0.1", 0)), 0);
    ASSERT_EQ(world_.sockets.Listen(listen_fd_, 128), 0);
    address_ = world_.sockets.LocalAddress(listen_fd_);
    listener_ = std::make_unique<ListenSocket>(
        world_.net, listen_fd_,
        [this](int fd, const Address& peer) {
          peers_.push_back(peer);
          socklen_t size = sizeof has_no_delay_;
          EXPECT_EQ(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &has_no_delay_, &size), 0);
          world_.sockets.Close(fd);
        },
        [this](int error) { pauses_.push_back(error); });
    world_.sockets.ResetCounts();
  }
  void TearDown() override {
    listener_.reset();
    world_.sockets.Close(listen_fd_);
  }

  LoopWorld world_;
  int listen_fd_ = -1;
  Address address_;
  std::unique_ptr<ListenSocket> listener_;
  std::vector<Address> peers_;
  std::vector<int> pauses_;
  int has_no_delay_ = 0;  // of the last connection
};

TEST_F(ListenSocketTest, AcceptsAllThatWait) {
  const LoopbackPeer first = ConnectTo(address_);
  const LoopbackPeer second = ConnectTo(address_);
  ASSERT_TRUE(world_.RunUntil([&] { return peers_.size() == 2; }));
  EXPECT_EQ(peers_[0], SystemSockets().LocalAddress(first.fd()));
  EXPECT_EQ(peers_[1], SystemSockets().LocalAddress(second.fd()));
}

TEST_F(ListenSocketTest, NoBytesWaitOnWhatItAccepts) {
  const LoopbackPeer peer = ConnectTo(address_);
  ASSERT_TRUE(world_.RunUntil([&] { return !peers_.empty(); }));
  EXPECT_EQ(has_no_delay_, 1);
}

TEST_F(ListenSocketTest, PausesWithoutSpinningWhenDescriptorsRunOut) {
  world_.sockets.FailNext(SocketCall::kAccept, EMFILE);
  const LoopbackPeer peer = ConnectTo(address_);
  ASSERT_TRUE(world_.RunUntil([&] { return !pauses_.empty(); }));
  world_.RunTurns(10);
  EXPECT_EQ(world_.sockets.count(SocketCall::kAccept), 1);
  EXPECT_EQ(pauses_, std::vector<int>{EMFILE});
  EXPECT_TRUE(peers_.empty());
}

TEST_F(ListenSocketTest, AcceptsAgainAfterThePause) {
  world_.sockets.FailNext(SocketCall::kAccept, ENFILE);
  const LoopbackPeer peer = ConnectTo(address_);
  ASSERT_TRUE(world_.RunUntil([&] { return !pauses_.empty(); }));
  world_.clock.Advance(ListenSocket::kPause + TimerWheel::kTick);
  ASSERT_TRUE(world_.RunUntil([&] { return peers_.size() == 1; }));
  EXPECT_EQ(pauses_.size(), 1u);
}

TEST_F(ListenSocketTest, PausesOnErrorsItDoesNotKnow) {
  world_.sockets.FailNext(SocketCall::kAccept, EINVAL);
  const LoopbackPeer peer = ConnectTo(address_);
  ASSERT_TRUE(world_.RunUntil([&] { return !pauses_.empty(); }));
  EXPECT_EQ(pauses_, std::vector<int>{EINVAL});
}

TEST_F(ListenSocketTest, GoesOnAfterAConnectionThatDiedInTheQueue) {
  world_.sockets.FailNext(SocketCall::kAccept, ECONNABORTED);
  const LoopbackPeer peer = ConnectTo(address_);
  ASSERT_TRUE(world_.RunUntil([&] { return peers_.size() == 1; }));
  EXPECT_TRUE(pauses_.empty());
}

// Something on the machine forbids every connection, and the queue does not get shorter.
TEST_F(ListenSocketTest, R36_PausesWhenEveryConnectionOfATurnFails) {
  world_.sockets.FailNext(SocketCall::kAccept, EPERM, ListenSocket::kAcceptsPerTurnMax);
  const LoopbackPeer peer = ConnectTo(address_);
  world_.RunTurns(10);
  EXPECT_EQ(world_.sockets.count(SocketCall::kAccept), ListenSocket::kAcceptsPerTurnMax);
  EXPECT_EQ(pauses_, std::vector<int>{EPERM});
  world_.clock.Advance(ListenSocket::kPause + TimerWheel::kTick);
  EXPECT_TRUE(world_.RunUntil([&] { return peers_.size() == 1; }));
}

TEST_F(ListenSocketTest, AcceptsNoMoreThanTheMaximumInOneTurn) {
  std::vector<LoopbackPeer> waiting;
  for (int i = 0; i <= ListenSocket::kAcceptsPerTurnMax; ++i)
    waiting.push_back(ConnectTo(address_));
  world_.RunTurns(1);
  EXPECT_EQ(peers_.size(), static_cast<size_t>(ListenSocket::kAcceptsPerTurnMax));
  world_.RunTurns(1);
  EXPECT_EQ(peers_.size(), waiting.size());
}

TEST_F(ListenSocketTest, StopsAcceptingWhenDestroyed) {
  listener_.reset();
  const LoopbackPeer peer = ConnectTo(address_);
  world_.RunTurns(5);
  EXPECT_EQ(world_.sockets.count(SocketCall::kAccept), 0);
}

}  // namespace
}  // namespace outrigger
