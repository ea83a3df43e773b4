#include "control_plane/delta_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control_plane/session_limits.h"
#include "test/unit/control_plane/session_fixture.h"

namespace outrigger::control_plane {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Request = DeltaSession::Request;
using Response = DeltaSession::Response;

Request Ask(ResourceType type, const Names& subscribe, const Names& unsubscribe = {}) {
  Request request;
  request.set_type_url(std::string(TypeUrl(type)));
  for (const std::string& name : subscribe) request.add_resource_names_subscribe(name);
  for (const std::string& name : unsubscribe) request.add_resource_names_unsubscribe(name);
  return request;
}

Request Ack(const Response& response) {
  Request request;
  request.set_type_url(response.type_url());
  request.set_response_nonce(response.nonce());
  return request;
}

Names Added(const Response& response) {
  Names names;
  for (const auto& resource : response.resources()) names.push_back(resource.name());
  return names;
}

Names Removed(const Response& response) {
  return {response.removed_resources().begin(), response.removed_resources().end()};
}

class DeltaSessionTest : public SessionTest<DeltaSession> {
 protected:
  void Serve(ResourceType type, const std::string& name, const std::string& version,
             const std::string& bytes = "") {
    SessionTest::Serve(type, name, version, bytes);
  }
  // Lets the node accept everything until nothing more comes; returns what came, in order.
  std::vector<Response> Settle(std::vector<Response> due) {
    std::vector<Response> all;
    while (!due.empty()) {
      all.insert(all.end(), due.begin(), due.end());
      std::vector<Response> next;
      for (const Response& response : due) {
        for (Response& more : Tell(Ack(response))) next.push_back(std::move(more));
      }
      due = std::move(next);
    }
    return all;
  }
};

TEST_F(DeltaSessionTest, AnEmptyFirstRequestMeansEverything) {
  Serve(kCluster, "a", "1");
  Serve(kCluster, "b", "1");
  const auto due = Tell(Ask(kCluster, {}));
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_THAT(Added(due[0]), ElementsAre("a", "b"));
  EXPECT_EQ(due[0].resources(0).version(), "1");
  EXPECT_EQ(due[0].resources(0).resource().type_url(), TypeUrl(kCluster));
  EXPECT_FALSE(due[0].nonce().empty());
}

TEST_F(DeltaSessionTest, AFirstWildcardRequestIsAnsweredEvenWithNothing) {
  const auto due = Tell(Ask(kListener, {"*"}));
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_THAT(Added(due[0]), IsEmpty());
  EXPECT_THAT(Settle(due), SizeIs(1));
}

TEST_F(DeltaSessionTest, NamedSubscriptionsGetOnlyWhatTheyName) {
  Serve(kEndpoint, "a", "1");
  Serve(kEndpoint, "b", "1");
  const auto due = Tell(Ask(kEndpoint, {"b"}));
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_THAT(Added(due[0]), ElementsAre("b"));
}

TEST_F(DeltaSessionTest, WhatDoesNotExistIsSaidOnceAndSentWhenItAppears) {
  auto due = Tell(Ask(kRoute, {"later"}));
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_THAT(Removed(due[0]), ElementsAre("later"));
  EXPECT_THAT(Tell(Ack(due[0])), IsEmpty());
  Serve(kRoute, "later", "1");
  due = Due();
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_THAT(Added(due[0]), ElementsAre("later"));
}

TEST_F(DeltaSessionTest, OnlyChangedResourcesAreSentAgain) {
  Serve(kCluster, "a", "1");
  Serve(kCluster, "b", "1");
  Settle(Tell(Ask(kCluster, {})));
  EXPECT_THAT(Due(), IsEmpty());
  Serve(kCluster, "b", "2");
  const auto due = Due();
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_THAT(Added(due[0]), ElementsAre("b"));
}

TEST_F(DeltaSessionTest, InitialVersionsSpareWhatTheNodeHasAndRemoveWhatIsGone) {
  Serve(kCluster, "same", "1");
  Serve(kCluster, "changed", "2");
  Request request = Ask(kCluster, {"*"});
  (*request.mutable_initial_resource_versions())["same"] = "1";
  (*request.mutable_initial_resource_versions())["changed"] = "1";
  (*request.mutable_initial_resource_versions())["gone"] = "1";
  const auto all = Settle(Tell(request));
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_THAT(Added(all[0]), ElementsAre("changed"));
  EXPECT_THAT(Removed(all[1]), ElementsAre("gone"));
}

TEST_F(DeltaSessionTest, AskingAgainSendsAgainEvenIfUnchanged) {
  Serve(kEndpoint, "a", "1");
  Settle(Tell(Ask(kEndpoint, {"a"})));
  const auto due = Tell(Ask(kEndpoint, {"a"}));
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_THAT(Added(due[0]), ElementsAre("a"));
}

TEST_F(DeltaSessionTest, WhatIsResentIsAllOfItsTypeAndNoOther) {
  Serve(kCluster, "a", "1");
  Serve(kCluster, "gone", "1");
  Serve(kListener, "l", "1");
  Settle(Tell(Ask(kCluster, {})));
  Settle(Tell(Ask(kListener, {})));
  view_.Of(kCluster).erase("gone");
  session_.Resend(kCluster);
  const auto all = Settle(Due());
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_THAT(Added(all[0]), ElementsAre("a"));
  EXPECT_THAT(Removed(all[1]), ElementsAre("gone"));
  EXPECT_THAT(Due(), IsEmpty());
}

TEST_F(DeltaSessionTest, AfterUnsubscribingNothingMoreComes) {
  Serve(kEndpoint, "a", "1");
  Settle(Tell(Ask(kEndpoint, {"a"})));
  EXPECT_THAT(Tell(Ask(kEndpoint, {}, {"a"})), IsEmpty());
  Serve(kEndpoint, "a", "2");
  EXPECT_THAT(Due(), IsEmpty());
}

TEST_F(DeltaSessionTest, UnsubscribingANameUnderTheWildcardIsAnswered) {
  Serve(kCluster, "there", "1");
  Settle(Tell(Ask(kCluster, {"*", "there", "missing"})));
  const auto due = Tell(Ask(kCluster, {}, {"there", "missing"}));
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_THAT(Added(due[0]), ElementsAre("there"));
  EXPECT_THAT(Removed(due[0]), ElementsAre("missing"));
}

TEST_F(DeltaSessionTest, UnsubscribingTheWildcardKeepsTheNames) {
  Serve(kCluster, "named", "1");
  Serve(kCluster, "other", "1");
  Settle(Tell(Ask(kCluster, {"*", "named"})));
  Settle(Tell(Ask(kCluster, {}, {"*"})));
  Serve(kCluster, "named", "2");
  Serve(kCluster, "other", "2");
  const auto due = Due();
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_THAT(Added(due[0]), ElementsAre("named"));
}

TEST_F(DeltaSessionTest, ANameThatNobodyWantsAnyMoreIsNotAnswered) {
  Serve(kCluster, "there", "1");
  const auto due = Tell(Ask(kCluster, {"*", "there"}));
  Tell(Ask(kCluster, {}, {"there"}));
  Tell(Ask(kCluster, {}, {"*"}));
  EXPECT_THAT(Settle(due), SizeIs(1));
}

TEST_F(DeltaSessionTest, ChangesArePushedInOrderOfDependence) {
  const auto types_asked = {kRoute, kListener, kEndpoint, kCluster};
  for (const ResourceType type : types_asked) Settle(Tell(Ask(type, {"*"})));
  for (const ResourceType type : types_asked) Serve(type, "x", "1");
  Names types;
  for (const Response& response : Due()) types.push_back(response.type_url());
  EXPECT_THAT(types, ElementsAre(TypeUrl(kCluster), TypeUrl(kEndpoint), TypeUrl(kListener),
                                 TypeUrl(kRoute)));
}

TEST_F(DeltaSessionTest, RemovalsWaitUntilWhatWasAddedIsAcknowledged) {
  Serve(kCluster, "old", "1");
  Serve(kRoute, "r", "uses old");
  Settle(Tell(Ask(kCluster, {"*"})));
  Settle(Tell(Ask(kRoute, {"r"})));
  view_.Of(kCluster).clear();
  Serve(kCluster, "new", "1");
  Serve(kRoute, "r", "uses new");
  const auto due = Due();
  ASSERT_THAT(due, SizeIs(2));
  EXPECT_THAT(Tell(Ack(due[0])), IsEmpty());
  const auto removals = Tell(Ack(due[1]));
  ASSERT_THAT(removals, SizeIs(1));
  EXPECT_THAT(Removed(removals[0]), ElementsAre("old"));
}

TEST_F(DeltaSessionTest, ANodeThatDoesNotAnswerGetsNoSecondResponse) {
  Serve(kCluster, "a", "1");
  const auto first = Tell(Ask(kCluster, {}));
  Serve(kCluster, "a", "2");
  Serve(kCluster, "a", "3");
  EXPECT_THAT(Due(), IsEmpty());
  const auto second = Tell(Ack(first[0]));
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(second[0].resources(0).version(), "3");
}

TEST_F(DeltaSessionTest, AStaleNonceIsNoAnswer) {
  Serve(kCluster, "a", "1");
  const auto due = Tell(Ask(kCluster, {}));
  Request stale = Ack(due[0]);
  stale.set_response_nonce("from another stream");
  EXPECT_THAT(Tell(stale), IsEmpty());
  EXPECT_FALSE(session_.TakeVerdict().has_value());
  Serve(kCluster, "a", "2");
  EXPECT_THAT(Due(), IsEmpty());
}

TEST_F(DeltaSessionTest, ARejectionIsReportedAndNotSentAgainUntilItChanges) {
  Serve(kCluster, "bad", "1");
  const auto due = Tell(Ask(kCluster, {}));
  Request nack = Ack(due[0]);
  nack.mutable_error_detail()->set_message("bad: port is missing");
  EXPECT_THAT(Tell(nack), IsEmpty());
  const auto verdict = session_.TakeVerdict();
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(verdict->error, "bad: port is missing");
  EXPECT_EQ(verdict->names, "bad");
  EXPECT_EQ(verdict->version, due[0].system_version_info());
  Serve(kCluster, "bad", "2");
  EXPECT_THAT(Due(), SizeIs(1));
}

TEST_F(DeltaSessionTest, ALargeAnswerComesInPieces) {
  const std::string bytes(kResponseBytesSoftMax / 2 + 1, 'x');
  for (const char* name : {"a", "b", "c", "d"}) Serve(kCluster, name, "1", bytes);
  const auto all = Settle(Tell(Ask(kCluster, {"*"})));
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_THAT(Added(all[0]), ElementsAre("a", "b"));
  EXPECT_THAT(Added(all[1]), ElementsAre("c", "d"));
}

TEST_F(DeltaSessionTest, TypesThatAreNotServedAreLeftUnanswered) {
  Request request;
  request.set_type_url("type.googleapis.com/envoy.service.runtime.v3.Runtime");
  EXPECT_THAT(Tell(request), IsEmpty());
}

TEST_F(DeltaSessionTest, ARequestWithoutTypeEndsTheStream) {
  EXPECT_EQ(session_.OnRequest(Request()).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(DeltaSessionTest, MoreNamesThanKeptEndTheStream) {
  Request request = Ask(kEndpoint, {});
  for (size_t i = 0; i < kNamesMax; ++i) {
    request.add_resource_names_subscribe(std::to_string(i));
  }
  EXPECT_TRUE(session_.OnRequest(request).ok());
  EXPECT_EQ(session_.OnRequest(Ask(kEndpoint, {"one more"})).code(),
            absl::StatusCode::kResourceExhausted);
}

TEST_F(DeltaSessionTest, TheNodeIsThatOfTheFirstRequest) {
  Request request = Ask(kCluster, {});
  request.mutable_node()->set_id("demo");
  Tell(request);
  Tell(Ask(kListener, {}));
  EXPECT_EQ(session_.node_id(), "demo");
}

}  // namespace
}  // namespace outrigger::control_plane
