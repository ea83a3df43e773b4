// The client with a primary and its failover (X47): where it goes, and which versions it claims.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/unit/xds/ads_client_fixture.h"

namespace outrigger::xds {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr Duration kAnyWait = std::chrono::seconds(31);  // longer than any back-off

class AdsClientFailoverTest : public testing::Test, public AdsClientFixture {
 protected:
  explicit AdsClientFailoverTest(Protocol protocol = Protocol::kDelta)
      : AdsClientFixture(protocol, std::nullopt, true) {}

  // The stream ends without an answer, and the next one is opened.
  void Refuse(FakeAdsTransport& server) {
    server.Close(absl::UnavailableError("refused"));
    Turn(kAnyWait);
  }
  void RefuseUntilFailover() {
    while (!failover.is_open()) Refuse(transport);
    static_cast<void>(transport.TakeRequests());
  }
  // The primary has never answered, the failover has sent cluster `a` at version 7.
  void ServeFromFailover() {
    client->Start();
    RefuseUntilFailover();
    failover.Ready();
    failover.Deliver(ResponseBuilder(kCluster, "n1").Add("a", "7").proto());
    static_cast<void>(failover.TakeRequests());
  }
};

TEST_F(AdsClientFailoverTest, X47_AfterTwoTriesTheFailoverIsAskedAndThenInTurns) {
  client->Start();
  Refuse(transport);
  EXPECT_FALSE(failover.is_open());
  Refuse(transport);
  for (size_t turn = 1; turn <= 3; ++turn) {
    EXPECT_EQ(failover.opened_count(), turn);
    EXPECT_FALSE(transport.is_open());
    Refuse(failover);
    EXPECT_EQ(transport.opened_count(), turn + 2);
    Refuse(transport);
  }
  EXPECT_THAT(problems, Contains(HasSubstr("no answer of the primary: the failover is asked")));
}

TEST_F(AdsClientFailoverTest, X40X47_WaitsGrowWhileNeitherAnswers) {
  client->Start();
  for (int turn = 0; turn < 40; ++turn) Refuse(transport.is_open() ? transport : failover);
  FakeAdsTransport& last = transport.is_open() ? transport : failover;
  last.Close(absl::UnavailableError("refused"));
  Turn(std::chrono::milliseconds(500));
  EXPECT_FALSE(transport.is_open() || failover.is_open());
}

TEST_F(AdsClientFailoverTest, X47_WhileTheFailoverServesThePrimaryIsAskedWithOneRequest) {
  ServeFromFailover();
  EXPECT_EQ(client->server(), ServerRole::kFailover);
  Turn(kAnyWait);
  ASSERT_TRUE(transport.is_open());
  EXPECT_TRUE(failover.is_open());
  const auto requests = transport.TakeRequests();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].type_url(), kCluster);
  EXPECT_EQ(requests[0].node().id(), "node-1");
  EXPECT_THAT(requests[0].resource_names_subscribe(), IsEmpty());
}

TEST_F(AdsClientFailoverTest, X47_ThePrimaryIsAskedAgainUntilItAnswersAndIsReturnedTo) {
  ServeFromFailover();
  for (int i = 0; i < 5; ++i) {
    Turn(kAnyWait);
    ASSERT_TRUE(transport.is_open());
    transport.Close(absl::UnavailableError("refused"));
    EXPECT_TRUE(failover.is_open());
  }
  Turn(kAnyWait);
  static_cast<void>(transport.TakeRequests());
  const size_t opened = transport.opened_count();
  transport.Deliver(ResponseBuilder(kCluster, "p1").Add("a", "1").proto());
  EXPECT_FALSE(failover.is_open());
  EXPECT_EQ(client->server(), ServerRole::kPrimary);
  EXPECT_EQ(transport.opened_count(), opened + 1);
  EXPECT_THAT(sink.responses, SizeIs(1));  // what the probe was sent is not used
  EXPECT_THAT(transport.TakeRequests(), SizeIs(2));
  Turn(kAnyWait);
  EXPECT_EQ(transport.opened_count(), opened + 1);
}

TEST_F(AdsClientFailoverTest, X47_APrimaryThatTakesTheRequestAndSaysNothingIsWaitedFor) {
  ServeFromFailover();
  Turn(kAnyWait);
  const size_t opened = transport.opened_count();
  transport.Ready();
  for (int i = 0; i < 10; ++i) Turn(kAnyWait);
  EXPECT_TRUE(transport.is_open());
  EXPECT_TRUE(failover.is_open());
  EXPECT_EQ(transport.opened_count(), opened);
}

TEST_F(AdsClientFailoverTest, X47_WhatCannotBeReadIsNoAnswer) {
  ServeFromFailover();
  Turn(kAnyWait);
  transport.DeliverBytes("\xff\xff\xff");
  EXPECT_FALSE(transport.is_open());
  EXPECT_TRUE(failover.is_open());
  Turn(kAnyWait);
  EXPECT_TRUE(transport.is_open());
}

TEST_F(AdsClientFailoverTest, X41X47_AfterARoutineEndTheFailoverIsGoneBackTo) {
  ServeFromFailover();
  failover.Close(absl::OkStatus());
  Turn(kAnyWait);
  EXPECT_TRUE(failover.is_open());
  EXPECT_TRUE(transport.is_open());  // asked, as before
  Refuse(failover);
  EXPECT_FALSE(failover.is_open());
  EXPECT_EQ(client->server(), ServerRole::kPrimary);
  EXPECT_THAT(transport.TakeRequests(), SizeIs(3));  // of the probe, and of the stream
}

TEST_F(AdsClientFailoverTest, X47_APrimaryThatHasAnsweredIsTriedFiveTimes) {
  Connect();
  transport.Deliver(ResponseBuilder(kCluster, "n1").Add("a", "1").proto());
  transport.Close(absl::OkStatus());
  Turn(kAnyWait);
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(transport.is_open());
    Refuse(transport);
  }
  EXPECT_TRUE(failover.is_open());
  EXPECT_FALSE(transport.is_open());
}

TEST_F(AdsClientFailoverTest, X8X47_TheFailoverIsToldTheNamesThatRunAndNoVersions) {
  client->SetWanted(kEndpoints, {"e"});
  Connect();
  transport.Deliver(ResponseBuilder(kCluster, "n1").Add("a", "1").Add("b", "2").proto());
  transport.Deliver(ResponseBuilder(kEndpoints, "n2").Add("e", "3").proto());
  transport.Close(absl::OkStatus());
  Turn(kAnyWait);
  RefuseUntilFailover();
  const auto requests = failover.TakeRequests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_THAT(requests[0].initial_resource_versions(),
              UnorderedElementsAre(Pair("a", ""), Pair("b", "")));
  EXPECT_THAT(requests[1].resource_names_subscribe(), ElementsAre("e"));
  EXPECT_THAT(requests[1].initial_resource_versions(), ElementsAre(Pair("e", "")));
}

TEST_F(AdsClientFailoverTest, X8X47_VersionsOfThePrimaryHoldUntilTheFailoverHasAnswered) {
  Connect();
  transport.Deliver(ResponseBuilder(kCluster, "n1").Add("a", "1").proto());
  transport.Close(absl::OkStatus());
  Turn(kAnyWait);
  RefuseUntilFailover();
  Refuse(failover);
  EXPECT_THAT(transport.TakeRequests()[0].initial_resource_versions(), ElementsAre(Pair("a", "1")));
  Refuse(transport);
  failover.Deliver(ResponseBuilder(kCluster, "f1").Add("b", "7").proto());
  static_cast<void>(failover.TakeRequests());
  failover.Close(absl::OkStatus());
  Turn(kAnyWait);
  EXPECT_THAT(failover.TakeRequests()[0].initial_resource_versions(),
              UnorderedElementsAre(Pair("a", ""), Pair("b", "7")));
}

TEST_F(AdsClientFailoverTest, X8X47_NobodyKnowsWhoseVersionsWereSaved) {
  client->Claim(kCluster, {{"a", "1"}});
  client->Start();
  EXPECT_THAT(transport.TakeRequests()[0].initial_resource_versions(), ElementsAre(Pair("a", "")));
}

TEST_F(AdsClientFailoverTest, X42X47_AChangeOfServerHandsNothingToTheSink) {
  Connect();
  transport.Deliver(ResponseBuilder(kCluster, "n1").Add("a", "1").proto());
  transport.Close(absl::OkStatus());
  Turn(kAnyWait);
  RefuseUntilFailover();
  EXPECT_THAT(sink.responses, SizeIs(1));
  EXPECT_THAT(sink.expired, IsEmpty());
}

class SotwFailoverTest : public AdsClientFailoverTest {
 protected:
  SotwFailoverTest() : AdsClientFailoverTest(Protocol::kStateOfTheWorld) {}
  void RefuseUntilFailover() {
    while (!failover.is_open()) Refuse(transport);
    static_cast<void>(transport.TakeSotwRequests());
  }
};

TEST_F(SotwFailoverTest, X8X47_RequestsToTheFailoverCarryNoVersionOfThePrimary) {
  client->Start();
  transport.Deliver(SotwBuilder(kCluster, "v1", "n1").Add("a").proto());
  transport.Close(absl::OkStatus());
  Turn(kAnyWait);
  RefuseUntilFailover();
  client->SetWanted(kEndpoints, {"e"});
  Turn();
  for (const auto& request : failover.TakeSotwRequests()) EXPECT_EQ(request.version_info(), "");
  sink.rejected["a"] = "no";
  failover.Deliver(SotwBuilder(kCluster, "v2", "n2").Add("a").proto());
  EXPECT_EQ(failover.TakeSotwRequests().at(0).version_info(), "");
  sink.rejected.clear();
  failover.Deliver(SotwBuilder(kCluster, "v3", "n3").Add("b").proto());
  EXPECT_EQ(failover.TakeSotwRequests().at(0).version_info(), "v3");
}

TEST_F(SotwFailoverTest, X20X47_WhatTheFailoverOmitsIsRemoved) {
  client->Start();
  transport.Deliver(SotwBuilder(kCluster, "v1", "n1").Add("a").Add("b").proto());
  transport.Close(absl::OkStatus());
  Turn(kAnyWait);
  RefuseUntilFailover();
  failover.Deliver(SotwBuilder(kCluster, "v1", "n2").Add("b").proto());
  EXPECT_THAT(sink.responses.back().removed, ElementsAre("a"));
}

TEST_F(SotwFailoverTest, X47_ThePrimaryIsAskedForTheFirstTypeWithoutAVersion) {
  client->Start();
  RefuseUntilFailover();
  failover.Deliver(SotwBuilder(kCluster, "v7", "n1").Add("a").proto());
  Turn(kAnyWait);
  const auto requests = transport.TakeSotwRequests();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].type_url(), kCluster);
  EXPECT_EQ(requests[0].version_info(), "");
  EXPECT_EQ(requests[0].response_nonce(), "");
}

}  // namespace
}  // namespace outrigger::xds
