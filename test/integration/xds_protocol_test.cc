// What every response gets for an answer, and what becomes of its resources: rules X1-X6, X9-X14.
#include "test/integration/xds_fixture.h"

namespace outrigger::test {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::Property;

class XdsProtocolTest : public XdsTest {};

TEST_F(XdsProtocolTest, X1_EveryResponseIsAnsweredWithItsOwnNonce) {
  StartServing();
  const std::string c = EdsClusterBytes("c");
  EXPECT_FALSE(SendAndWait(Push(kCluster, "first").Add("c", "1", c)).has_error_detail());
  EXPECT_TRUE(SendAndWait(Push(kCluster, "bad").Add("d", "1", "\xff")).has_error_detail());
  EXPECT_FALSE(SendAndWait(Push(kListener, "no resource at all")).has_error_detail());
  EXPECT_EQ(SendAndWait(Push(kCluster, "last").Add("c", "1", c)).type_url(), kCluster);
}

TEST_F(XdsProtocolTest, X1_TheServersVersionIsWhatTrafficSeesOnceItIsAcknowledged) {
  StartServing();
  SendAndWait(Push(kRoutes, "to b").Add("routes", "2", RouteBytes(RouteYaml("routes", "b"))));
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_F(XdsProtocolTest, X2_ANonceIsNeverCarriedOverToTheNextStream) {
  StartServing();
  SendAndWait(Push(kCluster, "of the first stream"));
  const size_t from = ads_.request_count();
  ads_.EndStreams(grpc::Status(grpc::StatusCode::UNAVAILABLE, "connection age"));
  ASSERT_TRUE(WaitFor([&] { return ads_.streams_seen() == 2; }));
  EXPECT_EQ(FirstAsk(kCluster, from).response_nonce(), "");
  SetRoute(ads_, "routes", "2", "b");
  ASSERT_TRUE(ads_.WaitForAck(kRoutes, from).has_value());
  const auto requests = ads_.requests();
  for (size_t i = from; i < requests.size(); ++i) {
    EXPECT_NE(requests[i].response_nonce(), "of the first stream");
  }
}

TEST_F(XdsProtocolTest, X3_TheFirstRequestOfEachStreamCarriesTheNodeAndNoOther) {
  StartServing();
  const size_t second_stream = ads_.request_count();
  ads_.EndStreams(grpc::Status::OK);
  ASSERT_TRUE(ads_.WaitForRequest([](const Request&) { return true; }, second_stream));
  SettleWire();
  const auto requests = ads_.requests();
  for (size_t i = 0; i < requests.size(); ++i) {
    const bool is_first = i == 0 || i == second_stream;
    EXPECT_EQ(requests[i].has_node(), is_first) << "request " << i;
  }
  EXPECT_EQ(requests[0].node().id(), "test-node");
  EXPECT_EQ(requests[0].node().SerializeAsString(),
            requests[second_stream].node().SerializeAsString());
}

TEST_F(XdsProtocolTest, X3_TheServerReadsTheAuthorityOfTheBootstrapOrTheNameOfTheCluster) {
  StartProxy();
  ASSERT_TRUE(ads_.WaitForStreams(1));
  EXPECT_EQ(ads_.authority(), "xds");
  proxy_.reset();
  StartProxy(AdsBootstrap("authority: control.example"));
  ASSERT_TRUE(WaitFor([&] { return ads_.streams_seen() == 2; }));
  EXPECT_EQ(ads_.authority(), "control.example");
}

TEST_F(XdsProtocolTest, X4_ARejectionCarriesCodeAndFieldPathAndWhatServedServesOn) {
  StartServing();
  const auto nack = SendAndWait(
      Push(kRoutes, "bad")
          .Add("routes", "2",
               RouteBytes("{name: routes, virtual_hosts: [{name: x, domains: ['*'], routes: "
                          "[{match: {safe_regex: {regex: '('}}, route: {cluster: b}}]}]}")));
  EXPECT_EQ(nack.error_detail().code(), 3);
  EXPECT_THAT(nack.error_detail().message(),
              HasSubstr("virtual_hosts[0].routes[0].match.safe_regex"));
  EXPECT_EQ(Body(), "a");
}

TEST_F(XdsProtocolTest, X5_GoodResourcesOfARejectedResponseAreUsed) {
  StartServing();
  const auto nack = SendAndWait(Push(kEndpoints, "mixed")
                                    .Add("b", "2", "\xff not a message")
                                    .Add("a", "2", EndpointsBytes("a", {backend_b_.port()})));
  EXPECT_THAT(nack.error_detail().message(), HasSubstr("b: "));
  EXPECT_THAT(nack.error_detail().message(), testing::Not(HasSubstr("a: ")));
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_F(XdsProtocolTest, X5_EveryBadResourceIsNamedAndThePreviousVersionsServe) {
  StartServing();
  const auto nack =
      SendAndWait(Push(kEndpoints, "bad").Add("a", "2", "\xff").Add("b", "2", "\xff"));
  EXPECT_THAT(nack.error_detail().message(), HasSubstr("a: "));
  EXPECT_THAT(nack.error_detail().message(), HasSubstr("b: "));
  EXPECT_EQ(Body(), "a");
}

TEST_F(XdsProtocolTest, X6_ANameGivenTwiceIsRefusedAndTheRestIsUsed) {
  StartServing();
  const auto nack = SendAndWait(Push(kEndpoints, "twice")
                                    .Add("b", "2", EndpointsBytes("b", {backend_a_.port()}))
                                    .Add("a", "2", EndpointsBytes("a", {backend_b_.port()}))
                                    .Add("b", "3", EndpointsBytes("b", {backend_a_.port()})));
  EXPECT_THAT(nack.error_detail().message(), HasSubstr("b: is named more than once"));
  EXPECT_TRUE(WaitForBody("/", "b"));  // cluster a has moved to service b
}

TEST_F(XdsProtocolTest, X6_AClusterBothGivenAndRemovedIsRefusedAndServesAsItWas) {
  StartServing();
  const auto nack =
      SendAndWait(Push(kCluster, "twice").Add("a", "2", EdsClusterBytes("a", "other")).Remove("a"));
  EXPECT_THAT(nack.error_detail().message(), HasSubstr("a: is named more than once"));
  EXPECT_EQ(Body(), "a");
}

TEST_F(XdsProtocolTest, X9_ResourcesNotAskedForAreAcknowledgedAndNotKept) {
  StartServing();
  const auto ack = SendAndWait(Push(kEndpoints, "unasked")
                                   .Add("stranger", "1", EndpointsBytes("stranger", {1}))
                                   .Add("broken", "1", "\xff")
                                   .Remove("nobody"));
  EXPECT_FALSE(ack.has_error_detail()) << ack.error_detail().message();
  EXPECT_THAT(AdminPage("/config_dump?include_eds"), testing::Not(HasSubstr("stranger")));
  EXPECT_EQ(Body(), "a");
}

TEST_F(XdsProtocolTest, X10_AnUnansweredRequestHoldsNothingUp) {
  StartServing();
  SetEdsCluster(ads_, "silent");  // its endpoints never come
  ASSERT_TRUE(ads_.WaitForRequest([](const Request& request) {
    return request.type_url() == kEndpoints && request.resource_names_subscribe_size() == 1 &&
           request.resource_names_subscribe(0) == "silent";
  }));
  SendAndWait(Push(kRoutes, "to b").Add("routes", "2", RouteBytes(RouteYaml("routes", "b"))));
  EXPECT_TRUE(WaitForBody("/", "b"));
  SendAndWait(Push(kEndpoints, "a again").Add("a", "2", EndpointsBytes("a", {})));
  SendAndWait(Push(kRoutes, "to a").Add("routes", "3", RouteBytes(RouteYaml("routes", "a"))));
  EXPECT_TRUE(WaitFor([&] { return Status() == 503; }));
}

TEST_F(XdsProtocolTest, X11_AResourceOfAnotherTypeThanItsResponseIsRefused) {
  StartServing();
  Push push(kCluster, "mixed types");
  push.Add("c", "1", EdsClusterBytes("c")).Add("l", "1", ListenerBytes(ListenerYaml("l", "r")));
  push.response().mutable_resources(1)->mutable_resource()->set_type_url(kListener);
  EXPECT_THAT(SendAndWait(push).error_detail().message(), HasSubstr("l: has type"));
  EXPECT_TRUE(proxy_->WaitForStat("cluster_manager.active_clusters", 4));
  EXPECT_THAT(AdminPage("/config_dump"), testing::Not(HasSubstr("\"name\": \"l\"")));
}

TEST_F(XdsProtocolTest, X12_AnUnknownTypeIsNotAnsweredAndTheStreamGoesOn) {
  StartServing();
  ads_.Send(Push("type.googleapis.com/envoy.service.unheard.of", "strange")
                .Add("x", "1", "x")
                .response());
  SendAndWait(Push(kRoutes, "to b").Add("routes", "2", RouteBytes(RouteYaml("routes", "b"))));
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_EQ(ads_.streams_seen(), 1u);
  EXPECT_THAT(ads_.requests(), Each(Property(&Request::response_nonce, testing::Ne("strange"))));
}

TEST_F(XdsProtocolTest, X13_AnEmptyRouteConfigurationIsARouteConfiguration) {
  ServeBasics();
  SetRouteYaml(ads_, "1", "name: routes");
  StartProxy();
  port_ = proxy_->WaitForListener("ingress");
  ASSERT_NE(port_, 0);
  EXPECT_EQ(Status(), 404);
  EXPECT_EQ(proxy_->Stat("http.ingress.rds.routes.update_success"), 1);
  EXPECT_EQ(proxy_->Stat("http.ingress.rds.routes.update_empty"), 0);
}

TEST_F(XdsProtocolTest, X13_AnEmptyEndpointSetIsAnEndpointSet) {
  ServeBasics();
  SetEndpoints(ads_, "a", "1", {});
  StartProxy();
  port_ = proxy_->WaitForListener("ingress");
  ASSERT_NE(port_, 0);
  EXPECT_EQ(Status(), 503);
  EXPECT_EQ(proxy_->Stat("cluster_manager.warming_clusters"), 0);
  SetEndpoints(ads_, "a", "2", {backend_a_.port()});
  EXPECT_TRUE(WaitForBody("/", "a"));
}

TEST_F(XdsProtocolTest, X14_TheSameBytesAgainAreAcknowledgedAndChangeNothing) {
  StartServing();
  HttpClient client(port_);
  ASSERT_EQ(BodyFrom(client), "a");
  const uint64_t connections = backend_a_.connections();
  for (const char* version : {"1", "a new name for it"}) {
    const auto ack = SendAndWait(Push(kCluster, version).Add("a", version, EdsClusterBytes("a")));
    EXPECT_FALSE(ack.has_error_detail());
    SendAndWait(Push(kListener, version)
                    .Add("ingress", version, ListenerBytes(ListenerYaml("ingress", "routes"))));
  }
  EXPECT_EQ(proxy_->Stat("cluster_manager.cluster_modified"), 0);
  EXPECT_EQ(proxy_->Stat("listener_manager.listener_modified"), 0);
  EXPECT_EQ(proxy_->Stat("listener_manager.listener_create_success"), 1);
  ASSERT_EQ(BodyFrom(client), "a");
  EXPECT_EQ(client.connections(), 1);
  EXPECT_EQ(backend_a_.connections(), connections);
}

}  // namespace
}  // namespace outrigger::test
