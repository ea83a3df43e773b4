// What a steady request costs: no allocation, and no buffer between two of them (T13).
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/http_stats.h"
#include "test/support/allocation_count.h"
#include "test/support/http2_peer.h"
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

// Of nghttp2's own memory, which comes from malloc, this says nothing.
class SteadyHttp2Request : public ::testing::Test {
 protected:
  SteadyHttp2Request() : client_(http_.Client()) {
    client_.Send(std::string(kPreface) + FrameBytes(kSettings, 0, 0));
    Ask();
    service_ = http_.Service();
    service_.Send(FrameBytes(kSettings, 0, 0));
    Answer();
  }
  void Ask() {
    const std::string_view fields =
        "\x83\x86\x84\x41\x01"
        "a";  // POST http / a
    stream_ += 2;
    client_.Send(FrameBytes(kHeaders, kEndHeaders, stream_, fields) +
                 FrameBytes(kData, kEndStream, stream_, "hello"));
    RunTurns();
  }
  void Answer() {
    service_.Send(FrameBytes(kHeaders, kEndHeaders, stream_, "\x88") +
                  FrameBytes(kData, kEndStream, stream_, "world"));
    RunTurns();
    char bytes[4096];
    for (const LoopbackPeer* peer : {&client_, &service_}) {
      while (recv(peer->fd(), bytes, sizeof bytes, 0) > 0) continue;
    }
  }

  void RunTurns() {
    const uint64_t before = AllocationCount();
    http_.RunTurns(4);
    allocations_ += AllocationCount() - before;
  }

  HttpWorld http_{{}, UpstreamProtocol::kHttp2};
  LoopbackPeer client_;
  LoopbackPeer service_;
  uint32_t stream_ = 0xFFFFFFFF;
  uint64_t allocations_ = 0;  // not those of the test itself
};

TEST_F(SteadyHttp2Request, AllocatesNothingOfOurs) {
  for (int i = 0; i < 100; ++i) {
    Ask();
    Answer();
  }
  allocations_ = 0;
  for (int i = 0; i < 1000; ++i) {
    Ask();
    Answer();
  }
  EXPECT_EQ(http_.HttpStat(http::kDownstreamRq2xx), 1101u);
  EXPECT_EQ(allocations_, 0u);
}

}  // namespace
}  // namespace outrigger::test
