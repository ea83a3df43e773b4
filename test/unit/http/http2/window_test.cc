// How far windows grow for receivers that keep up, and what that can cost when they stop.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "test/unit/http/http2/http2_probe.h"

namespace outrigger::http::http2 {
namespace {

constexpr size_t kMiB = 1 << 20;

class WindowTest : public ::testing::Test {
 protected:
  void Start(const Options& options = {}) { server_ = std::make_unique<ServerProbe>(options); }
  // The body goes on until `size` bytes of it have been offered.
  void Offer(SentRequest& sent, size_t size) {
    for (size_t offered = 0; offered < size; offered += kPiece) {
      sent.stream->EncodeBody(std::string(kPiece, 'x'));
      Converse(client_, *server_);
    }
  }
  SentRequest& Upload() {
    SentRequest& sent = client_.Send("POST", "/", true);
    Converse(client_, *server_);
    return sent;
  }
  // What the client gets rid of while the receivers stand still.
  size_t TakenWhilePaused(const std::vector<SentRequest*>& uploads) {
    for (const auto& request : server_->requests) request->encoder->PauseBody();
    size_t taken = 0;
    for (SentRequest* sent : uploads) {
      const size_t before = sent->stream->queued_bytes();
      Offer(*sent, 2 * kMiB);
      taken += before + 2 * kMiB - sent->stream->queued_bytes();
    }
    return taken;
  }

  // The last half of what was taken may not have been given back.
  static void ExpectLargeWindow(size_t taken) {
    EXPECT_GT(taken, kMiB / 2);
    EXPECT_LE(taken, kMiB);
  }

  static constexpr size_t kPiece = 16 * 1024;
  std::unique_ptr<ServerProbe> server_;
  ClientProbe client_;
};

TEST_F(WindowTest, AReceiverThatKeepsUpIsSentUpToAMebibyteAhead) {
  Start();
  SentRequest& sent = Upload();
  Offer(sent, 4 * kMiB);
  EXPECT_EQ(server_->requests[0]->heard.body().size(), 4 * kMiB);
  ExpectLargeWindow(TakenWhilePaused({&sent}));
}

TEST_F(WindowTest, ANewStreamIsSentOneSmallWindowAhead) {
  Start();
  SentRequest& sent = Upload();
  EXPECT_LE(TakenWhilePaused({&sent}), 64 * 1024u);
}

TEST_F(WindowTest, AReceiverThatFallsBehindKeepsItsSmallWindow) {
  Start();
  SentRequest& sent = Upload();
  for (int i = 0; i < 100; ++i) {
    server_->requests[0]->encoder->PauseBody();
    Offer(sent, 32 * 1024);
    server_->surroundings.clock.Advance(std::chrono::milliseconds(1));
    server_->surroundings.loop.RunOnce(Duration::zero());
    server_->requests[0]->encoder->ResumeBody();
    Converse(client_, *server_);
  }
  EXPECT_EQ(server_->requests[0]->heard.body().size(), 3'276'800u);
  EXPECT_LE(TakenWhilePaused({&sent}), 64 * 1024u);
}

TEST_F(WindowTest, APauseWithinOneTurnIsNoStandstill) {
  Start();
  SentRequest& sent = Upload();
  for (int i = 0; i < 100; ++i) {
    server_->requests[0]->encoder->PauseBody();
    Offer(sent, 32 * 1024);
    server_->requests[0]->encoder->ResumeBody();
    Converse(client_, *server_);
  }
  ExpectLargeWindow(TakenWhilePaused({&sent}));
}

TEST_F(WindowTest, AllStreamsOfAConnectionGrowByOneConnectionWindowTogether) {
  Start();
  std::vector<SentRequest*> uploads;
  for (int i = 0; i < 20; ++i) uploads.push_back(&Upload());
  for (SentRequest* sent : uploads) Offer(*sent, 2 * kMiB);
  const size_t taken = TakenWhilePaused(uploads);
  EXPECT_GT(taken, kMiB);
  EXPECT_LE(taken, 20 * 64 * 1024 + kMiB);
}

TEST_F(WindowTest, AStreamThatEndsGivesBackWhatItHadGrownBy) {
  Start();
  for (int i = 0; i < 5; ++i) {
    SentRequest& sent = Upload();
    Offer(sent, 4 * kMiB);
    sent.stream->EncodeEnd(nullptr);
    Converse(client_, *server_);
    server_->requests[0]->Respond(200, "");
    Converse(client_, *server_);
    ASSERT_EQ(sent.status, 200);
    server_->requests.clear();
  }
  SentRequest& last = Upload();
  Offer(last, 4 * kMiB);
  ExpectLargeWindow(TakenWhilePaused({&last}));
}

TEST_F(WindowTest, WhatTheConfigurationStatesIsNotTuned) {
  Options options;
  options.stream_window_bytes = options.stream_window_bytes_max = 128 * 1024;
  Start(options);
  SentRequest& sent = Upload();
  Offer(sent, 4 * kMiB);
  EXPECT_LE(TakenWhilePaused({&sent}), 128 * 1024u);
}

TEST_F(WindowTest, ResponsesAreTunedAlike) {
  Start();
  SentRequest& sent = client_.Send("GET", "/");
  Converse(client_, *server_);
  ServedRequest& served = *server_->requests[0];
  ResponseHead head;
  head.status = 200;
  head.body.kind = BodyLength::Kind::kUnknown;
  served.encoder->EncodeResponseHead(head, false);
  const auto offer = [&](size_t size) {
    for (size_t at = 0; at < size; at += kPiece) {
      served.encoder->EncodeBody(std::string(kPiece, 'x'));
      Converse(client_, *server_);
    }
  };
  offer(4 * kMiB);
  sent.stream->PauseBody();
  offer(4 * kMiB);
  ExpectLargeWindow(4 * kMiB - served.encoder->queued_bytes());
}

}  // namespace
}  // namespace outrigger::http::http2
