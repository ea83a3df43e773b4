// Streams and links that end: rules X40-X42, P17.
#include "test/integration/xds_fixture.h"
#include "test/support/steady_load.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

// With a back-off that a test can wait for.
constexpr char kShortBackOff[] =
    "retry_policy: {retry_back_off: {base_interval: 0.005s, max_interval: 0.02s}}";

class XdsReconnectTest : public XdsTest {
 protected:
  std::map<std::string, std::string> Versions(const Request& request) {
    return {request.initial_resource_versions().begin(), request.initial_resource_versions().end()};
  }
};

TEST_F(XdsReconnectTest, X40_ARefusedLinkIsTriedAgainAtTheBootstrapsPaceUntilItAnswers) {
  ServeBasics();
  ads_.Stop();
  StartProxy(AdsBootstrap(kShortBackOff));
  // With the default back-off these would take minutes.
  ASSERT_TRUE(proxy_->WaitForStat("cluster_manager.cds.update_failure", 20));
  ads_.Start();
  port_ = proxy_->WaitForListener("ingress");
  ASSERT_NE(port_, 0);
  EXPECT_EQ(Body(), "a");
}

TEST_F(XdsReconnectTest, X40_StreamsThatEndWithoutAMessageAreTriedAgain) {
  ads_.HoldAnswers(true);
  StartProxy(AdsBootstrap(kShortBackOff));
  for (size_t seen = 1; seen <= 10; ++seen) {
    ASSERT_TRUE(WaitFor([&] { return ads_.streams_seen() == seen; }));
    ads_.EndStreams(grpc::Status(grpc::StatusCode::UNAVAILABLE, "not yet"));
  }
  ServeBasics();
  ads_.HoldAnswers(false);
  port_ = proxy_->WaitForListener("ingress");
  EXPECT_NE(port_, 0);
}

TEST_F(XdsReconnectTest, X41_AnEndAfterAnAnswerIsRoutineAndCountsAsNoFailure) {
  StartServing();
  for (size_t seen = 1; seen <= 3; ++seen) {
    ads_.EndStreams(grpc::Status(grpc::StatusCode::UNAVAILABLE, "connection age"));
    ASSERT_TRUE(WaitFor([&] { return ads_.streams_seen() == seen + 1; }));
    SettleWire();
  }
  EXPECT_EQ(proxy_->Stat("cluster_manager.cds.update_failure"), 0);
  EXPECT_EQ(proxy_->Stat("listener_manager.lds.update_failure"), 0);
}

TEST_F(XdsReconnectTest, X41_AnEndWithoutAnAnswerIsAFailureOfEveryTypeAskedFor) {
  ads_.HoldAnswers(true);
  StartProxy();
  ASSERT_TRUE(ads_.WaitForStreams(1));
  static_cast<void>(FirstAsk(kListener));
  ads_.EndStreams(grpc::Status(grpc::StatusCode::UNAVAILABLE, "no"));
  EXPECT_TRUE(proxy_->WaitForStat("cluster_manager.cds.update_failure", 1));
  EXPECT_TRUE(proxy_->WaitForStat("listener_manager.lds.update_failure", 1));
}

TEST_F(XdsReconnectTest, X42_WithoutItsServerEverythingServesOn) {
  StartServing();
  SteadyLoad load(port_, 2);
  ads_.Stop();
  ASSERT_TRUE(proxy_->WaitForStat("cluster_manager.cds.update_failure", 2));
  load.WaitForMore(200);
  EXPECT_EQ(Body(), "a");  // a new connection, too
  load.Stop();
  EXPECT_EQ(load.failed(), 0u);
  EXPECT_EQ(load.connections(), 2u);
  EXPECT_EQ(proxy_->Stat("cluster_manager.active_clusters"), 3);
}

TEST_F(XdsReconnectTest, X42_ACutLinkIsReplacedAndUpdatesGoOn) {
  StartServing();
  const size_t from = ads_.request_count();
  ads_.Stop();
  ads_.Start();
  EXPECT_THAT(Versions(FirstAsk(kCluster, from)),
              UnorderedElementsAre(Pair("a", "1"), Pair("b", "1")));
  SetRoute(ads_, "routes", "2", "b");
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_F(XdsReconnectTest, P17_AReconnectClaimsTheVersionsThatRunNotThoseThatWereRefused) {
  StartServing();
  SendAndWait(Push(kEndpoints, "bad").Add("a", "2", "\xff"));
  const size_t from = ads_.request_count();
  ads_.EndStreams(grpc::Status::OK);
  EXPECT_THAT(Versions(FirstAsk(kEndpoints, from)),
              UnorderedElementsAre(Pair("a", "1"), Pair("b", "1")));
}

TEST_F(XdsReconnectTest, P17_NothingIsClaimedOfWhatWasRefusedFromTheFirst) {
  StartServing();
  SendAndWait(Push(kCluster, "bad").Add("c", "1", "\xff"));
  const size_t from = ads_.request_count();
  ads_.EndStreams(grpc::Status::OK);
  EXPECT_THAT(Versions(FirstAsk(kCluster, from)),
              UnorderedElementsAre(Pair("a", "1"), Pair("b", "1")));
}

TEST_F(XdsReconnectTest, P17_WhatTheServerRemovedMeanwhileGoesWithTheNextStream) {
  StartServing();
  SetEdsCluster(ads_, "c");
  ASSERT_TRUE(proxy_->WaitForStat("cluster_manager.active_clusters", 4));
  ads_.Stop();
  ads_.Remove(kCluster, "c");
  ads_.Start();
  EXPECT_TRUE(proxy_->WaitForStat("cluster_manager.cluster_removed", 1));
  EXPECT_EQ(Body(), "a");
}

TEST_F(XdsReconnectTest, P17_WhatIsGivenUpIsNotClaimed) {
  StartServing();
  ads_.Remove(kCluster, "b");
  ASSERT_TRUE(proxy_->WaitForStat("cluster_manager.cluster_removed", 1));
  SettleWire();
  const size_t from = ads_.request_count();
  ads_.EndStreams(grpc::Status::OK);
  const Request ask = FirstAsk(kEndpoints, from);
  EXPECT_THAT(ask.resource_names_subscribe(), testing::ElementsAre("a"));
  EXPECT_THAT(Versions(ask), UnorderedElementsAre(Pair("a", "1")));
}

TEST_F(XdsReconnectTest, AnUnreadableMessageBeginsANewStreamAndKeepsEverything) {
  StartServing();
  ads_.SendBytes("\xff\xff\xff");
  ASSERT_TRUE(WaitFor([&] { return ads_.streams_seen() == 2; }));
  EXPECT_EQ(Body(), "a");
  SetRoute(ads_, "routes", "2", "b");
  EXPECT_TRUE(WaitForBody("/", "b"));
}

}  // namespace
}  // namespace outrigger::test
