// What a steady request costs: no allocation, and no buffer between two of them (T13).
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string_view>
#include <utility>
#include <vector>

#include "http/http_stats.h"
#include "test/support/allocation_count.h"
#include "test/support/http_world.h"

namespace outrigger::test {
namespace {

constexpr std::string_view kRequest =
    "POST /path?query HTTP/1.1\r\nHost: service.example\r\nUser-Agent: client/1.0\r\n"
    "X-Some-Custom-Header: value\r\nAccept: */*\r\nContent-Length: 5\r\n\r\nhello";
constexpr std::string_view kResponse =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Other: value\r\nContent-Length: "
    "5\r\n\r\nworld";

class SteadyRequest : public ::testing::Test {
 protected:
  SteadyRequest() : client_(http_.Client()) {
    client_.Send(kRequest);
    service_ = http_.Service();
    EXPECT_TRUE(http_.Receives(service_, "hello"));
    service_.Send(kResponse);
    EXPECT_TRUE(http_.Receives(client_, "world"));
  }
  // Turns until something has come for `peer`; what it is stays in no memory of ours.
  void RunUntilRead(LoopbackPeer& peer) {
    char bytes[1024];
    for (int turn = 0; recv(peer.fd(), bytes, sizeof bytes, 0) <= 0; ++turn) {
      ASSERT_LT(turn, 1000);
      http_.RunTurns(1);
    }
  }
  void RunRequests(int count) {
    for (int i = 0; i < count; ++i) {
      client_.Send(kRequest);
      RunUntilRead(service_);
      service_.Send(kResponse);
      RunUntilRead(client_);
      http_.world.clock.Advance(std::chrono::milliseconds(7));
    }
  }

  HttpWorld http_;
  LoopbackPeer client_;
  LoopbackPeer service_;
};

TEST_F(SteadyRequest, AllocatesNothing) {
  RunRequests(100);
  const uint64_t before = AllocationCount();
  RunRequests(1000);
  EXPECT_EQ(AllocationCount() - before, 0u);
}

TEST_F(SteadyRequest, LeavesNoBufferWithTheIdleConnections) {
  std::vector<LoopbackPeer> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::exchange(client_, http_.Client()));
    RunRequests(1);
  }
  http_.RunTurns(2);
  EXPECT_EQ(http_.HttpStat(http::kDownstreamCxActive), 21u);
  // The one exchange there is, kept for the next request.
  EXPECT_LE(http_.world.slabs.slabs_out(), 1u);
}

}  // namespace
}  // namespace outrigger::test
