// The state of the world: what a type says and keeps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "xds/subscription_state.h"

namespace outrigger::xds {
namespace {

using testing::AnyOfArray;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::Pointee;

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
  EXPECT_THAT(first->names, Pointee(ElementsAre("a")));
}

TEST_F(SotwSubscriptionTest, X17AnAckRepeatsTheNamesAskedForAndNoNewOnes) {
  SubscriptionState state = Named({"a"});
  state.SetWanted({"a", "b"});
  EXPECT_THAT(Accept(state, MakeResponse("1", {"a"}), "n1").names, Pointee(ElementsAre("a")));
  EXPECT_THAT(state.TakeSubscriptionRequest()->names, Pointee(ElementsAre("a", "b")));
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
  EXPECT_THAT(change->names, Pointee(ElementsAre("b", "c")));
  EXPECT_EQ(change->nonce, "n1");
  EXPECT_EQ(change->version, "1");
  EXPECT_FALSE(state.TakeSubscriptionRequest().has_value());
}

TEST_F(SotwSubscriptionTest, X23AWildcardIsAnEmptyListAndStaysOne) {
  SubscriptionState state(Protocol::kStateOfTheWorld, "type", true);
  EXPECT_THAT(state.TakeSubscriptionRequest()->names, Pointee(IsEmpty()));
  EXPECT_THAT(Accept(state, MakeResponse("1", {"a"}), "n1").names, Pointee(IsEmpty()));
  state.SetWanted({"a"});
  EXPECT_FALSE(state.TakeSubscriptionRequest().has_value());
}

TEST_F(SotwSubscriptionTest, X23AfterANameAnEmptyListGivesUpAll) {
  SubscriptionState state = Named({"a"});
  state.SetWanted({});
  const auto change = state.TakeSubscriptionRequest();
  ASSERT_TRUE(change.has_value());
  EXPECT_THAT(change->names, Pointee(IsEmpty()));
  state.OnStreamStart();
  EXPECT_FALSE(state.TakeSubscriptionRequest().has_value());  // it would be a wildcard
}

TEST_F(SotwSubscriptionTest, X33ANameLetGoAndWantedAgainIsLeftOutOnce) {
  SubscriptionState state = Named({"a", "b"});
  Accept(state, MakeResponse("1", {"a", "b"}), "n1");
  state.SetWanted({"a"});
  state.SetWanted({"a", "b"});
  EXPECT_THAT(state.TakeSubscriptionRequest()->names, Pointee(ElementsAre("a")));
  EXPECT_THAT(state.TakeSubscriptionRequest()->names, Pointee(ElementsAre("a", "b")));
  EXPECT_FALSE(state.TakeSubscriptionRequest().has_value());
}

// What the server has been told, against what it is to know: all that is wanted, in the end; of
// what was let go meanwhile that it was; and what is new in a list is what the list before had not.
TEST_F(SotwSubscriptionTest, X33RandomChangesReachTheServerWhole) {
  FastRandom random(23);
  SubscriptionState state = Named({"a"});
  std::set<std::string> wanted = {"a"};
  std::set<std::string> told = wanted;
  std::set<std::string> let_go;
  for (int turn = 0; turn < 1000; ++turn) {
    const std::string name(1, static_cast<char>('a' + random.Below(5)));
    if (random.Below(2) == 0) {
      wanted.insert(name);
    } else if (wanted.erase(name) > 0 && told.contains(name)) {
      let_go.insert(name);
    }
    state.SetWanted(wanted);
    if (random.Below(2) == 0) continue;
    while (const std::optional<Request> request = state.TakeSubscriptionRequest()) {
      std::set<std::string> news(request->subscribe.begin(), request->subscribe.end());
      const auto is_left_out = [&](const auto& asked) { return !request->names->contains(asked); };
      std::erase_if(told, is_left_out);
      std::erase_if(let_go, is_left_out);
      EXPECT_THAT(news, Not(Contains(AnyOfArray(told)))) << turn;
      told.merge(news);
      EXPECT_EQ(told, *request->names) << turn;
    }
    ASSERT_EQ(told, wanted) << turn;
    ASSERT_THAT(let_go, IsEmpty()) << turn;
  }
}

}  // namespace
}  // namespace outrigger::xds
