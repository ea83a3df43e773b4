// Resources that end, and waits that end: rules X43-X46, over real gRPC.
#include <fmt/format.h>

#include "test/integration/xds_fixture.h"

namespace outrigger::test {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr char kShort[] = "initial_fetch_timeout: 0.05s";

class XdsTimeTest : public XdsTest {
 protected:
  // With what it has.
  void StartWith(const std::string& config_fields, const std::string& source_fields) {
    StartProxy(StaticBootstrap{.listeners = {},
                               .ads_port = ads_.port(),
                               .ads_config_fields = config_fields,
                               .source_fields = source_fields}
                   .ToYaml());
  }
  // The last resource of the push lives that short a time.
  static Push Short(Push push) {
    push.response().mutable_resources()->rbegin()->mutable_ttl()->set_nanos(20'000'000);
    return push;
  }
  bool WaitForStatus(int status) {
    return WaitFor([&] { return Status() == status; });
  }
};

TEST_F(XdsTimeTest, X43_AClusterGoesWhenItsTimeIsOver) {
  StartServing();
  EXPECT_THAT(FirstAsk(kCluster).node().client_features(),
              Contains("xds.config.supports-resource-ttl"));
  SendAndWait(Short(Push(kCluster, "short").Add("c", "1", EdsClusterBytes("c"))));
  EXPECT_TRUE(proxy_->WaitForStat("cluster_manager.cluster_removed", 1));
  EXPECT_EQ(Body(), "a");
}

TEST_F(XdsTimeTest, X43_AListenerGoesWhenItsTimeIsOver) {
  StartServing();
  SendAndWait(Short(Push(kListener, "short")
                        .Add("ingress", "1", ListenerBytes(ListenerYaml("ingress", "routes")))));
  EXPECT_TRUE(proxy_->WaitForStat("listener_manager.listener_removed", 1));
}

TEST_F(XdsTimeTest, X43_EndpointsAndRoutesAreEmptyWhenTheirTimeIsOverAndComeBack) {
  StartServing();
  const std::string endpoints = EndpointsBytes("a", {backend_a_.port()});
  SendAndWait(Short(Push(kEndpoints, "short").Add("a", "2", endpoints)));
  EXPECT_TRUE(WaitForStatus(503));
  SendAndWait(Push(kEndpoints, "again").Add("a", "2", endpoints));
  EXPECT_TRUE(WaitForBody("/", "a"));
  const std::string routes = RouteBytes(RouteYaml("routes", "a"));
  SendAndWait(Short(Push(kRoutes, "short").Add("routes", "2", routes)));
  EXPECT_TRUE(WaitForStatus(404));
  SendAndWait(Push(kRoutes, "again").Add("routes", "2", routes));
  EXPECT_TRUE(WaitForBody("/", "a"));
}

TEST_F(XdsTimeTest, X44_WithoutAnAnswerTheProcessGoesLiveInTimeAndTakesALateOne) {
  ServeBasics();
  ads_.HoldAnswers(true);
  StartWith("", kShort);
  EXPECT_TRUE(proxy_->WaitForStat("cluster_manager.cds.init_fetch_timeout", 1));
  EXPECT_TRUE(proxy_->WaitForStat("listener_manager.lds.init_fetch_timeout", 1));
  EXPECT_TRUE(proxy_->WaitForStat("server.live", 1));
  ads_.HoldAnswers(false);
  port_ = proxy_->WaitForListener("ingress");
  ASSERT_NE(port_, 0);
  EXPECT_TRUE(WaitForBody("/", "a"));
}

TEST_F(XdsTimeTest, X44_AnAnswerInTimeIsNotCounted) {
  ServeBasics();
  StartWith("", "initial_fetch_timeout: 1000s");
  ASSERT_TRUE(proxy_->WaitForStat("server.live", 1));
  EXPECT_EQ(proxy_->Stat("cluster_manager.cds.init_fetch_timeout"), 0);
}

TEST_F(XdsTimeTest, X44_AClusterWithoutEndpointsGoesOnWithNoneInTime) {
  ServeBasics();
  ads_.Remove(kEndpoints, "a");
  ads_.Set(kCluster, "a", "1",
           ClusterBytes(fmt::format("{{name: a, type: EDS, eds_cluster_config: {{eds_config: "
                                    "{{ads: {{}}, {}}}}}}}",
                                    kShort)));
  StartProxy();
  port_ = proxy_->WaitForListener("ingress");
  ASSERT_NE(port_, 0);
  EXPECT_TRUE(proxy_->WaitForStat("cluster.a.init_fetch_timeout", 1));
  EXPECT_EQ(Status(), 503);
  EXPECT_EQ(proxy_->Stat("cluster_manager.warming_clusters"), 0);
  SetEndpoints(ads_, "a", "1", {backend_a_.port()});
  EXPECT_TRUE(WaitForBody("/", "a"));
  EXPECT_EQ(proxy_->Stat("cluster.a.init_fetch_timeout"), 1);
}

TEST_F(XdsTimeTest, X44_AListenerWithoutRoutesGoesOnWithNoneInTime) {
  ServeBasics();
  ads_.Remove(kRoutes, "routes");
  std::string yaml = ListenerYaml("ingress", "routes");
  const size_t at = yaml.find("ads: {}");
  ASSERT_NE(at, std::string::npos) << yaml;
  yaml.insert(at, std::string(kShort) + ", ");
  SetListenerYaml(ads_, "1", yaml);
  StartProxy();
  port_ = proxy_->WaitForListener("ingress");
  ASSERT_NE(port_, 0);
  EXPECT_EQ(Status(), 404);
  EXPECT_EQ(proxy_->Stat("http.ingress.rds.routes.init_fetch_timeout"), 1);
  SetRoute(ads_, "routes", "1", "a");
  EXPECT_TRUE(WaitForBody("/", "a"));
}

TEST_F(XdsTimeTest, X45_RequestsKeepToTheRateAndEverythingComesAllTheSame) {
  ServeBasics();
  StartWith("rate_limit_settings: {max_tokens: 1, fill_rate: 200}", "");
  port_ = proxy_->WaitForListener("ingress");
  ASSERT_NE(port_, 0);
  EXPECT_TRUE(WaitForBody("/", "a"));
  EXPECT_TRUE(proxy_->WaitForStat("control_plane.rate_limit_enforced", 1));
  EXPECT_TRUE(proxy_->WaitForStatBelow("control_plane.pending_requests", 1));
}

TEST_F(XdsTimeTest, X46_AnErrorInPlaceOfAResourceIsAcknowledgedAndKeepsWhatServes) {
  StartServing();
  Push push(kEndpoints, "error");
  auto* error = push.response().add_resource_errors();
  error->mutable_resource_name()->set_name("a");
  error->mutable_error_detail()->set_code(7);
  error->mutable_error_detail()->set_message("not yours any more");
  EXPECT_FALSE(SendAndWait(push).has_error_detail());
  EXPECT_EQ(Body(), "a");
  const std::string dump = AdminPage("/config_dump?include_eds");
  EXPECT_THAT(dump, HasSubstr("\"client_status\": \"RECEIVED_ERROR\""));
  EXPECT_THAT(dump, HasSubstr("not yours any more"));
}

TEST_F(XdsTimeTest, P16_TheSilenceOfTheControlPlaneIsShown) {
  StartServing();
  EXPECT_GE(proxy_->Stat("control_plane.seconds_since_last_message"), 0);
  EXPECT_TRUE(proxy_->WaitForStat("control_plane.seconds_since_last_message", 1));
  // The gauge is set once a second: a machine that is busy may not see it every time.
  EXPECT_TRUE(WaitFor([&] {
    SendAndWait(Push(kCluster, "hello"));
    return proxy_->Stat("control_plane.seconds_since_last_message") == 0;
  }));
}

}  // namespace
}  // namespace outrigger::test
