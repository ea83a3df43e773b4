// The start of the process, and addresses that cannot be had (F32).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "compiler/configuration.h"
#include "test/support/ads_server.h"
#include "test/support/backend.h"
#include "test/support/http_client.h"
#include "test/support/raw_peer.h"
#include "test/support/resources.h"
#include "test/support/running_proxy.h"
#include "test/support/static_bootstrap.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::string_view kListenerOn = R"({{name: {0},
  address: {{socket_address: {{address: 127.0.0.1, port_value: {1}}}}},
  filter_chains: [{{filters: [{{name: http, typed_config: {{
    "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager,
    stat_prefix: {0}, rds: {{route_config_name: routes, config_source: {{ads: {{}}}}}},
    http_filters: [{{name: router, typed_config: {{
      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}}}]}}}}]}}]}})";

TEST(StartTest, F32_AnAddressInUseIsAClearErrorAtStart) {
  RawListener stranger;
  StaticBootstrap bootstrap{{stranger.port()}};
  std::string yaml = bootstrap.ToYaml();
  const std::string any_port =
      "{name: ingress, address: {socket_address: {address: 127.0.0.1, port_value: 0}}";
  const size_t at = yaml.find(any_port);
  ASSERT_NE(at, std::string::npos);
  yaml.replace(at, any_port.size(),
               fmt::format("{{name: ingress, address: {{socket_address: {{address: 127.0.0.1, "
                           "port_value: {}}}}}",
                           stranger.port()));
  const absl::Status status = RunningProxy::TryStart(yaml);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("ingress: "),
                    HasSubstr(fmt::format("cannot bind 127.0.0.1:{}", stranger.port())),
                    HasSubstr("Address already in use")));
}

TEST(StartTest, F32_AnAddressInUseIsThatListenersNackAndTheOthersServe) {
  RawListener stranger;
  Backend backend("a");
  xds::AdsServer ads;
  SetEdsCluster(ads, "a");
  SetEndpoints(ads, "a", "1", {backend.port()});
  SetRoute(ads, "routes", "1", "a");
  ads.HoldAnswers(true);
  SetListenerYaml(ads, "1", fmt::format(kListenerOn, "taken", stranger.port()));
  SetListenerYaml(ads, "1", fmt::format(kListenerOn, "free", 0));
  RunningProxy proxy(RunningProxy::AdsBootstrap(ads.port()));
  ads.HoldAnswers(false);
  const auto nack = ads.WaitForAck(std::string(compiler::kListenerType));
  ASSERT_TRUE(nack.has_value());
  EXPECT_THAT(nack->error_detail().message(),
              AllOf(HasSubstr("taken: "),
                    HasSubstr(fmt::format("cannot bind 127.0.0.1:{}", stranger.port()))));
  const uint16_t port = proxy.WaitForListener("free");
  ASSERT_NE(port, 0);
  EXPECT_EQ(HttpClient(port).Get("/")->body, "a");
}

TEST(StartTest, ReadyOnlyOnceTheControlPlaneHasAnswered) {
  Backend backend("a");
  xds::AdsServer ads;
  ads.HoldAnswers(true);
  RunningProxy proxy(RunningProxy::AdsBootstrap(ads.port()));
  ASSERT_TRUE(ads.WaitForStreams(1));
  HttpClient admin(proxy.admin_port());
  EXPECT_EQ(admin.Get("/ready")->status, 503);
  EXPECT_EQ(admin.Get("/ready")->body, "INITIALIZING\n");
  ads.HoldAnswers(false);
  EXPECT_TRUE(proxy.WaitForStat("server.live", 1));
  EXPECT_EQ(admin.Get("/ready")->body, "LIVE\n");
}

TEST(StartTest, F1_AControlPlaneThatIsNotThereIsWaitedForAndStaticListenersServe) {
  Backend backend("a");
  RawListener nobody;  // its port refuses once it is gone
  const uint16_t ads_port = nobody.port();
  StaticBootstrap bootstrap{{backend.port()}};
  bootstrap.ads_port = ads_port;
  RunningProxy proxy(bootstrap.ToYaml());
  const uint16_t port = proxy.WaitForListener("ingress");
  ASSERT_NE(port, 0);
  EXPECT_EQ(HttpClient(port).Get("/")->body, "a");
  EXPECT_EQ(HttpClient(proxy.admin_port()).Get("/ready")->status, 503);
}

}  // namespace
}  // namespace outrigger::test
