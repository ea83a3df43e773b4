#include "control_plane/sotw_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control_plane/session_limits.h"
#include "test/unit/control_plane/session_fixture.h"

namespace outrigger::control_plane {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Request = SotwSession::Request;
using Response = SotwSession::Response;

Request Ask(ResourceType type, const Names& names, const std::string& nonce = "") {
  Request request;
  request.set_type_url(std::string(TypeUrl(type)));
  request.set_response_nonce(nonce);
  for (const std::string& name : names) request.add_resource_names(name);
  return request;
}

Request Ack(const Response& response, const Names& names = {}) {
  Request request;
  request.set_type_url(response.type_url());
  request.set_version_info(response.version_info());
  request.set_response_nonce(response.nonce());
  for (const std::string& name : names) request.add_resource_names(name);
  return request;
}

// The payload of these tests is the resource's name.
Names In(const Response& response) {
  Names names;
  for (const auto& any : response.resources()) names.push_back(any.value());
  return names;
}

class SotwSessionTest : public SessionTest<SotwSession> {
 protected:
  void Serve(ResourceType type, const std::string& name, const std::string& version = "1") {
    SessionTest::Serve(type, name, version, name);
  }
};

TEST_F(SotwSessionTest, X23AnEmptyFirstRequestMeansEverything) {
  Serve(kCluster, "a");
  Serve(kCluster, "b");
  const Response response = Only(Tell(Ask(kCluster, {})));
  EXPECT_THAT(In(response), ElementsAre("a", "b"));
  EXPECT_EQ(response.type_url(), TypeUrl(kCluster));
  EXPECT_EQ(response.resources(0).type_url(), TypeUrl(kCluster));
  EXPECT_FALSE(response.version_info().empty());
  EXPECT_FALSE(response.nonce().empty());
}

TEST_F(SotwSessionTest, X23AfterANameAnEmptyListTakesAllBack) {
  Serve(kEndpoint, "a");
  const Response first = Only(Tell(Ask(kEndpoint, {"a"})));
  EXPECT_THAT(Tell(Ack(first)), IsEmpty());
  Serve(kEndpoint, "a", "2");
  EXPECT_THAT(Due(), IsEmpty());
}

TEST_F(SotwSessionTest, AFirstWildcardRequestIsAnsweredEvenWithNothing) {
  const Response response = Only(Tell(Ask(kListener, {"*"})));
  EXPECT_THAT(In(response), IsEmpty());
  EXPECT_THAT(Tell(Ack(response)), IsEmpty());
}

TEST_F(SotwSessionTest, X20AChangeSendsTheWholeSet) {
  Serve(kCluster, "a");
  Serve(kCluster, "b");
  Tell(Ack(Only(Tell(Ask(kCluster, {})))));
  EXPECT_THAT(Due(), IsEmpty());
  Serve(kCluster, "b", "2");
  EXPECT_THAT(In(Only(Due())), ElementsAre("a", "b"));
}

TEST_F(SotwSessionTest, X21OfANamedTypeOnlyWhatIsNewIsSent) {
  Serve(kEndpoint, "a");
  Serve(kEndpoint, "b");
  Serve(kEndpoint, "unasked");
  Tell(Ack(Only(Tell(Ask(kEndpoint, {"a", "b", "later"}))), {"a", "b", "later"}));
  view_.Of(kEndpoint).erase("a");
  EXPECT_THAT(Due(), IsEmpty());
  Serve(kEndpoint, "later");
  const Response later = Only(Due());
  EXPECT_THAT(In(later), ElementsAre("later"));
  Tell(Ack(later, {"a", "b", "later"}));
  Serve(kEndpoint, "a");
  EXPECT_THAT(In(Only(Due())), ElementsAre("a"));
}

TEST_F(SotwSessionTest, X22NewNamesComeWithTheLatestNonceAndAreAnswered) {
  Serve(kEndpoint, "a");
  Serve(kEndpoint, "b");
  const Response first = Only(Tell(Ask(kEndpoint, {"a"})));
  Tell(Ack(first, {"a"}));
  EXPECT_THAT(In(Only(Tell(Ask(kEndpoint, {"a", "b"}, first.nonce())))), ElementsAre("b"));
}

TEST_F(SotwSessionTest, X22ARequestWithAnOldNonceIsPassedOver) {
  Serve(kEndpoint, "a");
  Serve(kEndpoint, "b");
  const Response first = Only(Tell(Ask(kEndpoint, {"a"})));
  Tell(Ack(first, {"a"}));
  Serve(kEndpoint, "a", "2");
  const Response second = Only(Due());
  EXPECT_THAT(Tell(Ask(kEndpoint, {"a", "b"}, first.nonce())), IsEmpty());
  EXPECT_FALSE(session_.TakeVerdict() == std::nullopt);  // that of the first response
  EXPECT_TRUE(session_.TakeVerdict() == std::nullopt);
  EXPECT_THAT(In(Only(Tell(Ack(second, {"a", "b"})))), ElementsAre("b"));
}

TEST_F(SotwSessionTest, X33ANameLeftOutAndNamedAgainIsSentAgain) {
  Serve(kEndpoint, "a");
  const Response first = Only(Tell(Ask(kEndpoint, {"a"})));
  Tell(Ack(first, {"a"}));
  EXPECT_THAT(Tell(Ask(kEndpoint, {}, first.nonce())), IsEmpty());
  EXPECT_THAT(In(Only(Tell(Ask(kEndpoint, {"a"}, first.nonce())))), ElementsAre("a"));
}

TEST_F(SotwSessionTest, X7ANodeThatComesBackWithTheVersionServedIsToldNothing) {
  Serve(kCluster, "a");
  const Response first = Only(Tell(Ask(kCluster, {})));
  session_ = SotwSession();
  Request again = Ask(kCluster, {});
  again.set_version_info(first.version_info());
  EXPECT_THAT(Tell(again), IsEmpty());
  Serve(kCluster, "b");
  EXPECT_THAT(In(Only(Due())), ElementsAre("a", "b"));
}

TEST_F(SotwSessionTest, X7ANodeThatComesBackWithAnotherVersionIsToldEverything) {
  Serve(kCluster, "a");
  Request again = Ask(kCluster, {});
  again.set_version_info("of another time");
  EXPECT_THAT(In(Only(Tell(again))), ElementsAre("a"));
}

TEST_F(SotwSessionTest, X15ARemovalWaitsUntilWhatIsNewIsAcknowledged) {
  Serve(kCluster, "old");
  Serve(kRoute, "r");
  Tell(Ack(Only(Tell(Ask(kCluster, {})))));
  Tell(Ack(Only(Tell(Ask(kRoute, {"r"}))), {"r"}));
  view_.Of(kCluster).erase("old");
  Serve(kCluster, "new");
  Serve(kRoute, "r", "2");
  const auto due = Due();
  ASSERT_THAT(due, SizeIs(2));
  EXPECT_THAT(In(due[0]), ElementsAre("new", "old"));
  EXPECT_THAT(In(due[1]), ElementsAre("r"));
  EXPECT_THAT(Tell(Ack(due[0])), IsEmpty());
  EXPECT_THAT(In(Only(Tell(Ack(due[1], {"r"})))), ElementsAre("new"));
}

TEST_F(SotwSessionTest, OneResponseOfATypeIsOutstandingAtATime) {
  Serve(kCluster, "a");
  const Response first = Only(Tell(Ask(kCluster, {})));
  Serve(kCluster, "b");
  Serve(kCluster, "c");
  EXPECT_THAT(Due(), IsEmpty());
  EXPECT_THAT(In(Only(Tell(Ack(first)))), ElementsAre("a", "b", "c"));
}

TEST_F(SotwSessionTest, ARejectionIsReportedAndNothingIsSentAgainBeforeItChanges) {
  Serve(kCluster, "a");
  const Response first = Only(Tell(Ask(kCluster, {})));
  Request nack = Ack(first);
  nack.set_version_info("");
  nack.mutable_error_detail()->set_message("a: no");
  EXPECT_THAT(Tell(nack), IsEmpty());
  const auto verdict = session_.TakeVerdict();
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(verdict->error, "a: no");
  EXPECT_EQ(verdict->version, first.version_info());
  EXPECT_EQ(verdict->names, "a");
  Serve(kCluster, "a", "2");
  EXPECT_THAT(In(Only(Due())), ElementsAre("a"));
}

TEST_F(SotwSessionTest, WhatIsResentIsAllOfItsTypeAndNoOther) {
  Serve(kCluster, "a");
  Serve(kEndpoint, "a");
  Serve(kEndpoint, "b");
  Tell(Ack(Only(Tell(Ask(kCluster, {})))));
  Tell(Ack(Only(Tell(Ask(kEndpoint, {"a", "b"}))), {"a", "b"}));
  session_.Resend(kCluster);
  const Response clusters = Only(Due());
  EXPECT_THAT(In(clusters), ElementsAre("a"));
  Tell(Ack(clusters));
  session_.Resend(kEndpoint);
  EXPECT_THAT(In(Only(Due())), ElementsAre("a", "b"));
}

TEST_F(SotwSessionTest, AnAnswerIsAwaitedUntilItComesAndOfItsTypeAlone) {
  Serve(kCluster, "a");
  const Response clusters = Only(Tell(Ask(kCluster, {})));
  EXPECT_TRUE(session_.awaits_answer(kCluster));
  EXPECT_FALSE(session_.awaits_answer(kEndpoint));
  Tell(Ack(clusters));
  EXPECT_FALSE(session_.awaits_answer(kCluster));
}

TEST_F(SotwSessionTest, AHugeAnswerOfANamedTypeComesInPieces) {
  for (const char* name : {"a", "b", "c"}) {
    Resource resource{"1", std::string(kResponseBytesSoftMax / 2 + 1, 'x')};
    view_.Of(kEndpoint)[name] = std::make_shared<const Resource>(std::move(resource));
  }
  const Response first = Only(Tell(Ask(kEndpoint, {"a", "b", "c"})));
  EXPECT_EQ(first.resources_size(), 2);
  EXPECT_EQ(Only(Tell(Ack(first, {"a", "b", "c"}))).resources_size(), 1);
}

TEST_F(SotwSessionTest, ATypeIsNeededAndAnUnknownOneIsPassedOver) {
  EXPECT_EQ(session_.OnRequest(Request()).message(), "type_url is missing");
  Request unknown;
  unknown.set_type_url("type.googleapis.com/what");
  EXPECT_TRUE(session_.OnRequest(unknown).ok());
}

TEST_F(SotwSessionTest, MoreNamesThanTheLimitEndTheStream) {
  Request request = Ask(kEndpoint, {});
  for (size_t i = 0; i < kNamesMax; ++i) request.add_resource_names(std::to_string(i));
  EXPECT_TRUE(session_.OnRequest(request).ok());
  request.add_resource_names("one more");
  EXPECT_EQ(session_.OnRequest(request).message(),
            "more than 200000 names of one type on one stream");
}

}  // namespace
}  // namespace outrigger::control_plane
