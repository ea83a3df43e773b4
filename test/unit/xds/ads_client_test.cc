#include "xds/ads_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/unit/xds/ads_client_fixture.h"

namespace outrigger::xds {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class AdsClientTest : public testing::Test, public AdsClientFixture {};

TEST_F(AdsClientTest, X3OnlyTheFirstRequestOfTheStreamCarriesTheNode) {
  client->Start();
  const auto requests = transport.TakeRequests();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_EQ(requests[0].node().id(), "node-1");
  EXPECT_FALSE(requests[1].has_node());
}

TEST_F(AdsClientTest, FirstRequestsFollowTheOrderOfTypesAndSkipTypesWithoutNames) {
  client->SetWanted(kEndpoints, {"e"});
  client->Start();
  const auto requests = transport.TakeRequests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_EQ(requests[0].type_url(), kCluster);
  EXPECT_EQ(requests[1].type_url(), kEndpoints);
  EXPECT_THAT(requests[1].resource_names_subscribe(), ElementsAre("e"));
  EXPECT_EQ(requests[2].type_url(), kListener);
}

TEST_F(AdsClientTest, X1EveryResponseIsAcknowledgedWithItsNonce) {
  Connect();
  transport.Deliver(ResponseBuilder(kCluster, "n1").Add("a", "1").proto());
  const auto requests = transport.TakeRequests();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].response_nonce(), "n1");
  EXPECT_FALSE(requests[0].has_error_detail());
  EXPECT_EQ(client->counters(kCluster).successes, 1u);
  EXPECT_THAT(sink.responses[0].names, ElementsAre("a"));
}

TEST_F(AdsClientTest, X4ARejectionCarriesCodeAndMessage) {
  Connect();
  sink.rejected["b"] = "port must be at most 65535";
  transport.Deliver(ResponseBuilder(kCluster, "n1").Add("a", "1").Add("b", "1").proto());
  const auto requests = transport.TakeRequests();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].error_detail().code(), 3);
  EXPECT_EQ(requests[0].error_detail().message(), "b: port must be at most 65535");
  EXPECT_EQ(client->counters(kCluster).rejected, 1u);
  EXPECT_THAT(problems, ElementsAre(HasSubstr("b: port must be")));
}

TEST_F(AdsClientTest, X6DuplicateNamesAreRefusedAndTheRestIsUsed) {
  Connect();
  transport.Deliver(
      ResponseBuilder(kCluster, "n1").Add("a", "1").Add("b", "1").Add("a", "2").proto());
  EXPECT_THAT(sink.responses[0].names, ElementsAre("b"));
  EXPECT_EQ(transport.TakeRequests()[0].error_detail().message(),
            "a: is named more than once in one response");
}

TEST_F(AdsClientTest, X6ANameBothGivenAndRemovedIsRefused) {
  Connect();
  transport.Deliver(ResponseBuilder(kCluster, "n1").Add("a", "1").Remove("a").proto());
  EXPECT_THAT(sink.responses[0].names, IsEmpty());
  EXPECT_THAT(sink.responses[0].removed, IsEmpty());
  EXPECT_TRUE(transport.TakeRequests()[0].has_error_detail());
}

TEST_F(AdsClientTest, X9NamesNotAskedForAreIgnoredButAcknowledged) {
  client->SetWanted(kEndpoints, {"e"});
  Connect();
  transport.Deliver(
      ResponseBuilder(kEndpoints, "n1").Add("e", "1").Add("x", "1").Remove("y").proto());
  EXPECT_THAT(sink.responses[0].names, ElementsAre("e"));
  EXPECT_THAT(sink.responses[0].removed, IsEmpty());
  const auto requests = transport.TakeRequests();
  EXPECT_EQ(requests[0].response_nonce(), "n1");
  EXPECT_FALSE(requests[0].has_error_detail());
}

TEST_F(AdsClientTest, X11AResourceOfAnotherTypeIsRefused) {
  Connect();
  transport.Deliver(
      ResponseBuilder(kCluster, "n1").AddTyped("a", "1", kListener).Add("b", "1").proto());
  EXPECT_THAT(sink.responses[0].names, ElementsAre("b"));
  EXPECT_THAT(transport.TakeRequests()[0].error_detail().message(), HasSubstr("a: has type"));
}

TEST_F(AdsClientTest, X11AResourceWrappedTwiceIsRefused) {
  Connect();
  transport.Deliver(
      ResponseBuilder(kCluster, "n1")
          .AddTyped("a", "1", "type.googleapis.com/envoy.service.discovery.v3.Resource")
          .proto());
  EXPECT_TRUE(transport.TakeRequests()[0].has_error_detail());
}

TEST_F(AdsClientTest, X12AnUnknownTypeIsCountedAndTheStreamStays) {
  Connect();
  transport.Deliver(ResponseBuilder("type.googleapis.com/what", "n1").Add("a", "1").proto());
  EXPECT_TRUE(transport.is_open());
  EXPECT_THAT(transport.TakeRequests(), IsEmpty());
  EXPECT_EQ(client->stream_counters().unrequested_types, 1u);
  EXPECT_THAT(problems, ElementsAre(HasSubstr("googleapis.com/what")));
}

TEST_F(AdsClientTest, X12AnAnswerToATypeNotAskedForYetIsNotAcknowledged) {
  Connect();
  transport.Deliver(ResponseBuilder(kEndpoints, "n1").Add("e", "1").proto());
  EXPECT_THAT(transport.TakeRequests(), IsEmpty());
  EXPECT_THAT(sink.responses, IsEmpty());
}

TEST_F(AdsClientTest, X16ChangesMadeWhileAResponseIsAppliedAreOneRequestAfterTheAck) {
  Connect();
  sink.on_response = [this](const Response&) {
    client->SetWanted(kEndpoints, {"a"});
    client->SetWanted(kEndpoints, {"a", "b"});
    client->SetWanted(kRoutes, {"r"});
  };
  transport.Deliver(ResponseBuilder(kCluster, "n1").Add("a", "1").Add("b", "1").proto());
  EXPECT_THAT(transport.TakeRequests(), SizeIs(1));  // the ACK
  Turn();
  const auto requests = transport.TakeRequests();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_THAT(requests[0].resource_names_subscribe(), ElementsAre("a", "b"));
  EXPECT_EQ(requests[0].response_nonce(), "");
  EXPECT_THAT(requests[1].resource_names_subscribe(), ElementsAre("r"));
}

TEST_F(AdsClientTest, P4NamesThatComeWithAResponseAreAskedForBeforeItIsAnswered) {
  Connect();
  std::vector<FakeAdsTransport::Request> meanwhile;
  sink.on_response = [&](const Response&) {
    client->AddWanted(kEndpoints, {"a"});
    meanwhile = transport.TakeRequests();
  };
  transport.Deliver(ResponseBuilder(kCluster, "n1").Add("a", "1").proto());
  ASSERT_THAT(meanwhile, SizeIs(1));
  EXPECT_THAT(meanwhile[0].resource_names_subscribe(), ElementsAre("a"));
  EXPECT_EQ(meanwhile[0].response_nonce(), "");
  Turn();
  const auto requests = transport.TakeRequests();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].response_nonce(), "n1");
}

TEST_F(AdsClientTest, X17NamesOfTheTypeThatIsAppliedAreAskedForBehindItsAck) {
  client->SetWanted(kEndpoints, {"e"});
  Connect();
  sink.on_response = [this](const Response&) { client->AddWanted(kEndpoints, {"f"}); };
  transport.Deliver(ResponseBuilder(kEndpoints, "n1").Add("e", "1").proto());
  Turn();
  const auto requests = transport.TakeRequests();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_EQ(requests[0].response_nonce(), "n1");
  EXPECT_THAT(requests[1].resource_names_subscribe(), ElementsAre("f"));
}

TEST_F(AdsClientTest, X16TheSinkMayGiveUpTheVeryNameItIsGiven) {
  client->SetWanted(kEndpoints, {"e", "f"});
  Connect();
  sink.on_response = [this](const Response&) { client->SetWanted(kEndpoints, {"f"}); };
  transport.Deliver(ResponseBuilder(kEndpoints, "n1").Add("e", "1").proto());
  Turn();
  const auto requests = transport.TakeRequests();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_THAT(requests[1].resource_names_unsubscribe(), ElementsAre("e"));
}

TEST_F(AdsClientTest, X37AResourceAskedForByAnAliasIsHandedOverByIt) {
  client->SetWanted(kEndpoints, {"nickname", "e"});
  Connect();
  auto response = ResponseBuilder(kEndpoints, "n1").Add("full name", "1").Add("e", "1").proto();
  response.mutable_resources(0)->add_aliases("unasked");
  response.mutable_resources(0)->add_aliases("nickname");
  transport.Deliver(response);
  EXPECT_THAT(sink.responses[0].names, ElementsAre("nickname", "e"));
  EXPECT_FALSE(transport.TakeRequests()[0].has_error_detail());
}

TEST_F(AdsClientTest, X6X37ANameAndItsAliasAreTheSameResource) {
  client->SetWanted(kEndpoints, {"e"});
  Connect();
  auto response = ResponseBuilder(kEndpoints, "n1").Add("e", "1").Add("other", "1").proto();
  response.mutable_resources(1)->add_aliases("e");
  transport.Deliver(response);
  EXPECT_EQ(transport.TakeRequests()[0].error_detail().message(),
            "e: is named more than once in one response");
}

TEST_F(AdsClientTest, X37WithoutContentAnAliasSaysThatThereIsNone) {
  client->SetWanted(kCluster, {"nickname", "n"});
  Connect();
  auto response = ResponseBuilder(kCluster, "n1").AddEmpty("c", "1").AddEmpty("n", "").proto();
  response.mutable_resources(0)->add_aliases("nickname");
  transport.Deliver(response);
  ASSERT_THAT(sink.absences, SizeIs(3));
  EXPECT_EQ(sink.absences[0].name, "c");
  EXPECT_EQ(sink.absences[1].name, "nickname");
  EXPECT_EQ(sink.absences[2].name, "n");
  EXPECT_EQ(sink.absences[2].kind, Absence::Kind::kDoesNotExist);
  EXPECT_FALSE(transport.TakeRequests()[0].has_error_detail());
}

TEST_F(AdsClientTest, X38AnEmptyNameIsHandedOverAndClaimedByItsPayloadName) {
  Connect();
  transport.Deliver(ResponseBuilder(kCluster, "n1").AddUnnamed("inside", "5").proto());
  EXPECT_THAT(sink.responses[0].names, ElementsAre("inside"));
  transport.Close(absl::OkStatus());
  static_cast<void>(transport.TakeRequests());
  Turn(std::chrono::seconds(1));
  EXPECT_THAT(transport.TakeRequests()[0].initial_resource_versions(),
              ElementsAre(Pair("inside", "5")));
}

TEST_F(AdsClientTest, X43APayloadlessResourceAtItsVersionIsASignOfLife) {
  Connect();
  transport.Deliver(ResponseBuilder(kCluster, "n1").Add("a", "1").proto());
  transport.Deliver(ResponseBuilder(kCluster, "n2").AddEmpty("a", "1").proto());
  EXPECT_THAT(sink.responses[1].names, IsEmpty());
  EXPECT_FALSE(transport.TakeRequests()[1].has_error_detail());
}

TEST_F(AdsClientTest, APayloadlessResourceAtAnotherVersionIsRefused) {
  Connect();
  transport.Deliver(ResponseBuilder(kCluster, "n1").AddEmpty("a", "1").proto());
  EXPECT_EQ(transport.TakeRequests()[0].error_detail().message(), "a: has no content");
}

TEST_F(AdsClientTest, X2AndP17AReconnectCarriesVersionsAndNoNonce) {
  Connect();
  transport.Deliver(ResponseBuilder(kCluster, "n1").Add("a", "1").Add("b", "7").proto());
  sink.rejected["a"] = "no";
  transport.Deliver(ResponseBuilder(kCluster, "n2").Add("a", "2").proto());
  static_cast<void>(transport.TakeRequests());
  transport.Close(absl::UnavailableError("gone"));
  Turn(std::chrono::seconds(1));
  const auto requests = transport.TakeRequests();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_EQ(requests[0].node().id(), "node-1");
  EXPECT_EQ(requests[0].response_nonce(), "");
  EXPECT_THAT(requests[0].resource_names_subscribe(), IsEmpty());
  EXPECT_THAT(requests[0].initial_resource_versions(),
              UnorderedElementsAre(Pair("a", "1"), Pair("b", "7")));
}

TEST_F(AdsClientTest, X40TheFirstWaitIsBelowTheBaseAndLaterOnesBelowTheMaximum) {
  client->Start();
  for (int attempt = 1; attempt <= 12; ++attempt) {
    transport.Close(absl::UnavailableError("refused"));
    EXPECT_FALSE(transport.is_open());
    const int64_t bound_ms = std::min<int64_t>(int64_t{500} << (attempt - 1), 30'000);
    Turn(std::chrono::milliseconds(bound_ms) + TimerWheel::kTick);
    ASSERT_EQ(transport.opened_count(), static_cast<size_t>(attempt) + 1);
  }
}

TEST_F(AdsClientTest, X40AMessageResetsTheBackOffAndAConnectionDoesNot) {
  client->Start();
  for (int attempt = 0; attempt < 6; ++attempt) {
    transport.Ready();
    transport.Close(absl::UnavailableError("cut"));
    Turn(std::chrono::seconds(31));
  }
  transport.Deliver(ResponseBuilder(kCluster, "n1").proto());
  transport.Close(absl::UnavailableError("cut"));
  const size_t before = transport.opened_count();
  Turn(std::chrono::milliseconds(500) + TimerWheel::kTick);
  EXPECT_EQ(transport.opened_count(), before + 1);
}

TEST_F(AdsClientTest, X41AnEndAfterAnAnswerIsQuiet) {
  Connect();
  transport.Deliver(ResponseBuilder(kCluster, "n1").Add("a", "1").proto());
  transport.Close(absl::UnavailableError("connection age"));
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_EQ(client->stream_counters().connect_failures, 0u);
  EXPECT_EQ(client->counters(kCluster).failures, 0u);
}

TEST_F(AdsClientTest, X41AnEndWithoutAnAnswerIsAFailureOfEveryTypeAskedFor) {
  Connect();
  EXPECT_TRUE(client->is_connected());
  transport.Close(absl::UnavailableError("connecting to 10.0.0.1:15010: refused"));
  EXPECT_FALSE(client->is_connected());
  EXPECT_EQ(client->counters(kCluster).failures, 1u);
  EXPECT_EQ(client->counters(kCluster).attempts, 2u);
  EXPECT_EQ(client->counters(kEndpoints).failures, 0u);
  EXPECT_THAT(problems, ElementsAre(HasSubstr("10.0.0.1:15010: refused")));
}

TEST_F(AdsClientTest, X42LosingTheServerHandsNothingToTheSink) {
  Connect();
  transport.Deliver(ResponseBuilder(kCluster, "n1").Add("a", "1").proto());
  transport.Close(absl::UnavailableError("gone"));
  Turn(std::chrono::hours(1));
  EXPECT_THAT(sink.responses, SizeIs(1));
}

TEST_F(AdsClientTest, X57TheServersNameIsKeptForAsLongAsItsStream) {
  Connect();
  auto response = ResponseBuilder(kCluster, "n1").proto();
  response.mutable_control_plane()->set_identifier("istiod-1");
  transport.Deliver(response);
  EXPECT_EQ(client->control_plane_identifier(), "istiod-1");
  transport.Close(absl::OkStatus());
  EXPECT_EQ(client->control_plane_identifier(), "");
}

TEST_F(AdsClientTest, P16EachEndOfAStreamIsToldSoThatNamesAreLookedUpAgain) {
  Connect();
  transport.Deliver(ResponseBuilder(kCluster, "n1").proto());
  transport.Close(absl::OkStatus());
  EXPECT_EQ(ended_streams, 1);
  Turn(std::chrono::seconds(1));
  transport.Close(absl::UnavailableError("refused"));
  EXPECT_EQ(ended_streams, 2);
}

TEST_F(AdsClientTest, AnUnreadableMessageEndsTheStreamAndItIsOpenedAgain) {
  Connect();
  transport.DeliverBytes("\xff\xff\xff");
  EXPECT_FALSE(transport.is_open());
  EXPECT_EQ(client->stream_counters().unparsable, 1u);
  Turn(std::chrono::seconds(1));
  EXPECT_TRUE(transport.is_open());
}

TEST_F(AdsClientTest, NamesWantedWhileDisconnectedAreInTheFirstRequest) {
  Connect();
  transport.Close(absl::UnavailableError("gone"));
  client->SetWanted(kRoutes, {"r"});
  Turn(std::chrono::seconds(1));
  const auto requests = transport.TakeRequests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_THAT(requests[2].resource_names_subscribe(), ElementsAre("r"));
}

}  // namespace
}  // namespace outrigger::xds
