// Configuration swapped under load: nothing is lost, no connection moves.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/configuration.h"
#include "test/support/ads_server.h"
#include "test/support/backend.h"
#include "test/support/http_client.h"
#include "test/support/resources.h"
#include "test/support/running_proxy.h"
#include "test/support/steady_load.h"

namespace outrigger::test {
namespace {

class SwapTest : public ::testing::Test {
 protected:
  SwapTest() {
    for (const char* name : {"a", "b"}) SetEdsCluster(ads_, name);
    SetEndpoints(ads_, "a", "1", {backend_a_.port()});
    SetEndpoints(ads_, "b", "1", {backend_b_.port()});
    SetRoute(ads_, "routes", "0", "a");
    SetListener(ads_, "ingress", "1", "routes");
    proxy_ = std::make_unique<RunningProxy>(RunningProxy::AdsBootstrap(ads_.port()));
    port_ = proxy_->WaitForListener("ingress");
  }

  Backend backend_a_{"a"};
  Backend backend_b_{"b"};
  xds::AdsServer ads_;
  std::unique_ptr<RunningProxy> proxy_;
  uint16_t port_ = 0;
};

TEST_F(SwapTest, RouteChangesUnderLoadLoseNoRequestAndMoveNoConnection) {
  ASSERT_NE(port_, 0);
  SteadyLoad load(port_, 4);
  load.WaitForMore(200);
  for (int version = 1; version <= 30; ++version) {
    const size_t from = ads_.request_count();
    SetRoute(ads_, "routes", std::to_string(version), version % 2 == 0 ? "a" : "b");
    const auto ack = ads_.WaitForAck(std::string(compiler::kRouteType), from);
    ASSERT_TRUE(ack.has_value());
    EXPECT_FALSE(ack->has_error_detail()) << ack->error_detail().message();
    load.WaitForMore(50);
  }
  load.Stop();
  EXPECT_EQ(load.failed(), 0u);
  EXPECT_EQ(load.connections(), 4u);
  EXPECT_GT(backend_a_.requests(), 100u);
  EXPECT_GT(backend_b_.requests(), 100u);
  // Two workers, four clients: no more upstream connections than could be busy at once.
  EXPECT_LE(backend_a_.connections(), 5u);
  EXPECT_LE(backend_b_.connections(), 4u);
}

TEST_F(SwapTest, EndpointRemovedUnderLoadDrainsWithoutCuttingRequests) {
  ASSERT_NE(port_, 0);
  SteadyLoad load(port_, 4);
  for (int version = 2; version <= 21; ++version) {
    load.WaitForMore(50);
    std::vector<uint16_t> ports = {backend_a_.port()};
    if (version % 2 == 0) ports.push_back(backend_b_.port());
    const size_t from = ads_.request_count();
    SetEndpoints(ads_, "a", std::to_string(version), ports);
    ASSERT_TRUE(ads_.WaitForAck(std::string(compiler::kEndpointType), from).has_value());
  }
  load.Stop();
  EXPECT_EQ(load.failed(), 0u);
  EXPECT_EQ(load.connections(), 4u);
  EXPECT_GT(backend_b_.requests(), 0u);
}

TEST_F(SwapTest, BadRouteIsRefusedWithItsFieldPathAndTheOldOneServes) {
  ASSERT_NE(port_, 0);
  const size_t from = ads_.request_count();
  SetRouteYaml(ads_, "bad", R"(
name: routes
virtual_hosts:
- {name: x, domains: ["*"], routes: [{match: {safe_regex: {regex: "("}}, route: {cluster: b}}]}
)");
  const auto nack = ads_.WaitForAck(std::string(compiler::kRouteType), from);
  ASSERT_TRUE(nack.has_value());
  // The name once, then the path.
  EXPECT_TRUE(nack->error_detail().message().starts_with(
      "routes: virtual_hosts[0].routes[0].match.safe_regex"))
      << nack->error_detail().message();
  HttpClient client(port_);
  const auto answer = client.Get("/");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body, "a");
}

}  // namespace
}  // namespace outrigger::test
