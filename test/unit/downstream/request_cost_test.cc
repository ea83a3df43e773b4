// R59 of hardening.md: the memory that one request takes is at most 4 times its limit, whatever it
// holds and whoever does not read.
#include <gtest/gtest.h>

#include <string>

#include "test/support/allocation_count.h"
#include "test/support/http_world.h"

namespace outrigger::test {
namespace {

constexpr int64_t kTimesMax = 4;
constexpr int64_t kHeadLimit = 60 * 1024;
constexpr int64_t kBufferLimit = 32 * 1024;  // per_connection_buffer_limit_bytes
// Exchange, codecs and connections, and one block that each buffer is filling.
constexpr int64_t kFixed = 8 * 1024 + 4 * SlabPool::kSlabBytes;

// As large as a head may be.
std::string FullHead(std::string first_line, int fields, bool has_capitals) {
  std::string head = std::move(first_line);
  const size_t value = static_cast<size_t>(kHeadLimit) / static_cast<size_t>(fields) - 20;
  for (int i = 0; i < fields; ++i) {
    std::string name = (has_capitals ? "X-Name-" : "x-name-") + std::to_string(i);
    head += name + ": " + std::string(value, 'v') + "\r\n";
  }
  return head + "\r\n";
}

class RequestCost : public ::testing::Test {
 protected:
  // One of each first, so that what is kept for the next one is there.
  RequestCost() : client_(http_.Client()) {
    client_.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    service_ = http_.Service();
    EXPECT_TRUE(http_.Receives(service_, "\r\n\r\n"));
    service_.Send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
    EXPECT_TRUE(http_.Receives(client_, "x"));
    http_.world.slabs.Trim();
  }
  // The most that the proxy holds at a time while it takes `bytes` from `from`. What it passes on
  // stays in the socket.
  int64_t CostOf(LoopbackPeer& from, std::string_view bytes) {
    ResetAllocationPeak();
    const int64_t before = AllocatedBytes();
    for (int turn = 0; turn < 200; ++turn) {
      if (!bytes.empty()) bytes.remove_prefix(from.Send(bytes));
      http_.RunTurns(1);
    }
    return AllocationPeak() - before;
  }

  HttpWorld http_;
  LoopbackPeer client_;
  LoopbackPeer service_;
};

TEST_F(RequestCost, R59_OfAFullRequestHead) {
  const std::string head = FullHead("GET / HTTP/1.1\r\nHost: a\r\n", 90, true);
  const int64_t cost = CostOf(client_, head);
  EXPECT_TRUE(http_.Receives(service_, "\r\n\r\n"));
  EXPECT_GT(cost, kHeadLimit);
  EXPECT_LE(cost, kTimesMax * kHeadLimit + kFixed);
}

TEST_F(RequestCost, R59_OfAFullResponseHead) {
  client_.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(http_.Receives(service_, "\r\n\r\n"));
  const std::string head = FullHead("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", 90, true);
  const int64_t cost = CostOf(service_, head);
  EXPECT_TRUE(http_.Receives(client_, "\r\n\r\n"));
  EXPECT_GT(cost, kHeadLimit);
  EXPECT_LE(cost, kTimesMax * kHeadLimit + kFixed);
}

TEST_F(RequestCost, R59_OfABodyThatNobodyReads) {
  client_.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
  EXPECT_TRUE(http_.Receives(service_, "\r\n\r\n"));
  const std::string body(32 << 20, 'x');
  EXPECT_LE(CostOf(client_, body), kTimesMax * kBufferLimit + kFixed);
}

}  // namespace
}  // namespace outrigger::test
