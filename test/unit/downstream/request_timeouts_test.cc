#include "downstream/request_timeouts.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/slab.h"

namespace outrigger {
namespace {

using std::chrono::milliseconds;

// A route, a request to it, and what a running Envoy 1.40 made of that. "-": none.
class RequestTimeoutsTest : public ::testing::Test {
 protected:
  RequestTimeoutsTest() { action_.timeout = milliseconds(400); }

  void Bring(std::string_view name, std::string_view value) { request_.headers.Add(name, value); }
  void BringGrpc(std::string_view timeout) {
    request_.headers.Clear();
    Bring("content-type", "application/grpc");
    if (timeout != "-") Bring("grpc-timeout", timeout);
  }
  void Take() { timeouts_ = TakeTimeouts(action_, stream_max_, request_, arena_); }
  int64_t ResponseMs() const {
    return std::chrono::duration_cast<milliseconds>(timeouts_.response).count();
  }
  int64_t StreamMs() const {
    if (!timeouts_.stream.has_value()) return -1;
    return std::chrono::duration_cast<milliseconds>(*timeouts_.stream).count();
  }
  std::string_view Value(std::string_view name) const {
    return request_.headers.Get(name).value_or("-");
  }
  std::string_view Expected() const { return Value("x-envoy-expected-rq-timeout-ms"); }

  SlabPool slabs_;
  Arena arena_{slabs_};
  routing::ForwardAction action_;
  std::optional<Duration> stream_max_;
  http::RequestHead request_;
  RequestTimeouts timeouts_;
};

TEST_F(RequestTimeoutsTest, TheRouteSaysHowLongAResponseMayTake) {
  Take();
  EXPECT_EQ(ResponseMs(), 400);
  EXPECT_EQ(StreamMs(), -1);
  EXPECT_EQ(Expected(), "400");
}

TEST_F(RequestTimeoutsTest, R76_ARequestMayChangeItsTimeout) {
  const auto take = [this](std::string_view text) {
    request_.headers.Clear();
    Bring("x-envoy-upstream-rq-timeout-ms", text);
    Take();
    EXPECT_EQ(Value("x-envoy-upstream-rq-timeout-ms"), "-");
    return ResponseMs();
  };
  EXPECT_EQ(take("200"), 200);
  EXPECT_EQ(Expected(), "200");
  EXPECT_EQ(take("0"), 0);
  EXPECT_EQ(Expected(), "-");
  for (const std::string_view text : {"bad", "200abc", "-5", "99999999999999999999999", ""}) {
    EXPECT_EQ(take(text), 400) << text;
  }
}

TEST_F(RequestTimeoutsTest, TwoWordsOnTheTimeoutSayNothing) {
  Bring("x-envoy-upstream-rq-timeout-ms", "1");
  Bring("x-envoy-upstream-rq-timeout-ms", "250");
  Take();
  EXPECT_EQ(ResponseMs(), 400);
}

TEST_F(RequestTimeoutsTest, TheOnlyAttemptEndsTheRequest) {
  Bring("x-envoy-upstream-rq-per-try-timeout-ms", "100");
  Take();
  EXPECT_EQ(ResponseMs(), 100);
  EXPECT_EQ(Expected(), "100");
  request_.headers.Clear();
  Bring("x-envoy-upstream-rq-per-try-timeout-ms", "900");
  Take();
  EXPECT_EQ(ResponseMs(), 400);
}

TEST_F(RequestTimeoutsTest, WhatIsForTheRouterEndsThere) {
  for (const std::string_view name :
       {"x-envoy-retry-on", "x-envoy-max-retries", "x-envoy-upstream-rq-timeout-alt-response",
        "x-envoy-attempt-count", "x-envoy-peer-metadata"}) {
    Bring(name, "7");
  }
  Take();
  EXPECT_EQ(Value("x-envoy-retry-on"), "-");
  EXPECT_EQ(Value("x-envoy-upstream-rq-timeout-alt-response"), "-");
  EXPECT_EQ(Value("x-envoy-attempt-count"), "7");
  EXPECT_EQ(Value("x-envoy-peer-metadata"), "7");
}

TEST_F(RequestTimeoutsTest, MaxGrpcTimeoutTakesTheClientsWord) {
  action_.grpc_timeout_max = milliseconds(500);
  struct Row {
    std::string_view brought;
    std::string_view then;
    int64_t response;
  };
  for (const Row& row : {Row{"200m", "200m", 200}, Row{"1S", "500m", 500}, Row{"0m", "500m", 500},
                         Row{"5x", "500m", 500}, Row{"99999999H", "500m", 500},
                         Row{"100u", "1m", 1}, Row{"-", "500m", 500}}) {
    BringGrpc(row.brought);
    Take();
    EXPECT_EQ(Value("grpc-timeout"), row.then) << row.brought;
    EXPECT_EQ(ResponseMs(), row.response) << row.brought;
  }
  request_.headers.Remove("content-type");
  Take();
  EXPECT_EQ(ResponseMs(), 400);
}

TEST_F(RequestTimeoutsTest, TheOffsetShortensAGrpcTimeoutThatIsLonger) {
  action_.grpc_timeout_max = milliseconds(500);
  action_.grpc_timeout_offset = milliseconds(100);
  BringGrpc("200m");
  Take();
  EXPECT_EQ(Value("grpc-timeout"), "100m");
  BringGrpc("50m");
  Take();
  EXPECT_EQ(Value("grpc-timeout"), "50m");
}

TEST_F(RequestTimeoutsTest, NoLimitIsZeroForMaxGrpcTimeout) {
  action_.grpc_timeout_max = Duration::zero();
  BringGrpc("2S");
  Take();
  EXPECT_EQ(ResponseMs(), 2000);
  EXPECT_EQ(Value("grpc-timeout"), "2000m");
  BringGrpc("0m");
  Take();
  EXPECT_EQ(ResponseMs(), 0);
  EXPECT_EQ(Value("grpc-timeout"), "0m");
}

TEST_F(RequestTimeoutsTest, MaxStreamDurationTakesThePlaceOfTheTimeout) {
  action_.stream_duration = routing::StreamDuration{.most = milliseconds(600)};
  Take();
  EXPECT_EQ(ResponseMs(), 0);
  EXPECT_EQ(StreamMs(), 600);
  EXPECT_EQ(Expected(), "-");
  BringGrpc("2S");
  Take();
  EXPECT_EQ(StreamMs(), 600);
  EXPECT_EQ(Value("grpc-timeout"), "600m");
}

TEST_F(RequestTimeoutsTest, ZeroIsNoMaxStreamDurationWhateverTheConnectionManagerSays) {
  stream_max_ = milliseconds(400);
  action_.stream_duration = routing::StreamDuration{.most = Duration::zero()};
  BringGrpc("2S");
  Take();
  EXPECT_EQ(StreamMs(), -1);
  EXPECT_EQ(Value("grpc-timeout"), "-");
  action_.stream_duration = routing::StreamDuration{};
  Take();
  EXPECT_EQ(StreamMs(), 400);
}

TEST_F(RequestTimeoutsTest, AClientsGrpcTimeoutCountsForTheStream) {
  action_.stream_duration = routing::StreamDuration{
      .most = milliseconds(800), .grpc_max = milliseconds(500), .grpc_offset = milliseconds(200)};
  struct Row {
    std::string_view brought;
    std::string_view then;
    int64_t stream;
  };
  for (const Row& row : {Row{"1S", "300m", 300}, Row{"300m", "100m", 100}, Row{"200m", "-", 0},
                         Row{"0m", "-", 0}, Row{"5x", "800m", 800}, Row{"-", "800m", 800}}) {
    BringGrpc(row.brought);
    Take();
    EXPECT_EQ(StreamMs(), row.stream) << row.brought;
    EXPECT_EQ(Value("grpc-timeout"), row.then) << row.brought;
  }
}

TEST_F(RequestTimeoutsTest, WithoutGrpcTheHeaderCountsAndStays) {
  action_.stream_duration = routing::StreamDuration{.grpc_max = milliseconds(500)};
  Bring("grpc-timeout", "2S");
  Take();
  EXPECT_EQ(StreamMs(), 500);
  EXPECT_EQ(Value("grpc-timeout"), "2S");
}

}  // namespace
}  // namespace outrigger
