// The state of the world over real gRPC: what is said on the wire, and what becomes of traffic:
// rules X1-X26 that the delta protocol has not, or has otherwise.
#include "test/integration/xds_fixture.h"

namespace outrigger::test {
namespace {

using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using SotwRequest = xds::AdsServer::SotwRequest;
using SotwResponse = xds::AdsServer::SotwResponse;

// A response of the test's own making.
class Whole {
 public:
  Whole(const std::string& type_url, const std::string& version, const std::string& nonce) {
    response_.set_type_url(type_url);
    response_.set_version_info(version);
    response_.set_nonce(nonce);
  }
  Whole& Add(const std::string& bytes) { return AddTyped(response_.type_url(), bytes); }
  Whole& AddTyped(const std::string& type_url, const std::string& bytes) {
    auto* any = response_.add_resources();
    any->set_type_url(type_url);
    any->set_value(bytes);
    return *this;
  }
  const SotwResponse& response() const { return response_; }

 private:
  SotwResponse response_;
};

class XdsSotwTest : public XdsTest {
 protected:
  void Start() {
    StartProxy(
        StaticBootstrap{.listeners = {}, .ads_port = ads_.port(), .ads_api_type = "GRPC"}.ToYaml());
  }
  void StartServing() {
    ServeBasics();
    Start();
    port_ = proxy_->WaitForListener("ingress");
    ASSERT_NE(port_, 0);
    ASSERT_TRUE(proxy_->WaitForStat("cluster_manager.active_clusters", 3));
    ASSERT_TRUE(WaitForBody("/", "a"));
    // Everything that has been asked is answered.
    static_cast<void>(
        SendAndWait(Whole(kRoutes, "settled", "settle").Add(RouteBytes(RouteYaml("routes", "a")))));
  }
  // Sends it and waits for its ACK or NACK.
  SotwRequest SendAndWait(const Whole& whole) {
    const size_t from = ads_.sotw_requests().size();
    ads_.Send(whole.response());
    const auto answer = ads_.WaitForSotwRequest(
        [&](const SotwRequest& request) {
          return request.response_nonce() == whole.response().nonce();
        },
        from);
    EXPECT_TRUE(answer.has_value()) << whole.response().nonce() << " was not answered";
    return answer.value_or(SotwRequest());
  }
  // The first one of that type, from the given position on.
  SotwRequest FirstAsk(const std::string& type_url, size_t from = 0) {
    const auto ask = ads_.WaitForSotwRequest(
        [&](const SotwRequest& request) { return request.type_url() == type_url; }, from);
    EXPECT_TRUE(ask.has_value()) << type_url << " was not asked for";
    return ask.value_or(SotwRequest());
  }
  bool WaitForNames(const std::string& type_url, const std::vector<std::string>& names) {
    return ads_
        .WaitForSotwRequest([&](const SotwRequest& request) {
          return request.type_url() == type_url &&
                 std::equal(names.begin(), names.end(), request.resource_names().begin(),
                            request.resource_names().end());
        })
        .has_value();
  }
  // Clusters a and b, and what more there is.
  static Whole Clusters(const char* version, const char* nonce) {
    return Whole(kCluster, version, nonce).Add(EdsClusterBytes("a")).Add(EdsClusterBytes("b"));
  }
};

TEST_F(XdsSotwTest, X1_EveryResponseIsAnsweredWithItsNonceAndVersion) {
  StartServing();
  const auto ack = SendAndWait(Clusters("v7", "first"));
  EXPECT_EQ(ack.version_info(), "v7");
  EXPECT_EQ(ack.type_url(), kCluster);
  EXPECT_FALSE(ack.has_error_detail());
  EXPECT_EQ(SendAndWait(Whole(kEndpoints, "none", "empty")).version_info(), "none");
}

TEST_F(XdsSotwTest, X3_OnlyTheFirstRequestOfAStreamCarriesTheNode) {
  StartServing();
  const auto requests = ads_.sotw_requests();
  ASSERT_THAT(requests, SizeIs(Ge(4)));
  EXPECT_EQ(requests[0].node().id(), "test-node");
  for (size_t i = 1; i < requests.size(); ++i) EXPECT_FALSE(requests[i].has_node()) << i;
}

TEST_F(XdsSotwTest, X4_X7_ARejectionKeepsTheVersionAndWhatServedServesOn) {
  StartServing();
  SendAndWait(Clusters("good", "g"));
  const auto nack = SendAndWait(Clusters("bad", "b")
                                    .Add("\x0a\x01"
                                         "c\xff"));
  EXPECT_EQ(nack.version_info(), "good");
  EXPECT_EQ(nack.error_detail().code(), 3);
  EXPECT_EQ(nack.error_detail().message(), "(unnamed): has no name, or cannot be read");
  EXPECT_EQ(Body(), "a");
  const size_t from = ads_.sotw_requests().size();
  ads_.EndStreams(grpc::Status::OK);
  const auto first = FirstAsk(kCluster, from);
  EXPECT_EQ(first.version_info(), "good");
  EXPECT_EQ(first.response_nonce(), "");
}

TEST_F(XdsSotwTest, X5_GoodResourcesOfARejectedResponseAreUsed) {
  StartServing();
  const auto nack = SendAndWait(Whole(kEndpoints, "mixed", "m")
                                    .Add("\x0a\x01"
                                         "b\x12\x02\xff\xff")
                                    .Add(EndpointsBytes("a", {backend_b_.port()})));
  EXPECT_EQ(nack.error_detail().message(), "b: resource cannot be parsed");
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_F(XdsSotwTest, X6_AClusterGivenTwiceIsRefusedAndServesAsItWas) {
  StartServing();
  const auto nack = SendAndWait(Clusters("v", "twice").Add(EdsClusterBytes("a", "other")));
  EXPECT_EQ(nack.error_detail().message(), "a: is named more than once in one response");
  EXPECT_EQ(Body(), "a");
}

TEST_F(XdsSotwTest, X9_ResourcesNotAskedForAreAcknowledgedAndNotKept) {
  StartServing();
  const auto ack =
      SendAndWait(Whole(kEndpoints, "v", "unasked").Add(EndpointsBytes("stranger", {1})));
  EXPECT_FALSE(ack.has_error_detail()) << ack.error_detail().message();
  EXPECT_THAT(AdminPage("/config_dump?include_eds"), testing::Not(HasSubstr("stranger")));
  EXPECT_EQ(Body(), "a");
}

TEST_F(XdsSotwTest, X12_AnUnknownTypeIsNotAnsweredAndTheStreamGoesOn) {
  StartServing();
  ads_.Send(Whole("type.googleapis.com/envoy.service.unheard.of", "1", "strange").response());
  SendAndWait(Whole(kRoutes, "to b", "r").Add(RouteBytes(RouteYaml("routes", "b"))));
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_EQ(ads_.streams_seen(), 1u);
}

TEST_F(XdsSotwTest, X14_TheSameSetAgainChangesNothing) {
  StartServing();
  HttpClient client(port_);
  ASSERT_EQ(BodyFrom(client), "a");
  const uint64_t connections = backend_a_.connections();
  for (const char* version : {"again", "and again"}) {
    EXPECT_FALSE(SendAndWait(Clusters(version, version)).has_error_detail());
    SendAndWait(Whole(kListener, version, std::string("l ") + version)
                    .Add(ListenerBytes(ListenerYaml("ingress", "routes"))));
  }
  EXPECT_EQ(proxy_->Stat("cluster_manager.cluster_modified"), 0);
  EXPECT_EQ(proxy_->Stat("listener_manager.listener_modified"), 0);
  ASSERT_EQ(BodyFrom(client), "a");
  EXPECT_EQ(client.connections(), 1);
  EXPECT_EQ(backend_a_.connections(), connections);
}

TEST_F(XdsSotwTest, X16_X26_NamesAreMergedUntilAServerThatWaitsForAllOfThemAnswers) {
  ads_.WaitForAllNames();
  ads_.WrapResources();
  SetRoute(ads_, "more", "1", "b");
  SetListener(ads_, "second", "1", "more");
  ServeBasics();
  Start();
  port_ = proxy_->WaitForListener("ingress");
  ASSERT_NE(port_, 0);
  EXPECT_EQ(Body(), "a");
  EXPECT_EQ(FirstAsk(kEndpoints).resource_names_size(), 2);
  EXPECT_TRUE(WaitForNames(kRoutes, {"more", "routes"}));
}

TEST_F(XdsSotwTest, X17_ASubscriptionChangeIsAMessageOfItsOwn) {
  StartServing();
  SendAndWait(Clusters("more", "m").Add(EdsClusterBytes("c")));
  ASSERT_TRUE(WaitForNames(kEndpoints, {"a", "b", "c"}));
  std::string last_nonce;
  for (const SotwRequest& request : ads_.sotw_requests()) {
    if (request.type_url() != kEndpoints) continue;
    // New names come with a nonce that has been answered before (X22).
    const bool has_new_names = request.resource_names_size() == 3;
    if (has_new_names) {
      EXPECT_EQ(request.response_nonce(), last_nonce);
      return;
    }
    last_nonce = request.response_nonce();
  }
}

TEST_F(XdsSotwTest, X20_WhatAResponseOmitsIsGoneAndAnEmptyOneTakesAll) {
  StartServing();
  SendAndWait(Clusters("three", "3").Add(EdsClusterBytes("c")));
  ASSERT_TRUE(proxy_->WaitForStat("cluster_manager.active_clusters", 4));
  SendAndWait(Clusters("two", "2"));
  EXPECT_TRUE(proxy_->WaitForStat("cluster_manager.cluster_removed", 1));
  EXPECT_EQ(Body(), "a");
  SendAndWait(Whole(kListener, "none", "l"));
  EXPECT_EQ(proxy_->Stat("listener_manager.listener_removed"), 1);
  HttpClient client(port_);
  EXPECT_FALSE(client.Get("/").has_value());
  SendAndWait(Whole(kCluster, "none", "c"));
  EXPECT_EQ(proxy_->Stat("cluster_manager.cluster_removed"), 3);
  EXPECT_EQ(proxy_->Stat("cluster_manager.active_clusters"), 1);  // the bootstrap's (X54)
}

TEST_F(XdsSotwTest, X21_AnEmptyResponseOfANamedTypeChangesNothing) {
  StartServing();
  EXPECT_FALSE(SendAndWait(Whole(kEndpoints, "none", "e")).has_error_detail());
  EXPECT_FALSE(SendAndWait(Whole(kRoutes, "none", "r")).has_error_detail());
  EXPECT_EQ(Body(), "a");
}

TEST_F(XdsSotwTest, X22_ChangedNamesCarryTheLatestNonceAndTheWholeList) {
  StartServing();
  SendAndWait(Whole(kEndpoints, "v5", "newest").Add(EndpointsBytes("a", {backend_a_.port()})));
  ads_.HoldAnswers(true);
  const size_t from = ads_.sotw_requests().size();
  ads_.Send(
      Whole(kCluster, "more", "m").Add(EdsClusterBytes("b")).Add(EdsClusterBytes("c")).response());
  const auto change = FirstAsk(kEndpoints, from);
  // Cluster a is gone, but its endpoints still serve.
  EXPECT_THAT(change.resource_names(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(change.response_nonce(), "newest");
  EXPECT_EQ(change.version_info(), "v5");
}

TEST_F(XdsSotwTest, X23_ListenersAndClustersAreAskedForWithoutANameAndTheRestByName) {
  StartServing();
  for (const SotwRequest& request : ads_.sotw_requests()) {
    const bool is_wildcard = request.type_url() == kCluster || request.type_url() == kListener;
    EXPECT_EQ(request.resource_names().empty(), is_wildcard) << request.DebugString();
  }
}

TEST_F(XdsSotwTest, X25_ResourcesInEnvelopesServeLikeOthers) {
  ads_.WrapResources();
  StartServing();
  SetEndpoints(ads_, "a", "2", {backend_b_.port()});
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_THAT(FirstAsk(kCluster).node().client_features(),
              testing::Contains("xds.config.resource-in-sotw"));
}

TEST_F(XdsSotwTest, X42_ARestartedServerFindsEverythingServing) {
  StartServing();
  ads_.Stop();
  EXPECT_EQ(Body(), "a");
  ads_.Start();
  SetRoute(ads_, "routes", "2", "b");
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_EQ(proxy_->Stat("cluster_manager.cluster_removed"), 0);
}

TEST_F(XdsSotwTest, X54_ACompleteSetDoesNotTakeTheBootstrapsCluster) {
  StartServing();
  const auto nack = SendAndWait(Clusters("own", "o").Add(EdsClusterBytes("xds")));
  EXPECT_EQ(nack.error_detail().message(),
            "xds: is defined in the bootstrap and cannot be changed");
  SendAndWait(Clusters("without", "w"));
  EXPECT_EQ(proxy_->Stat("cluster_manager.active_clusters"), 3);
  EXPECT_EQ(Body(), "a");
}

}  // namespace
}  // namespace outrigger::test
