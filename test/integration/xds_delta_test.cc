// What the delta protocol asks of a client: rules X15-X17, X30-X39.
#include "test/integration/xds_fixture.h"
#include "test/support/steady_load.h"

namespace outrigger::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class XdsDeltaTest : public XdsTest {
 protected:
  // Ends the stream and waits for the first request of that type on the next one.
  Request ReconnectAndAsk(const std::string& type_url) {
    const size_t from = ads_.request_count();
    ads_.EndStreams(grpc::Status(grpc::StatusCode::UNAVAILABLE, "connection age"));
    return FirstAsk(type_url, from);
  }
  std::map<std::string, std::string> Versions(const Request& request) {
    return {request.initial_resource_versions().begin(), request.initial_resource_versions().end()};
  }
};

TEST_F(XdsDeltaTest, X15_APushInTheWorstOrderLosesNoRequest) {
  StartServing();
  SteadyLoad load(port_, 4);
  for (int round = 0; round < 4; ++round) {
    const std::string next = "next" + std::to_string(round);
    const std::string nonce = "round " + std::to_string(round);
    load.WaitForMore(50);
    SendAndWait(Push(kRoutes, nonce).Add("routes", next, RouteBytes(RouteYaml("routes", next))));
    load.WaitForMore(50);
    ads_.Set(kEndpoints, next, "1", EndpointsBytes(next, {backend_b_.port()}));
    SetEdsCluster(ads_, next);
    ASSERT_TRUE(proxy_->WaitForStat("cluster." + next + ".upstream_rq_total", 20));
  }
  load.Stop();
  EXPECT_EQ(load.failed(), 0u);
}

TEST_F(XdsDeltaTest, X15_RemovalsComeLastAndWhatIsStillReferredToServesOn) {
  StartServing();
  SteadyLoad load(port_, 4);
  load.WaitForMore(50);
  SendAndWait(Push(kCluster, "too early").Remove("a").Add("c", "1", EdsClusterBytes("c")));
  load.WaitForMore(50);
  SendAndWait(Push(kRoutes, "late").Add("routes", "2", RouteBytes(RouteYaml("routes", "b"))));
  ASSERT_TRUE(proxy_->WaitForStat("cluster.b.upstream_rq_total", 20));
  load.Stop();
  EXPECT_EQ(load.failed(), 0u);
  // Nothing refers to it any more: it is gone.
  SendAndWait(Push(kRoutes, "back").Add("routes", "3", RouteBytes(R"(
name: routes
virtual_hosts:
- {name: all, domains: ["*"], routes: [{match: {prefix: /b}, route: {cluster: b}}, {match: {prefix: /a}, direct_response: {status: 410}}]}
)")));
  EXPECT_THAT(AdminPage("/clusters"), testing::Not(HasSubstr("a::")));
}

TEST_F(XdsDeltaTest, X16_ManyNewClustersMakeOneRequestForTheirEndpoints) {
  StartServing();
  const size_t from = ads_.request_count();
  Push push(kCluster, "many");
  for (int i = 0; i < 50; ++i) {
    const std::string name = "many" + std::to_string(i);
    push.Add(name, "1", EdsClusterBytes(name));
  }
  SendAndWait(push);
  const Request ask = FirstAsk(kEndpoints, from);
  EXPECT_EQ(ask.resource_names_subscribe_size(), 50);
  SettleWire();
  EXPECT_THAT(SpontaneousSince(from), SizeIs(1));
}

TEST_F(XdsDeltaTest, X17_AnAcknowledgementNeverChangesASubscription) {
  StartServing();
  for (int i = 0; i < 5; ++i) {
    SetEdsCluster(ads_, "c" + std::to_string(i));
    ads_.Remove(kCluster, "c" + std::to_string(i - 1));
    SettleWire();
  }
  int answers = 0;
  for (const Request& request : ads_.requests()) {
    if (request.response_nonce().empty()) continue;
    ++answers;
    EXPECT_THAT(request.resource_names_subscribe(), IsEmpty());
    EXPECT_THAT(request.resource_names_unsubscribe(), IsEmpty());
    EXPECT_THAT(Versions(request), IsEmpty());
  }
  EXPECT_GT(answers, 10);
}

TEST_F(XdsDeltaTest, X30_TheFirstMessageOfATypeSaysAllInterestsAndLaterOnesOnlyChanges) {
  StartServing();
  const size_t from = ads_.request_count();
  const Request endpoints = ReconnectAndAsk(kEndpoints);
  EXPECT_THAT(endpoints.resource_names_subscribe(), UnorderedElementsAre("a", "b"));
  EXPECT_THAT(Versions(endpoints), UnorderedElementsAre(Pair("a", "1"), Pair("b", "1")));
  EXPECT_THAT(FirstAsk(kCluster, from).resource_names_subscribe(), IsEmpty());
  const size_t later = ads_.request_count();
  SetEdsCluster(ads_, "c");
  const auto change = ads_.WaitForRequest(
      [](const Request& request) {
        return request.resource_names_subscribe_size() == 1 &&
               request.resource_names_subscribe(0) == "c";
      },
      later);
  ASSERT_TRUE(change.has_value());
  EXPECT_THAT(Versions(*change), IsEmpty());
}

TEST_F(XdsDeltaTest, X31_AnAckCarriesTheNonceAndASpontaneousRequestDoesNot) {
  StartServing();
  const size_t from = ads_.request_count();
  const Request ack = SendAndWait(Push(kCluster, "n7").Add("c", "1", EdsClusterBytes("c")));
  EXPECT_EQ(ack.response_nonce(), "n7");
  EXPECT_FALSE(ack.has_error_detail());
  const Request ask = FirstAsk(kEndpoints, from);
  EXPECT_EQ(ask.response_nonce(), "");
  EXPECT_THAT(ask.resource_names_subscribe(), ElementsAre("c"));
}

TEST_F(XdsDeltaTest, X32_OneResponseGivesAndRemoves) {
  StartServing();
  SendAndWait(Push(kCluster, "c").Add("c", "1", EdsClusterBytes("c")));
  const Request ack = SendAndWait(
      Push(kCluster, "d for c").Add("d", "1", EdsClusterBytes("d")).Remove("c").Remove("unheard"));
  EXPECT_FALSE(ack.has_error_detail());
  EXPECT_EQ(proxy_->Stat("cluster_manager.cluster_removed"), 1);
  EXPECT_EQ(proxy_->Stat("cluster_manager.active_clusters"), 4);
  EXPECT_EQ(Body(), "a");
}

TEST_F(XdsDeltaTest, X32_ARequestedNameThatIsRemovedMayComeLater) {
  StartServing();
  ads_.Set(kEndpoints, "a", "2", EndpointsBytes("a", {backend_b_.port()}));
  ASSERT_TRUE(WaitForBody("/", "b"));
  ads_.Remove(kEndpoints, "a");
  SettleWire();
  EXPECT_EQ(Body(), "b");  // last good
  EXPECT_EQ(proxy_->Stat("cluster.a.update_empty"), 1);
  EXPECT_THAT(Versions(ReconnectAndAsk(kEndpoints)), UnorderedElementsAre(Pair("b", "1")));
  ads_.Set(kEndpoints, "a", "3", EndpointsBytes("a", {backend_a_.port()}));
  EXPECT_TRUE(WaitForBody("/", "a"));
}

// Its routes still name it: nothing that a server would have to send again is given up.
TEST_F(XdsDeltaTest, X33_EndpointsInUseStayAskedForWhileTheirClusterIsGone) {
  StartServing();
  ads_.ForgetToResend();
  const size_t from = ads_.request_count();
  ads_.Remove(kCluster, "a");
  ASSERT_TRUE(proxy_->WaitForStat("cluster_manager.cluster_removed", 1));
  SettleWire();
  SetEdsCluster(ads_, "a", "2");
  SettleWire();
  EXPECT_THAT(SpontaneousSince(from), IsEmpty());
  EXPECT_EQ(Body(), "a");
  EXPECT_EQ(proxy_->Stat("cluster_manager.warming_clusters"), 0);
}

TEST_F(XdsDeltaTest, X33_ANameWantedAgainIsNamedAgainSoThatItIsSentAgain) {
  StartServing();
  const size_t from = ads_.request_count();
  ads_.Remove(kCluster, "b");
  ASSERT_TRUE(proxy_->WaitForStat("cluster_manager.cluster_removed", 1));
  SetEdsCluster(ads_, "b", "2");
  ASSERT_TRUE(ads_.WaitForRequest(
      [](const Request& request) {
        return request.resource_names_subscribe_size() == 1 &&
               request.resource_names_subscribe(0) == "b";
      },
      from));
  SetRoute(ads_, "routes", "2", "b");
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_F(XdsDeltaTest, X34_NamesOfAWildcardAreNeitherSubscribedToNorGivenUpOneByOne) {
  StartServing();
  SetEdsCluster(ads_, "c");
  ads_.Remove(kCluster, "c");
  ASSERT_TRUE(proxy_->WaitForStat("cluster_manager.cluster_removed", 1));
  static_cast<void>(ReconnectAndAsk(kListener));
  for (const Request& request : ads_.requests()) {
    if (request.type_url() != kCluster && request.type_url() != kListener) continue;
    EXPECT_THAT(request.resource_names_subscribe(), IsEmpty());
    EXPECT_THAT(request.resource_names_unsubscribe(), IsEmpty());
  }
}

TEST_F(XdsDeltaTest, X34_ANameGoesOnlyWhenTheServerSaysSo) {
  StartServing();
  const size_t from = ads_.request_count();
  ads_.EndStreams(grpc::Status::OK);
  static_cast<void>(FirstAsk(kCluster, from));
  SendAndWait(Push(kCluster, "partial").Add("c", "1", EdsClusterBytes("c")));
  EXPECT_EQ(proxy_->Stat("cluster_manager.active_clusters"), 4);
  EXPECT_EQ(Body(), "a");
  SendAndWait(Push(kCluster, "removed").Remove("c"));
  EXPECT_EQ(proxy_->Stat("cluster_manager.active_clusters"), 3);
}

TEST_F(XdsDeltaTest, X35_AWildcardReconnectListsKnownNamesAsVersionsOnly) {
  StartServing();
  const size_t from = ads_.request_count();
  const Request clusters = ReconnectAndAsk(kCluster);
  EXPECT_THAT(clusters.resource_names_subscribe(), IsEmpty());
  EXPECT_THAT(Versions(clusters), UnorderedElementsAre(Pair("a", "1"), Pair("b", "1")));
  EXPECT_THAT(Versions(FirstAsk(kListener, from)), ElementsAre(Pair("ingress", "1")));
}

TEST_F(XdsDeltaTest, X36_VersionsAreThoseOfResourcesNotOfTheSystem) {
  StartServing();
  Push push(kCluster, "system");
  push.Add("c", "c5", EdsClusterBytes("c")).Add("d", "d9", EdsClusterBytes("d"));
  push.response().set_system_version_info("system-77");
  SendAndWait(push);
  EXPECT_THAT(AdminPage("/stats?filter=cds.version_text"), HasSubstr("system-77"));
  EXPECT_THAT(
      Versions(ReconnectAndAsk(kCluster)),
      UnorderedElementsAre(Pair("a", "1"), Pair("b", "1"), Pair("c", "c5"), Pair("d", "d9")));
}

TEST_F(XdsDeltaTest, X38_AnEmptyNameIsReplacedByTheNameInsideThePayload) {
  StartServing();
  SendAndWait(Push(kRoutes, "unnamed").Add("", "2", RouteBytes(RouteYaml("routes", "b"))));
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_THAT(Versions(ReconnectAndAsk(kRoutes)), ElementsAre(Pair("routes", "2")));
}

TEST_F(XdsDeltaTest, X38_ABadResourceWithoutANameIsReportedByTheNameInside) {
  StartServing();
  const Request nack =
      SendAndWait(Push(kListener, "unnamed").Add("", "1", ListenerBytes("{name: inside}")));
  EXPECT_THAT(nack.error_detail().message(), HasSubstr("inside: "));
}

TEST_F(XdsDeltaTest, X37_EndpointsFoundByAnAliasServe) {
  StartServing();
  ads_.Set(kCluster, "a", "2", EdsClusterBytes("a", "nickname"));
  ASSERT_TRUE(ads_.WaitForRequest([](const Request& request) {
    return request.resource_names_subscribe_size() == 1 &&
           request.resource_names_subscribe(0) == "nickname";
  }));
  Push push(kEndpoints, "alias");
  push.Add("full name", "1", EndpointsBytes("full name", {backend_b_.port()}));
  push.response().mutable_resources(0)->add_aliases("nickname");
  EXPECT_FALSE(SendAndWait(push).has_error_detail());
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_F(XdsDeltaTest, X55_NamesOfTheNewKindAreNamesLikeOthers) {
  const std::string name = "xdstp://authority/envoy.config.cluster.v3.Cluster/a?node=1#x";
  const std::string in_yaml = "'" + name + "'";
  ads_.Set(kCluster, name, "1", EdsClusterBytes(in_yaml));
  SetEndpoints(ads_, name, "1", {backend_b_.port()});
  ServeBasics();
  SetRoute(ads_, "routes", "1", in_yaml);
  StartProxy();
  port_ = proxy_->WaitForListener("ingress");
  ASSERT_NE(port_, 0);
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_F(XdsDeltaTest, X39_AResponseOf20MegabytesIsTakenWhole) {
  StartServing();
  Push push(kCluster, "large");
  for (int i = 0; i < 20; ++i) {
    const std::string name = "large" + std::to_string(i);
    push.Add(name, "1",
             ClusterBytes("{name: " + name +
                          ", type: STATIC, load_assignment: "
                          "{cluster_name: x}, metadata: {filter_metadata: {x: {y: \"" +
                          std::string(1024 * 1024, 'y') + "\"}}}}"));
  }
  const Request ack = SendAndWait(push);
  EXPECT_FALSE(ack.has_error_detail()) << ack.error_detail().message();
  EXPECT_EQ(proxy_->Stat("cluster_manager.active_clusters"), 23);
  EXPECT_EQ(ads_.streams_seen(), 1u);
}

TEST_F(XdsDeltaTest, X39_ManySmallResponsesAreNotTakenForTheWhole) {
  StartServing();
  for (int i = 0; i < 30; ++i) {
    const std::string name = "small" + std::to_string(i);
    ads_.Send(Push(kCluster, name).Add(name, "1", EdsClusterBytes(name)).response());
  }
  ASSERT_TRUE(proxy_->WaitForStat("cluster_manager.active_clusters", 33));
  EXPECT_EQ(proxy_->Stat("cluster_manager.cluster_removed"), 0);
  EXPECT_EQ(Body(), "a");
}

}  // namespace
}  // namespace outrigger::test
