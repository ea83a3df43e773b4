// What the client does as time goes by: missing resources, times to live, the pace of requests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/unit/xds/ads_client_fixture.h"

namespace outrigger::xds {
namespace {

using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Duration kBefore = seconds(14);
constexpr Duration kTick = TimerWheel::kTick;

class AdsClientTimesTest : public testing::Test, public AdsClientFixture {
 protected:
  void Deliver(ResponseBuilder builder) { transport.Deliver(builder.proto()); }
  // Asked for endpoints e and f.
  void Ask() {
    client->SetWanted(kEndpoints, {"e", "f"});
    Connect();
  }
};

auto Named(const char* name) { return Field(&Absence::name, name); }

TEST_F(AdsClientTimesTest, X24WhatIsNotSentWithin15SecondsDoesNotExist) {
  Ask();
  Turn(kBefore);
  EXPECT_THAT(sink.absences, IsEmpty());
  Deliver(ResponseBuilder(kEndpoints, "n1").Add("e", "1"));
  Turn(seconds(1) + kTick);
  EXPECT_THAT(sink.absences, ElementsAre(Named("f")));
  EXPECT_EQ(sink.absences[0].kind, Absence::Kind::kTimedOut);
  Turn(seconds(60));
  EXPECT_THAT(sink.absences, SizeIs(1));
}

TEST_F(AdsClientTimesTest, X24TheTimeBeginsWhenTheStreamIsConnected) {
  client->SetWanted(kEndpoints, {"e"});
  client->Start();
  Turn(seconds(60));
  EXPECT_THAT(sink.absences, IsEmpty());
  transport.Ready();
  Turn(kBefore);
  EXPECT_THAT(sink.absences, IsEmpty());
  Turn(seconds(1) + kTick);
  EXPECT_THAT(sink.absences, ElementsAre(Named("e")));
}

TEST_F(AdsClientTimesTest, X24ANameBesideAWildcardIsMissedEachTimeThatItIsAskedFor) {
  Connect();
  for (int i = 0; i < 2; ++i) {
    sink.absences.clear();
    client->SetWanted(kCluster, {"c"});
    Turn(kTick);
    Turn(kBefore);
    EXPECT_THAT(sink.absences, IsEmpty());
    Turn(seconds(1) + kTick);
    EXPECT_THAT(sink.absences, Contains(Named("c")));
    client->SetWanted(kCluster, {});
    Turn(kTick);
  }
}

TEST_F(AdsClientTimesTest, X24ALostStreamStopsTheTimeAndWhatRunsIsNotMissedOnTheNext) {
  Ask();
  Deliver(ResponseBuilder(kEndpoints, "n1").Add("e", "1"));
  Turn(kBefore);
  transport.Close(absl::OkStatus());
  Turn(seconds(5));
  transport.Ready();
  Turn(kBefore);
  EXPECT_THAT(sink.absences, IsEmpty());
  Turn(seconds(1) + kTick);
  EXPECT_THAT(sink.absences, ElementsAre(Named("f")));
}

TEST_F(AdsClientTimesTest, X24ANameGivenUpIsNotMissed) {
  Ask();
  client->SetWanted(kEndpoints, {"e"});
  Turn(seconds(15) + kTick);
  EXPECT_THAT(sink.absences, ElementsAre(Named("e")));
}

TEST_F(AdsClientTimesTest, X24ALateOneIsTakenAndARefusedOneIsNotMissed) {
  Ask();
  sink.rejected["f"] = "no";
  Deliver(ResponseBuilder(kEndpoints, "n1").Add("f", "1"));
  Turn(seconds(15) + kTick);
  EXPECT_THAT(sink.absences, ElementsAre(Named("e")));
  Deliver(ResponseBuilder(kEndpoints, "n2").Add("e", "1"));
  EXPECT_THAT(sink.responses[1].names, ElementsAre("e"));
}

TEST_F(AdsClientTimesTest, X46AnErrorInPlaceOfAResourceEndsTheWaitAndKeepsWhatRuns) {
  Ask();
  Deliver(ResponseBuilder(kEndpoints, "n1").Add("f", "1"));
  ResponseBuilder errors(kEndpoints, "n2");
  const auto add = [&](const char* name, int code) {
    auto* error = errors.proto().add_resource_errors();
    error->mutable_resource_name()->set_name(name);
    error->mutable_error_detail()->set_code(code);
    error->mutable_error_detail()->set_message("not yours");
  };
  add("e", 5);
  add("f", 7);
  add("stranger", 5);
  static_cast<void>(transport.TakeRequests());
  Deliver(errors);
  EXPECT_FALSE(transport.TakeRequests()[0].has_error_detail());
  ASSERT_THAT(sink.absences, ElementsAre(Named("e"), Named("f")));
  EXPECT_EQ(sink.absences[0].kind, Absence::Kind::kDoesNotExist);
  EXPECT_EQ(sink.absences[1].kind, Absence::Kind::kError);
  EXPECT_EQ(sink.absences[1].why, "not yours");
  Turn(seconds(60));
  EXPECT_THAT(sink.absences, SizeIs(2));
  EXPECT_THAT(sink.responses, SizeIs(2));
  EXPECT_THAT(sink.responses[1].removed, IsEmpty());
}

TEST_F(AdsClientTimesTest, X43AResourceIsOverWhenItsTimeIs) {
  Connect();
  Deliver(ResponseBuilder(kCluster, "n1").Add("a", "1").TimeToLive(seconds(10)).Add("b", "1"));
  Turn(seconds(9));
  EXPECT_THAT(sink.expired, IsEmpty());
  Turn(seconds(1) + kTick);
  EXPECT_THAT(sink.expired, ElementsAre("a"));
  EXPECT_THAT(problems, ElementsAre(HasSubstr("the time to live of a of type.googleapis.com/")));
  // Nothing is claimed of it.
  transport.Close(absl::OkStatus());
  static_cast<void>(transport.TakeRequests());
  Turn(seconds(1));
  EXPECT_EQ(transport.TakeRequests()[0].initial_resource_versions().size(), 1u);
}

TEST_F(AdsClientTimesTest, X43ASignOfLifeBeginsTheTimeAnew) {
  Connect();
  Deliver(ResponseBuilder(kCluster, "n1").Add("a", "1").TimeToLive(seconds(10)));
  for (int beat = 0; beat < 5; ++beat) {
    Turn(seconds(9));
    Deliver(ResponseBuilder(kCluster, "n2").AddEmpty("a", "1").TimeToLive(seconds(10)));
  }
  EXPECT_THAT(sink.expired, IsEmpty());
  Turn(seconds(10) + kTick);
  EXPECT_THAT(sink.expired, ElementsAre("a"));
}

TEST_F(AdsClientTimesTest, X43SentWithoutATimeItLivesOn) {
  Connect();
  Deliver(ResponseBuilder(kCluster, "n1").Add("a", "1").TimeToLive(seconds(10)));
  Deliver(ResponseBuilder(kCluster, "n2").Add("a", "2"));
  Turn(seconds(60));
  EXPECT_THAT(sink.expired, IsEmpty());
}

TEST_F(AdsClientTimesTest, X43ARefusedVersionDoesNotRenewAndALostServerDoesNotStopIt) {
  Connect();
  Deliver(ResponseBuilder(kCluster, "n1").Add("a", "1").TimeToLive(seconds(10)));
  Turn(seconds(5));
  sink.rejected["a"] = "no";
  Deliver(ResponseBuilder(kCluster, "n2").Add("a", "2").TimeToLive(seconds(100)));
  transport.Close(absl::UnavailableError("gone"));
  Turn(seconds(5) + kTick);
  EXPECT_THAT(sink.expired, ElementsAre("a"));
}

TEST_F(AdsClientTimesTest, X37X43AResourceThatGoesByItsAliasIsOverAsWell) {
  client->SetWanted(kEndpoints, {"nickname"});
  Connect();
  ResponseBuilder builder(kEndpoints, "n1");
  builder.Add("full name", "1")
      .TimeToLive(seconds(10))
      .proto()
      .mutable_resources(0)
      ->add_aliases("nickname");
  Deliver(builder);
  Turn(seconds(10) + kTick);
  EXPECT_THAT(sink.expired, ElementsAre("nickname"));
}

TEST_F(AdsClientTimesTest, X43ARemovedResourceDoesNotExpire) {
  Connect();
  Deliver(ResponseBuilder(kCluster, "n1").Add("a", "1").TimeToLive(seconds(10)));
  Deliver(ResponseBuilder(kCluster, "n2").Remove("a"));
  Turn(seconds(60));
  EXPECT_THAT(sink.expired, IsEmpty());
}

class SotwTimesTest : public testing::Test, public AdsClientFixture {
 protected:
  SotwTimesTest() : AdsClientFixture(Protocol::kStateOfTheWorld) {}
};

TEST_F(SotwTimesTest, X24X43TheSameHoldsForTheStateOfTheWorld) {
  client->SetWanted(kEndpoints, {"e", "f"});
  Connect();
  transport.Deliver(SotwBuilder(kEndpoints, "v1", "n1")
                        .AddWrapped("e", "1", PayloadOf("e"), seconds(30))
                        .proto());
  Turn(seconds(15) + kTick);
  EXPECT_THAT(sink.absences, ElementsAre(Named("f")));
  transport.Deliver(
      SotwBuilder(kEndpoints, "v1", "n2").AddWrapped("e", "1", "", seconds(30)).proto());
  Turn(seconds(29));
  EXPECT_THAT(sink.expired, IsEmpty());
  Turn(seconds(1) + kTick);
  EXPECT_THAT(sink.expired, ElementsAre("e"));
}

TEST_F(SotwTimesTest, X24ARefusedOneIsNotMissedWhenItIsAskedForAgain) {
  client->SetWanted(kEndpoints, {"e"});
  Connect();
  sink.rejected["e"] = "no";
  transport.Deliver(SotwBuilder(kEndpoints, "v1", "n1").Add("e").proto());
  client->SetWanted(kEndpoints, {"e", "f"});
  Turn();
  Turn(seconds(15) + kTick);
  EXPECT_THAT(sink.absences, ElementsAre(Named("f")));
}

TEST_F(SotwTimesTest, X46WhatAWholeSetHasAnErrorForIsNotMissingFromIt) {
  Connect();
  transport.Deliver(SotwBuilder(kCluster, "v1", "n1").Add("a").Add("b").proto());
  SotwBuilder builder(kCluster, "v2", "n2");
  builder.Add("b").proto().add_resource_errors()->mutable_resource_name()->set_name("a");
  transport.Deliver(builder.proto());
  EXPECT_THAT(sink.responses[1].removed, IsEmpty());
  EXPECT_THAT(sink.absences, ElementsAre(Named("a")));
}

// Two requests at once, then one a second.
class PacedTest : public testing::Test, public AdsClientFixture {
 protected:
  PacedTest() : AdsClientFixture(Protocol::kDelta, RequestRate{2, 1}) {}
};

TEST_F(PacedTest, X45RequestsWaitForTokensAndAnswersGoFirst) {
  client->SetWanted(kEndpoints, {"e"});
  Connect();  // clusters, endpoints; listeners have to wait
  EXPECT_EQ(client->pending_requests(), 1u);
  EXPECT_EQ(client->stream_counters().rate_limit_enforced, 1u);
  transport.Deliver(ResponseBuilder(kCluster, "n1").proto());
  transport.Deliver(ResponseBuilder(kEndpoints, "n2").proto());
  EXPECT_THAT(transport.TakeRequests(), IsEmpty());
  EXPECT_EQ(client->pending_requests(), 3u);
  std::vector<std::string> sent;
  for (int second = 0; second < 3; ++second) {
    Turn(seconds(1) + kTick);
    const auto requests = transport.TakeRequests();
    ASSERT_THAT(requests, SizeIs(1));
    sent.push_back(requests[0].type_url());
  }
  EXPECT_THAT(sent, ElementsAre(kCluster, kEndpoints, kListener));
  EXPECT_EQ(client->pending_requests(), 0u);
  Turn(seconds(10));
  EXPECT_THAT(transport.TakeRequests(), IsEmpty());
}

TEST_F(PacedTest, X45NamesThatWaitAreMerged) {
  Connect();
  for (const char* name : {"a", "b", "c"}) {
    client->SetWanted(kEndpoints, {name, "d"});
    Turn();
  }
  EXPECT_THAT(transport.TakeRequests(), IsEmpty());
  Turn(seconds(1) + kTick);
  const auto requests = transport.TakeRequests();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_THAT(requests[0].resource_names_subscribe(), ElementsAre("c", "d"));
}

TEST_F(PacedTest, X45AServerThatNeverLetsUsAnswerIsLeft) {
  Connect();
  for (size_t i = 0; i <= AdsClient::kAnswersMax && transport.is_open(); ++i) {
    transport.Deliver(ResponseBuilder(kCluster, "n").proto());
  }
  EXPECT_FALSE(transport.is_open());
  EXPECT_THAT(problems, ElementsAre(HasSubstr("more responses than rate_limit_settings")));
  EXPECT_EQ(client->pending_requests(), 0u);
}

TEST_F(AdsClientTimesTest, X45WithoutALimitNothingWaits) {
  Connect();
  for (int i = 0; i < 1000; ++i) transport.Deliver(ResponseBuilder(kCluster, "n").proto());
  EXPECT_THAT(transport.TakeRequests(), SizeIs(1000));
  EXPECT_EQ(client->stream_counters().rate_limit_enforced, 0u);
}

}  // namespace
}  // namespace outrigger::xds
