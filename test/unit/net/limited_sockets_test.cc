// R75: how many sockets may be open at a time, whatever they are for.
#include "net/limited_sockets.h"

#include <gtest/gtest.h>

#include <vector>

#include "test/support/loopback.h"

namespace outrigger {
namespace {

constexpr int kOver = -LimitedSockets::kOverLimit;

TEST(LimitedSocketsTest, R75_OpensAsManyAsTheLimitSaysAndOneMoreAfterOneHasClosed) {
  FakeSockets system;
  ConnectionLimit limit(3);
  LimitedSockets sockets(system, limit);
  const Address address = *Address::FromIp("127.0.0.1", 0);
  const std::vector<int> open = {sockets.Open(address), sockets.Open(address),
                                 sockets.Open(address)};
  for (const int fd : open) EXPECT_GE(fd, 0);
  EXPECT_EQ(sockets.Open(address), kOver);
  EXPECT_EQ(system.count(SocketCall::kOpen), 3);
  sockets.Close(open[1]);
  const int again = sockets.Open(address);
  EXPECT_GE(again, 0);
  for (const int fd : {open[0], open[2], again}) sockets.Close(fd);
  EXPECT_EQ(limit.open(), 0u);
  EXPECT_EQ(system.open_descriptors(), 0u);
}

TEST(LimitedSocketsTest, R75_ClientsTakeNoMoreThanNineTenths) {
  FakeSockets system;
  ConnectionLimit limit(10);
  LimitedSockets sockets(system, limit);
  const LoopbackListener listener;
  std::vector<LoopbackPeer> clients;
  std::vector<int> accepted;
  for (int i = 0; i < 10; ++i) clients.push_back(ConnectTo(listener.address()));
  Address peer;
  for (int i = 0; i < 9; ++i) accepted.push_back(sockets.Accept(listener.fd(), peer));
  for (const int fd : accepted) EXPECT_GE(fd, 0);
  EXPECT_EQ(sockets.Accept(listener.fd(), peer), kOver);
  EXPECT_EQ(system.count(SocketCall::kAccept), 9);  // the tenth waits in the kernel's queue
  const int upstream = sockets.Open(listener.address());
  EXPECT_GE(upstream, 0);
  EXPECT_EQ(sockets.Open(listener.address()), kOver);
  sockets.Close(upstream);
  for (const int fd : accepted) sockets.Close(fd);
}

TEST(LimitedSocketsTest, R75_WhatFailsCountsNothing) {
  FakeSockets system;
  ConnectionLimit limit(1);
  LimitedSockets sockets(system, limit);
  Address peer;
  system.FailNext(SocketCall::kAccept, EAGAIN);
  system.FailNext(SocketCall::kOpen, EMFILE);
  EXPECT_EQ(sockets.Accept(-1, peer), -EAGAIN);
  EXPECT_EQ(sockets.Open(peer), -EMFILE);
  EXPECT_EQ(limit.open(), 0u);
}

TEST(LimitedSocketsTest, R75_ALimitOfNoneAllowsNone) {
  ConnectionLimit limit(0);
  ConnectionUse use;
  EXPECT_FALSE(use.TryTake(&limit));
  EXPECT_EQ(limit.open(), 0u);
  EXPECT_TRUE(use.TryTake(nullptr));
}

}  // namespace
}  // namespace outrigger
