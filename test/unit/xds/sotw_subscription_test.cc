// The state of the world: what a type says and keeps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "xds/subscription_state.h"

namespace outrigger::xds {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Response MakeResponse(std::string_view version, std::vector<std::string_view> names) {
  Response response;
  response.type_url = "type";
  response.system_version = version;
  for (std::string_view name : names) response.resources.push_back({name, version, "type", ""});
  return response;
}

bool IsA(std::string_view name) { return name == "a"; }
bool IsNothing(std::string_view) { return false; }

class SotwSubscriptionTest : public testing::Test {
 protected:
  // Has said that it wants these, and nothing else.
  static SubscriptionState Named(std::set<std::string> names) {
    SubscriptionState state(Protocol::kStateOfTheWorld, "type", false);
    state.SetWanted(std::move(names));
    EXPECT_TRUE(state.TakeSubscriptionRequest().has_value());
    return state;
  }
  static SubscriptionState Wildcard() {
    SubscriptionState state(Protocol::kStateOfTheWorld, "type", true);
    EXPECT_TRUE(state.TakeSubscriptionRequest().has_value());
    return state;
  }
  // Everything of the response accepted.
  static Request Accept(SubscriptionState& state, const Response& response, const char* nonce) {
    Verdict verdict;
    for (const ReceivedResource& resource : response.resources) {
      verdict.accepted.emplace_back(resource.name);
    }
    state.OnApplied(response, verdict);
    return state.MakeAck(nonce, verdict);
  }
  // Nothing of it.
  static Request Refuse(SubscriptionState& state, const Response& response, const char* nonce) {
    Verdict verdict;
    for (const ReceivedResource& resource : response.resources) {
      verdict.errors.push_back({std::string(resource.name), "no"});
    }
    state.OnApplied(response, verdict);
    return state.MakeAck(nonce, verdict);
  }
};

TEST_F(SotwSubscriptionTest, X7TheVersionIsTheLastAcceptedOne) {
  SubscriptionState state(Protocol::kStateOfTheWorld, "type", true);
  EXPECT_EQ(state.TakeSubscriptionRequest()->version, "");
  EXPECT_EQ(Accept(state, MakeResponse("1", {"a"}), "n1").version, "1");
  const Request nack = Refuse(state, MakeResponse("2", {"a"}), "n2");
  EXPECT_EQ(nack.version, "1");
  EXPECT_EQ(nack.nonce, "n2");
  EXPECT_EQ(nack.error_message, "a: no");
}

TEST_F(SotwSubscriptionTest, X7AReconnectCarriesTheLastAcceptedVersionAndNoNonce) {
  SubscriptionState state = Named({"a"});
  Accept(state, MakeResponse("1", {"a"}), "n1");
  Refuse(state, MakeResponse("2", {"a"}), "n2");
  state.OnStreamStart();
  const auto first = state.TakeSubscriptionRequest();
  EXPECT_EQ(first->version, "1");
  EXPECT_EQ(first->nonce, "");
  EXPECT_THAT(first->names, ElementsAre("a"));
}

TEST_F(SotwSubscriptionTest, X17AnAckRepeatsTheNamesAskedForAndNoNewOnes) {
  SubscriptionState state = Named({"a"});
  state.SetWanted({"a", "b"});
  EXPECT_THAT(Accept(state, MakeResponse("1", {"a"}), "n1").names, ElementsAre("a"));
  EXPECT_THAT(state.TakeSubscriptionRequest()->names, ElementsAre("a", "b"));
}

TEST_F(SotwSubscriptionTest, X20WhatAWholeSetLacksIsMissingRefusedOrNot) {
  SubscriptionState state = Wildcard();
  EXPECT_TRUE(state.takes_whole_sets());
  Accept(state, MakeResponse("1", {"a", "b"}), "n1");
  Refuse(state, MakeResponse("2", {"a", "bad"}), "n2");
  EXPECT_THAT(state.MissingFrom(IsA), ElementsAre("b", "bad"));
  Response response = MakeResponse("3", {"a"});
  response.removed = state.MissingFrom(IsA);
  Accept(state, response, "n3");
  EXPECT_THAT(state.MissingFrom(IsNothing), ElementsAre("a"));
}

TEST_F(SotwSubscriptionTest, X21OfNamedTypesNothingIsMissing) {
  SubscriptionState state = Named({"a", "b"});
  EXPECT_FALSE(state.takes_whole_sets());
}

TEST_F(SotwSubscriptionTest, X22AChangeOfNamesIsTheWholeListWithTheLatestNonce) {
  SubscriptionState state = Named({"a"});
  Accept(state, MakeResponse("1", {"a"}), "n1");
  state.SetWanted({"b", "c"});
  const auto change = state.TakeSubscriptionRequest();
  EXPECT_THAT(change->names, ElementsAre("b", "c"));
  EXPECT_EQ(change->nonce, "n1");
  EXPECT_EQ(change->version, "1");
  EXPECT_FALSE(state.TakeSubscriptionRequest().has_value());
}

TEST_F(SotwSubscriptionTest, X23AWildcardIsAnEmptyListAndStaysOne) {
  SubscriptionState state(Protocol::kStateOfTheWorld, "type", true);
  EXPECT_THAT(state.TakeSubscriptionRequest()->names, IsEmpty());
  EXPECT_THAT(Accept(state, MakeResponse("1", {"a"}), "n1").names, IsEmpty());
  state.SetWanted({"a"});
  EXPECT_FALSE(state.TakeSubscriptionRequest().has_value());
}

TEST_F(SotwSubscriptionTest, X23AfterANameAnEmptyListGivesUpAll) {
  SubscriptionState state = Named({"a"});
  state.SetWanted({});
  const auto change = state.TakeSubscriptionRequest();
  ASSERT_TRUE(change.has_value());
  EXPECT_THAT(change->names, IsEmpty());
  state.OnStreamStart();
  EXPECT_FALSE(state.TakeSubscriptionRequest().has_value());  // it would be a wildcard
}

TEST_F(SotwSubscriptionTest, X33ANameLetGoAndWantedAgainIsLeftOutOnce) {
  SubscriptionState state = Named({"a", "b"});
  Accept(state, MakeResponse("1", {"a", "b"}), "n1");
  state.SetWanted({"a"});
  state.SetWanted({"a", "b"});
  EXPECT_THAT(state.TakeSubscriptionRequest()->names, ElementsAre("a"));
  EXPECT_THAT(state.TakeSubscriptionRequest()->names, ElementsAre("a", "b"));
  EXPECT_FALSE(state.TakeSubscriptionRequest().has_value());
}

}  // namespace
}  // namespace outrigger::xds
