// A server that answers a NACK with the same once more (F5).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/unit/xds/ads_client_fixture.h"

namespace outrigger::xds {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class AdsClientRefusalsTest : public testing::Test, public AdsClientFixture {
 protected:
  void SetUp() override {
    sink.rejected["bad"] = "no";
    Connect();
  }
  static FakeAdsTransport::Response Bad(std::string_view nonce, std::string_view version = "1") {
    return ResponseBuilder(kCluster, nonce).Add("bad", version).proto();
  }
  std::vector<std::string> NoncesAnswered() {
    std::vector<std::string> nonces;
    for (const auto& request : transport.TakeRequests()) nonces.push_back(request.response_nonce());
    return nonces;
  }
  void WaitLongEnough() { Turn(AnswerQueue::kRefusedAgainWait + TimerWheel::kTick); }
};

TEST_F(AdsClientRefusalsTest, F5TheFirstNackIsSentAtOnceAndThatOfTheSameAgainAfterAMoment) {
  transport.Deliver(Bad("n1"));
  EXPECT_THAT(NoncesAnswered(), testing::ElementsAre("n1"));
  transport.Deliver(Bad("n2", "2"));
  EXPECT_EQ(client->counters(kCluster).rejected, 2u);
  Turn(AnswerQueue::kRefusedAgainWait / 2);
  EXPECT_THAT(NoncesAnswered(), IsEmpty());
  WaitLongEnough();
  const auto requests = transport.TakeRequests();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].response_nonce(), "n2");
  EXPECT_EQ(requests[0].error_detail().message(), "bad: no");
}

TEST_F(AdsClientRefusalsTest, AServerThatGoesRoundDoesSoAsOftenAsTheWaitLets) {
  transport.Deliver(Bad("n"));
  int rounds = 0;
  for (int millisecond = 0; millisecond < 1000; ++millisecond) {
    if (!NoncesAnswered().empty()) {
      ++rounds;
      transport.Deliver(Bad("n"));
    }
    Turn(std::chrono::milliseconds(1));
  }
  EXPECT_GT(rounds, 10);
  EXPECT_LE(rounds, 52);
}

TEST_F(AdsClientRefusalsTest, X1ALaterResponseOfTheTypeIsAnsweredBehindIt) {
  transport.Deliver(Bad("n1"));
  transport.Deliver(Bad("n2"));
  transport.Deliver(Bad("n3"));
  EXPECT_THAT(NoncesAnswered(), testing::ElementsAre("n1", "n2"));
  transport.Deliver(ResponseBuilder(kCluster, "n4").Add("good", "1").proto());
  EXPECT_THAT(NoncesAnswered(), testing::ElementsAre("n3", "n4"));
}

TEST_F(AdsClientRefusalsTest, WhatIsRefusedAnewIsAnsweredAtOnce) {
  transport.Deliver(Bad("n1"));
  transport.Deliver(ResponseBuilder(kCluster, "n2").Add("bad", "1").Add("good", "1").proto());
  transport.Deliver(ResponseBuilder(kCluster, "n3").Add("good", "2").proto());
  transport.Deliver(Bad("n4"));
  EXPECT_THAT(NoncesAnswered(), testing::ElementsAre("n1", "n2", "n3", "n4"));
}

TEST_F(AdsClientRefusalsTest, OtherTypesAreAnsweredMeanwhile) {
  transport.Deliver(Bad("n1"));
  transport.Deliver(Bad("n2"));
  transport.Deliver(ResponseBuilder(kListener, "l1").Add("good", "1").proto());
  EXPECT_THAT(NoncesAnswered(), testing::ElementsAre("n1", "l1"));
}

TEST_F(AdsClientRefusalsTest, NothingOfAStreamThatEndsIsAnsweredOnTheNext) {
  transport.Deliver(Bad("n1"));
  transport.Deliver(Bad("n2"));
  transport.Close(absl::UnavailableError("cut"));
  static_cast<void>(transport.TakeRequests());
  Turn(std::chrono::seconds(1));
  WaitLongEnough();
  for (const std::string& nonce : NoncesAnswered()) EXPECT_EQ(nonce, "");
}

TEST(AdsClientSotwRefusalsTest, NewNamesAreAskedForBehindTheNackThatWaits) {
  AdsClientFixture fixture(Protocol::kStateOfTheWorld);
  fixture.sink.rejected["e"] = "no";
  fixture.client->SetWanted(kEndpoints, {"e"});
  fixture.client->Start();
  fixture.transport.Ready();
  static_cast<void>(fixture.transport.TakeSotwRequests());
  fixture.transport.Deliver(SotwBuilder(kEndpoints, "1", "n1").Add("e").proto());
  fixture.transport.Deliver(SotwBuilder(kEndpoints, "1", "n2").Add("e").proto());
  static_cast<void>(fixture.transport.TakeSotwRequests());
  fixture.client->AddWanted(kEndpoints, {"f"});
  fixture.Turn();
  const auto requests = fixture.transport.TakeSotwRequests();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_EQ(requests[0].error_detail().message(), "e: no");
  EXPECT_EQ(requests[0].response_nonce(), "n2");
  EXPECT_THAT(requests[1].resource_names(), testing::ElementsAre("e", "f"));
  EXPECT_FALSE(requests[1].has_error_detail());
}

}  // namespace
}  // namespace outrigger::xds
