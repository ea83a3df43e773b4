// A proxy that takes everything from a scriptable control plane, two services, and what tests of
// the xDS rules ask of them: on the wire, and of the traffic.
//
// Thread: the test's.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "compiler/configuration.h"
#include "test/support/ads_server.h"
#include "test/support/backend.h"
#include "test/support/http_client.h"
#include "test/support/resources.h"
#include "test/support/running_proxy.h"
#include "test/support/static_bootstrap.h"

namespace outrigger::test {

inline const std::string kCluster(compiler::kClusterType);
inline const std::string kEndpoints(compiler::kEndpointType);
inline const std::string kListener(compiler::kListenerType);
inline const std::string kRoutes(compiler::kRouteType);

// A response of the test's own making.
class Push {
 public:
  Push(const std::string& type_url, const std::string& nonce) {
    response_.set_type_url(type_url);
    response_.set_nonce(nonce);
  }
  Push& Add(const std::string& name, const std::string& version, const std::string& bytes) {
    auto* resource = response_.add_resources();
    resource->set_name(name);
    resource->set_version(version);
    resource->mutable_resource()->set_type_url(response_.type_url());
    resource->mutable_resource()->set_value(bytes);
    return *this;
  }
  Push& Remove(const std::string& name) {
    response_.add_removed_resources(name);
    return *this;
  }
  xds::AdsServer::Response& response() { return response_; }

 private:
  xds::AdsServer::Response response_;
};

class XdsTest : public ::testing::Test {
 protected:
  using Request = xds::AdsServer::Request;

  // Clusters a and b, listener "ingress" with route table "routes", which sends everything to a.
  void ServeBasics() {
    for (const char* name : {"a", "b"}) SetEdsCluster(ads_, name);
    SetEndpoints(ads_, "a", "1", {backend_a_.port()});
    SetEndpoints(ads_, "b", "1", {backend_b_.port()});
    SetRoute(ads_, "routes", "1", "a");
    SetListener(ads_, "ingress", "1", "routes");
  }
  void StartProxy(const std::string& bootstrap) {
    proxy_ = std::make_unique<RunningProxy>(bootstrap);
  }
  void StartProxy(const CommandLine& flags) { proxy_ = std::make_unique<RunningProxy>(flags); }
  void StartProxy() { StartProxy(RunningProxy::AdsBootstrap(ads_.port())); }
  // `fields` of the envoy_grpc that names the control plane.
  std::string AdsBootstrap(const std::string& fields) const {
    return StaticBootstrap{.listeners = {}, .ads_port = ads_.port(), .ads_fields = fields}.ToYaml();
  }
  // The basics are there and the listener answers.
  void StartServing() {
    ServeBasics();
    StartProxy();
    port_ = proxy_->WaitForListener("ingress");
    ASSERT_NE(port_, 0);
    ASSERT_TRUE(proxy_->WaitForStat("cluster_manager.active_clusters", 3));
    ASSERT_TRUE(WaitForBody("/", "a"));
    SettleWire();
  }
  // Everything asked so far has been answered and acknowledged.
  void SettleWire() {
    ASSERT_TRUE(ads_.WaitForStreams(1));
    const size_t from = ads_.request_count();
    ads_.Send(Push(kListener, "settle").response());
    ASSERT_TRUE(ads_.WaitForRequest(
        [](const Request& request) { return request.response_nonce() == "settle"; }, from));
  }

  // Sends it and waits for its ACK or NACK.
  Request SendAndWait(Push push) {
    const size_t from = ads_.request_count();
    const std::string nonce = push.response().nonce();
    ads_.Send(push.response());
    const auto answer = ads_.WaitForRequest(
        [&](const Request& request) { return request.response_nonce() == nonce; }, from);
    EXPECT_TRUE(answer.has_value()) << nonce << " was not answered";
    return answer.value_or(Request());
  }
  // Requests from the given position on, ACKs and NACKs left aside.
  std::vector<Request> SpontaneousSince(size_t from) const {
    std::vector<Request> found;
    const std::vector<Request> all = ads_.requests();
    std::copy_if(all.begin() + static_cast<ptrdiff_t>(from), all.end(), std::back_inserter(found),
                 [](const Request& request) { return request.response_nonce().empty(); });
    return found;
  }
  // The first request of that type, from the given position on, that is no answer.
  Request FirstAsk(const std::string& type_url, size_t from = 0) {
    const auto ask = ads_.WaitForRequest(
        [&](const Request& request) {
          return request.type_url() == type_url && request.response_nonce().empty();
        },
        from);
    EXPECT_TRUE(ask.has_value()) << type_url << " was not asked for";
    return ask.value_or(Request());
  }

  // What is answered, or why nothing is.
  static std::string BodyFrom(HttpClient& client, const std::string& path = "/") {
    const auto answer = client.Get(path);
    return answer.has_value() ? answer->body : client.failure();
  }
  std::string Body(const std::string& path = "/") {
    HttpClient client(port_);
    return BodyFrom(client, path);
  }
  int Status(const std::string& path = "/") {
    HttpClient client(port_);
    const auto answer = client.Get(path);
    return answer.has_value() ? answer->status : -1;
  }
  bool WaitFor(const std::function<bool()>& is_true) {
    const auto deadline = std::chrono::steady_clock::now() + xds::AdsServer::kWaitMax;
    while (!is_true()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }
  bool WaitForBody(const std::string& path, const std::string& body) {
    return WaitFor([&] { return Body(path) == body; });
  }
  std::string AdminPage(const std::string& path) {
    HttpClient client(proxy_->admin_port());
    const auto answer = client.Get(path);
    return answer.has_value() ? answer->body : client.failure();
  }

  Backend backend_a_{"a"};
  Backend backend_b_{"b"};
  xds::AdsServer ads_;
  std::unique_ptr<RunningProxy> proxy_;
  uint16_t port_ = 0;
};

}  // namespace outrigger::test
