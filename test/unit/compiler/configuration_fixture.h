// A Configuration whose hooks remember what they are told, and resources to give to it.
//
// Thread: the test's.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/configuration.h"
#include "compiler/resource_files.h"
#include "test/support/fake_clock.h"
#include "test/support/resources.h"

namespace outrigger::compiler {

class ConfigurationTest : public testing::Test {
 protected:
  struct Resource {
    std::string name;
    std::string bytes;
  };

  explicit ConfigurationTest(CompileEnvironment environment = {})
      : environment_(std::move(environment)) {}

  xds::Verdict Push(std::string_view type_url, const std::vector<Resource>& resources,
                    const std::vector<std::string>& removed = {}) {
    xds::Response response{type_url, {}, {}, {removed.begin(), removed.end()}};
    const std::string version = std::to_string(++version_);
    for (const Resource& resource : resources) {
      response.resources.push_back({resource.name, version, type_url, resource.bytes});
    }
    return configuration_.OnResponse(response);
  }
  void PushCluster(const std::string& name, const std::string& service = "") {
    EXPECT_TRUE(Push(kClusterType, {{name, test::EdsClusterBytes(name, service)}}).errors.empty());
  }
  void PushEndpoints(const std::string& name, const std::vector<uint16_t>& ports = {1}) {
    EXPECT_TRUE(Push(kEndpointType, {{name, test::EndpointsBytes(name, ports)}}).errors.empty());
  }
  void PushRoutes(const std::string& name, const std::string& cluster) {
    const std::string bytes = test::RouteBytes(test::RouteYaml(name, cluster));
    EXPECT_TRUE(Push(kRouteType, {{name, bytes}}).errors.empty());
  }
  void PushListener(const std::string& name, const std::string& routes, uint16_t port = 0) {
    const std::string bytes = test::ListenerBytes(test::ListenerYaml(name, routes, port));
    EXPECT_TRUE(Push(kListenerType, {{name, bytes}}).errors.empty());
  }
  void PushTcpListener(const std::string& name, const std::string& cluster) {
    EXPECT_TRUE(Push(kListenerType, {{name, TcpListenerBytes(name, cluster)}}).errors.empty());
  }
  static std::string TcpListenerBytes(const std::string& name, const std::string& cluster) {
    return test::ListenerBytes(
        "{name: " + name +
        ", address: {socket_address: {address: 127.0.0.1, port_value: 0}}, filter_chains: "
        "[{filters: [{name: tcp, typed_config: {'@type': type.googleapis.com/envoy.extensions."
        "filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: t, cluster: " +
        cluster + "}}]}]}");
  }
  // Cluster a with an endpoint, route table r to it, listener l with that.
  void PushBasics() {
    PushCluster("a");
    PushEndpoints("a");
    PushListener("l", "r");
    PushRoutes("r", "a");
  }

  const ConfigSnapshot& snapshot() const { return *configuration_.snapshot(); }
  ListenerId IdOfListener(const std::string& name) const {
    for (uint32_t i = 0; i < snapshot().listeners.slot_end(); ++i) {
      const LinkedListener* listener = snapshot().listeners.Get(ListenerId{i});
      if (listener != nullptr && listener->config->name == name) return ListenerId{i};
    }
    return {};
  }
  bool Serves(const std::string& name) const {
    return configuration_.snapshot() != nullptr && IdOfListener(name).is_set();
  }
  // Where requests to that listener go; empty: to no cluster that is there.
  std::string ClusterBehind(const std::string& name) const {
    const LinkedListener* listener = snapshot().listeners.Get(IdOfListener(name));
    const LinkedRoutes* routes = snapshot().routes.Get(listener->chains.at(0).routes);
    const Cluster* cluster = snapshot().clusters.Get(routes->ClusterOf(0));
    return cluster == nullptr ? "" : cluster->name;
  }

  // The same for the connections of a TCP listener.
  std::string ClusterBehindTcp(const std::string& name) const {
    const LinkedListener* listener = snapshot().listeners.Get(IdOfListener(name));
    const Cluster* cluster = snapshot().clusters.Get(*listener->chains.at(0).tcp_clusters.at(0));
    return cluster == nullptr ? "" : cluster->name;
  }

  const CompileEnvironment environment_;
  FakeClock clock_;
  stats::Registry stats_;
  std::map<std::string, std::set<std::string>, std::less<>> wanted_;
  std::optional<MonotonicTime> look_again_at_;
  std::vector<Update> updates_;
  int wants_ = 0;      // how often it was said what is wanted
  int additions_ = 0;  // and what beside that
  std::function<void()> on_addition_;
  int published_ = 0;
  absl::Status bind_status_;
  int version_ = 0;
  std::optional<ResourceFiles> files_;  // of tests that need it
  Configuration configuration_{
      stats_,
      clock_,
      {[this](const ListenerConfig&) { return bind_status_; },
       [this](std::shared_ptr<const ConfigSnapshot>) { ++published_; },
       [this](std::string_view type_url, const SourcesByKey& wanted) {
         std::set<std::string>& names = wanted_[std::string(type_url)];
         names.clear();
         for (const auto& [key, source] : wanted) {
           if (source == nullptr) names.insert(key);
         }
         if (files_.has_value()) files_->SetWanted(type_url, wanted);
         ++wants_;
       },
       [this](std::optional<MonotonicTime> look_again_at) { look_again_at_ = look_again_at; },
       {},
       [this](const Update& update) { updates_.push_back(update); },
       {},
       {},
       {},
       {},
       [this](std::string_view type_url, const SourcesByKey& added) {
         std::set<std::string>& names = wanted_[std::string(type_url)];
         for (const auto& [key, source] : added) names.insert(key);
         ++additions_;
         if (on_addition_) on_addition_();
       }},
      environment_};
};

}  // namespace outrigger::compiler
