#include "xds/subscription_state.h"
#include "base/random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace outrigger::xds {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

Response MakeResponse(std::vector<std::pair<std::string_view, std::string_view>> versions) {
  Response response;
  response.type_url = "type";
  for (const auto& [name, version] : versions) {
    response.resources.push_back({name, version, "type", ""});
  }
  return response;
}

SubscriptionState Named(std::set<std::string> names) {
  SubscriptionState state(Protocol::kDelta, "type", false);
  state.SetWanted(std::move(names));
  state.OnStreamStart();
  return state;
}

SubscriptionState Wildcard() {
  SubscriptionState state(Protocol::kDelta, "type", true);
  state.OnStreamStart();
  return state;
}

TEST(SubscriptionStateTest, X23WildcardIsAskedForWithAnEmptyList) {
  SubscriptionState state = Wildcard();
  auto request = state.TakeSubscriptionRequest();
  ASSERT_TRUE(request.has_value());
  EXPECT_THAT(request->subscribe, IsEmpty());
  EXPECT_THAT(request->unsubscribe, IsEmpty());
  EXPECT_FALSE(state.TakeSubscriptionRequest().has_value());
}

TEST(SubscriptionStateTest, X23WildcardThatIsNotAskedForAtOnceIsWhenSomethingIsWanted) {
  SubscriptionState state(Protocol::kDelta, "type", true, false);
  state.OnStreamStart();
  state.SetWanted({});
  EXPECT_FALSE(state.TakeSubscriptionRequest().has_value());
  state.SetWanted({""});
  EXPECT_THAT(state.TakeSubscriptionRequest()->subscribe, IsEmpty());
  // Nor does it end.
  state.SetWanted({});
  state.OnStreamStart();
  EXPECT_TRUE(state.TakeSubscriptionRequest().has_value());
}

TEST(SubscriptionStateTest, X23TheEmptyNameIsNoName) {
  SubscriptionState state = Wildcard();
  state.SetWanted({""});
  EXPECT_THAT(state.TakeSubscriptionRequest()->subscribe, IsEmpty());
  state.SetWanted({"", "a"});
  EXPECT_THAT(state.TakeSubscriptionRequest()->subscribe, UnorderedElementsAre("*", "a"));
  state.SetWanted({""});
  EXPECT_THAT(state.TakeSubscriptionRequest()->unsubscribe, ElementsAre("a"));
}

TEST(SubscriptionStateTest, X23NamedTypeSaysNothingUntilANameIsWanted) {
  SubscriptionState state = Named({});
  EXPECT_FALSE(state.TakeSubscriptionRequest().has_value());
  EXPECT_FALSE(state.has_asked());
  state.SetWanted({"a"});
  EXPECT_THAT(state.TakeSubscriptionRequest()->subscribe, ElementsAre("a"));
  EXPECT_TRUE(state.has_asked());
}

TEST(SubscriptionStateTest, X17SubscriptionChangeAndAckAreSeparateMessages) {
  SubscriptionState state = Named({"a"});
  ASSERT_TRUE(state.TakeSubscriptionRequest().has_value());
  state.SetWanted({"a", "b"});
  const Request ack = state.MakeAck("n1", Verdict{{"a"}, {}});
  EXPECT_EQ(ack.nonce, "n1");
  EXPECT_THAT(ack.subscribe, IsEmpty());
  EXPECT_THAT(ack.initial_versions, IsEmpty());
  EXPECT_THAT(state.TakeSubscriptionRequest()->subscribe, ElementsAre("b"));
}

TEST(SubscriptionStateTest, X30InitialVersionsAreInTheFirstMessageOnly) {
  SubscriptionState state = Named({"a"});
  ASSERT_TRUE(state.TakeSubscriptionRequest().has_value());
  state.OnApplied(MakeResponse({{"a", "1"}}), Verdict{{"a"}, {}});
  state.OnStreamStart();
  auto first = state.TakeSubscriptionRequest();
  EXPECT_THAT(first->subscribe, ElementsAre("a"));
  EXPECT_THAT(first->initial_versions, ElementsAre(Pair("a", "1")));
  state.SetWanted({"a", "b"});
  EXPECT_THAT(state.TakeSubscriptionRequest()->initial_versions, IsEmpty());
}

TEST(SubscriptionStateTest, X31SpontaneousRequestsCarryNoNonce) {
  SubscriptionState state = Named({"a"});
  EXPECT_EQ(state.TakeSubscriptionRequest()->nonce, "");
  EXPECT_EQ(state.MakeAck("n1", Verdict{}).nonce, "n1");
  state.SetWanted({"b"});
  const auto change = state.TakeSubscriptionRequest();
  EXPECT_EQ(change->nonce, "");
  EXPECT_THAT(change->subscribe, ElementsAre("b"));
  EXPECT_THAT(change->unsubscribe, ElementsAre("a"));
}

TEST(SubscriptionStateTest, X31AnAckCarriesNoErrorAndANackNamesEveryBadResource) {
  SubscriptionState state = Named({"a", "b"});
  EXPECT_EQ(state.MakeAck("n", Verdict{{"a"}, {}}).error_message, "");
  const Verdict verdict{{}, {{"a", "bad port"}, {"b", "bad name"}}};
  EXPECT_EQ(state.MakeAck("n", verdict).error_message, "a: bad port; b: bad name");
}

TEST(SubscriptionStateTest, X32RemovalOfAnUnknownNameIsIgnored) {
  SubscriptionState state = Wildcard();
  Response response = MakeResponse({{"a", "1"}});
  response.removed = {"never heard of"};
  state.OnApplied(response, Verdict{{"a"}, {}});
  EXPECT_THAT(state.running_versions(), UnorderedElementsAre(Pair("a", "1")));
}

TEST(SubscriptionStateTest, X32ARemovedRequestedNameStaysAskedForAndIsNotClaimed) {
  SubscriptionState state = Named({"a"});
  ASSERT_TRUE(state.TakeSubscriptionRequest().has_value());
  state.OnApplied(MakeResponse({{"a", "1"}}), Verdict{{"a"}, {}});
  Response gone;
  gone.removed = {"a"};
  state.OnApplied(gone, Verdict{});
  EXPECT_THAT(state.running_versions(), IsEmpty());
  EXPECT_TRUE(state.IsWanted("a"));
  EXPECT_FALSE(state.TakeSubscriptionRequest().has_value());
}

TEST(SubscriptionStateTest, X33ANameGivenUpAndWantedAgainWithinOneTurnIsNamedAgain) {
  SubscriptionState state = Named({"a"});
  ASSERT_TRUE(state.TakeSubscriptionRequest().has_value());
  state.OnApplied(MakeResponse({{"a", "1"}}), Verdict{{"a"}, {}});
  state.SetWanted({});
  state.SetWanted({"a"});
  auto request = state.TakeSubscriptionRequest();
  ASSERT_TRUE(request.has_value());
  EXPECT_THAT(request->subscribe, ElementsAre("a"));
  EXPECT_THAT(request->unsubscribe, IsEmpty());
  EXPECT_FALSE(state.TakeSubscriptionRequest().has_value());
}

TEST(SubscriptionStateTest, X34NamesAreNotUnsubscribedFromAWildcardType) {
  SubscriptionState state = Wildcard();
  ASSERT_TRUE(state.TakeSubscriptionRequest().has_value());
  state.OnApplied(MakeResponse({{"a", "1"}}), Verdict{{"a"}, {}});
  state.SetWanted({});
  EXPECT_FALSE(state.TakeSubscriptionRequest().has_value());
  EXPECT_THAT(state.running_versions(), UnorderedElementsAre(Pair("a", "1")));
}

TEST(SubscriptionStateTest, X23NamesBesideAWildcardNameItAsWell) {
  SubscriptionState state = Wildcard();
  ASSERT_TRUE(state.TakeSubscriptionRequest().has_value());
  state.SetWanted({"a"});
  EXPECT_THAT(state.TakeSubscriptionRequest()->subscribe, UnorderedElementsAre("*", "a"));
  state.SetWanted({});
  EXPECT_THAT(state.TakeSubscriptionRequest()->unsubscribe, ElementsAre("a"));
  EXPECT_TRUE(state.IsWanted("others"));
  state.OnStreamStart();
  EXPECT_THAT(state.TakeSubscriptionRequest()->subscribe, ElementsAre("*"));
}

TEST(SubscriptionStateTest, X35WildcardReconnectListsKnownNamesOnlyAsVersions) {
  SubscriptionState state = Wildcard();
  ASSERT_TRUE(state.TakeSubscriptionRequest().has_value());
  state.OnApplied(MakeResponse({{"b", "2"}, {"a", "1"}}), Verdict{{"b", "a"}, {}});
  state.OnStreamStart();
  auto first = state.TakeSubscriptionRequest();
  EXPECT_THAT(first->subscribe, IsEmpty());
  EXPECT_THAT(first->initial_versions, ElementsAre(Pair("a", "1"), Pair("b", "2")));
}

TEST(SubscriptionStateTest, X36VersionsArePerResourceNotTheSystemVersion) {
  SubscriptionState state = Wildcard();
  Response response = MakeResponse({{"a", "1"}, {"b", "2"}});
  response.system_version = "77";
  state.OnApplied(response, Verdict{{"a", "b"}, {}});
  EXPECT_THAT(state.running_versions(), UnorderedElementsAre(Pair("a", "1"), Pair("b", "2")));
}

TEST(SubscriptionStateTest, P17AfterANackTheRunningVersionIsClaimed) {
  SubscriptionState state = Named({"a", "b"});
  ASSERT_TRUE(state.TakeSubscriptionRequest().has_value());
  state.OnApplied(MakeResponse({{"a", "1"}}), Verdict{{"a"}, {}});
  state.OnApplied(MakeResponse({{"a", "2"}, {"b", "1"}}), Verdict{{}, {{"a", "x"}, {"b", "y"}}});
  state.OnStreamStart();
  EXPECT_THAT(state.TakeSubscriptionRequest()->initial_versions, ElementsAre(Pair("a", "1")));
}

TEST(SubscriptionStateTest, P17AnUnsubscribedNameIsNoLongerClaimed) {
  SubscriptionState state = Named({"a", "b"});
  ASSERT_TRUE(state.TakeSubscriptionRequest().has_value());
  state.OnApplied(MakeResponse({{"a", "1"}, {"b", "1"}}), Verdict{{"a", "b"}, {}});
  state.SetWanted({"b"});
  state.OnStreamStart();
  EXPECT_THAT(state.TakeSubscriptionRequest()->initial_versions, ElementsAre(Pair("b", "1")));
}

TEST(SubscriptionStateTest, P17ANameGivenUpWhileItsResponseIsAppliedIsNotClaimed) {
  SubscriptionState state = Named({"a"});
  const Response response = MakeResponse({{"a", "1"}});
  state.SetWanted({});
  state.OnApplied(response, Verdict{{"a"}, {}});
  EXPECT_THAT(state.running_versions(), IsEmpty());
}

TEST(SubscriptionStateTest, AChangeThatEndsWhereItBeganSendsNothing) {
  SubscriptionState state = Named({"a"});
  ASSERT_TRUE(state.TakeSubscriptionRequest().has_value());
  state.SetWanted({"a", "b"});
  state.SetWanted({"a"});
  EXPECT_FALSE(state.TakeSubscriptionRequest().has_value());
}

// Any series of changes leads to the same requests, whether names are added or all are told.
TEST(SubscriptionStateTest, P4_NamesThatAreAddedAreAskedForAsIfAllHadBeenTold) {
  for (const Protocol protocol : {Protocol::kDelta, Protocol::kStateOfTheWorld}) {
    FastRandom random(11);
    SubscriptionState told(protocol, "type", false);
    SubscriptionState added(protocol, "type", false);
    std::set<std::string> names;
    for (int turn = 0; turn < 500; ++turn) {
      const std::string name(1, static_cast<char>('a' + random.Below(6)));
      if (random.Below(3) == 0) {
        names.erase(name);
        added.SetWanted(names);
      } else {
        names.insert(name);
        added.AddWanted({name});
      }
      told.SetWanted(names);
      if (random.Below(3) == 0) continue;
      ASSERT_EQ(told.has_news(), added.has_news()) << turn;
      const std::optional<Request> one = told.TakeSubscriptionRequest();
      const std::optional<Request> other = added.TakeSubscriptionRequest();
      ASSERT_EQ(one.has_value(), other.has_value()) << turn;
      if (!one.has_value()) continue;
      EXPECT_EQ(one->subscribe, other->subscribe) << turn;
      EXPECT_EQ(one->unsubscribe, other->unsubscribe) << turn;
      ASSERT_EQ(one->names == nullptr, other->names == nullptr) << turn;
      if (one->names == nullptr) continue;
      EXPECT_EQ(*one->names, *other->names) << turn;
    }
    EXPECT_EQ(told.asked(), added.asked());
  }
}

}  // namespace
}  // namespace outrigger::xds
