// Services behind every kind of listener that can name them, moved to a new cluster again and again
// step by step, while every kind has steady requests.
//
// Thread: the test's.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "envoy/config/endpoint/v3/endpoint.pb.h"
#include "test/integration/xds_fixture.h"
#include "test/support/steady_load.h"

namespace outrigger::test {

class XdsPushOrderTest : public XdsTest, public testing::WithParamInterface<const char*> {
 protected:
  enum class Step { kAddCluster, kAddEndpoints, kChangeListeners, kChangeRoutes, kRemoveOld };
  static constexpr size_t kSteps = 5;
  static constexpr std::array<Step, kSteps> kRightOrder = {Step::kAddCluster, Step::kAddEndpoints,
                                                           Step::kChangeListeners,
                                                           Step::kChangeRoutes, Step::kRemoveOld};
  static constexpr std::array<const char*, 4> kKinds = {"kept", "named", "inline", "tcp"};
  static constexpr uint64_t kRequestsPerStep = 2;  // of each load

  // Served by one cluster, named anew for each change. Its listeners take their routes from a table
  // that keeps its name, from one that is named anew too, from themselves; and there is one of TCP.
  class Service {
   public:
    Service(XdsPushOrderTest& test, std::string name) : test_(test), name_(std::move(name)) {}

    void SetAll(const Backend& backend) {
      Prepare(backend);
      for (const Step step : kRightOrder) Take(step);
    }
    void StartLoads() {
      for (const char* kind : kKinds) {
        ports_.push_back(test_.proxy_->WaitForListener(name_ + "-" + kind));
        ASSERT_NE(ports_.back(), 0) << name_ << "-" << kind;
      }
      WaitUntilChanged();
      for (const uint16_t port : ports_) loads_.push_back(std::make_unique<SteadyLoad>(port, 1));
    }

    // The next change, to a cluster of that backend.
    void Prepare(const Backend& backend) {
      ++generation_;
      backend_ = &backend;
    }
    void Take(Step step);
    // The same with a resource that cannot be accepted, under the same name.
    void TakeBad(Step step);
    // All its listeners have come to the new cluster.
    void WaitUntilChanged() {
      const std::string body = backend_ == &test_.backend_a_ ? "a" : "b";
      for (size_t i = 0; i < kKinds.size(); ++i) {
        test_.port_ = ports_[i];
        EXPECT_TRUE(test_.WaitForBody("/", body)) << name_ << "-" << kKinds[i];
      }
    }
    void WatchTraffic() {
      for (const auto& load : loads_) load->WaitForMore(kRequestsPerStep);
      test_.port_ = ports_.back();
      EXPECT_THAT(test_.Body(), testing::AnyOf("a", "b"));  // a new connection by TCP
    }
    void ExpectNoConnectionLost() {
      for (size_t i = 0; i < loads_.size(); ++i) {
        loads_[i]->Stop();
        EXPECT_EQ(loads_[i]->connections(), 1u) << name_ << "-" << kKinds[i];
      }
    }
    const Backend* backend() const { return backend_; }

   private:
    std::string Cluster(int generation) const { return name_ + "-" + std::to_string(generation); }
    std::string Version() const { return std::to_string(generation_); }
    void SetListeners();
    void Set(const std::string& type, const std::string& name, const std::string& bytes) {
      test_.ads_.Set(type, name, Version(), bytes);
    }

    XdsPushOrderTest& test_;
    const std::string name_;
    int generation_ = 0;
    int bad_versions_ = 0;
    const Backend* backend_ = nullptr;
    std::vector<uint16_t> ports_;  // by kind
    std::vector<std::unique_ptr<SteadyLoad>> loads_;
  };

  void Start(std::vector<Service*> services) {
    services_ = std::move(services);
    for (Service* service : services_) service->SetAll(backend_a_);
    StartProxy(StaticBootstrap{.listeners = {}, .ads_port = ads_.port(), .ads_api_type = GetParam()}
                   .ToYaml());
    for (Service* service : services_) service->StartLoads();
  }
  const Backend& other_backend(const Service& service) const {
    return service.backend() == &backend_a_ ? backend_b_ : backend_a_;
  }
  // Everything sent so far has been applied: an empty response of endpoints changes nothing (X21).
  void Settle() {
    const std::string nonce = "settle-" + std::to_string(++settles_);
    const size_t from = ads_.request_count();
    if (std::string(GetParam()) == "GRPC") {
      xds::AdsServer::SotwResponse response;
      response.set_type_url(kEndpoints);
      response.set_version_info(nonce);
      response.set_nonce(nonce);
      ads_.Send(response);
      const auto answers = [&](const auto& request) { return request.response_nonce() == nonce; };
      EXPECT_TRUE(ads_.WaitForSotwRequest(answers, from));
    } else {
      SendAndWait(Push(kEndpoints, nonce));
    }
  }
  // And all loads have been answered since.
  void WatchTraffic() {
    Settle();
    for (Service* service : services_) service->WatchTraffic();
  }
  void ExpectNoConnectionLost() {
    for (Service* service : services_) service->ExpectNoConnectionLost();
  }
  // It does not listen yet, or serves.
  void ExpectSilenceOrAnswers(const std::string& listener) {
    const uint16_t port = proxy_->ListenerPort(listener);
    if (port == 0) return;
    HttpClient client(port);
    const auto answer = client.Get("/");
    if (client.connections() == 0) return;
    EXPECT_TRUE(answer.has_value() && answer->status == 200) << listener << client.failure();
  }
  static std::string Describe(const std::array<Step, kSteps>& order) {
    static constexpr std::array<const char*, kSteps> kNames = {"cluster ", "endpoints ",
                                                               "listeners ", "routes ", "removal "};
    std::string text;
    for (const Step step : order) text += kNames[static_cast<size_t>(step)];
    return text;
  }

 private:
  std::vector<Service*> services_;
  int settles_ = 0;
};

inline void XdsPushOrderTest::Service::Take(Step step) {
  const std::string cluster = Cluster(generation_);
  const std::string before = Cluster(generation_ - 1);
  switch (step) {
    case Step::kAddCluster:
      return Set(kCluster, cluster, EdsClusterBytes(cluster));
    case Step::kAddEndpoints:
      return Set(kEndpoints, cluster, EndpointsBytes(cluster, {backend_->port()}));
    case Step::kChangeRoutes:
      Set(kRoutes, name_, RouteBytes(RouteYaml(name_, cluster)));
      return Set(kRoutes, cluster, RouteBytes(RouteYaml(cluster, cluster)));
    case Step::kChangeListeners:
      return SetListeners();
    case Step::kRemoveOld:
      for (const std::string& type : {kCluster, kEndpoints, kRoutes}) {
        test_.ads_.Remove(type, before);
      }
  }
}

inline void XdsPushOrderTest::Service::TakeBad(Step step) {
  const std::string cluster = Cluster(generation_);
  const std::string version = "bad-" + std::to_string(++bad_versions_);
  envoy::config::endpoint::v3::ClusterLoadAssignment endpoints;
  switch (step) {
    case Step::kAddCluster:
      test_.ads_.Set(kCluster, cluster, version,
                     ClusterBytes("{name: " + cluster + ", connect_timeout: 0s}"));
      break;
    case Step::kAddEndpoints:
      endpoints.set_cluster_name(cluster);
      endpoints.mutable_policy()->mutable_overprovisioning_factor()->set_value(0);
      test_.ads_.Set(kEndpoints, cluster, version, endpoints.SerializeAsString());
      break;
    case Step::kChangeRoutes:
      test_.ads_.Set(kRoutes, name_, version,
                     RouteBytes("{name: " + name_ + ", virtual_hosts: [{name: v}]}"));
      break;
    case Step::kChangeListeners:
      test_.ads_.Set(kListener, name_ + "-kept", version,
                     ListenerBytes("{name: " + name_ + "-kept}"));
      break;
    case Step::kRemoveOld:
      test_.ads_.Set(kCluster, "bad", version, ClusterBytes("{name: bad, connect_timeout: 0s}"));
  }
  test_.Settle();
}

inline void XdsPushOrderTest::Service::SetListeners() {
  const std::string cluster = Cluster(generation_);
  const std::string inline_chain =
      "{name: hcm, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.network."
      "http_connection_manager.v3.HttpConnectionManager, stat_prefix: inline, route_config: " +
      ("{virtual_hosts: [{name: v, domains: ['*'], routes: [{match: {prefix: /}, route: "
       "{cluster: " +
       cluster + "}}]}]}") +
      ", http_filters: [{name: r, typed_config: {'@type': type.googleapis.com/envoy.extensions."
      "filters.http.router.v3.Router}}]}}";
  const std::string tcp_chain =
      "{name: tcp, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.network."
      "tcp_proxy.v3.TcpProxy, stat_prefix: tcp, cluster: " +
      cluster + "}}";
  const auto bytes = [&](const std::string& kind, const std::string& filter) {
    return ListenerBytes("{name: " + name_ + "-" + kind +
                         ", address: {socket_address: {address: 127.0.0.1, port_value: 0}}, "
                         "filter_chains: [{filters: [" +
                         filter + "]}]}");
  };
  Set(kListener, name_ + "-kept",
      ListenerBytes(ListenerYaml(name_ + "-kept", name_) +
                    "metadata: {filter_metadata: {change: {number: " + Version() + "}}}\n"));
  Set(kListener, name_ + "-named", ListenerBytes(ListenerYaml(name_ + "-named", cluster)));
  Set(kListener, name_ + "-inline", bytes("inline", inline_chain));
  Set(kListener, name_ + "-tcp", bytes("tcp", tcp_chain));
}

}  // namespace outrigger::test
