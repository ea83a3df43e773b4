// Whole workers under a storm of configurations: routes, endpoints, clusters and listeners change
// while clients keep asking, some of them for the worse, the stream that brings them breaks now and
// then, and the process drains at the end. All threads of the proxy but the service and grpc ones;
// the ADS stream is the fake one, since no gRPC is linked under ThreadSanitizer.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "compiler/configuration.h"
#include "compiler/source_sink.h"
#include "server/drain.h"
#include "server/listen_sockets.h"
#include "server/worker.h"
#include "test/support/backend.h"
#include "test/support/fake_ads_transport.h"
#include "test/support/resources.h"
#include "test/support/steady_load.h"
#include "xds/ads_client.h"

namespace outrigger {
namespace {

constexpr uint32_t kWorkers = 2;
constexpr int kClients = 4;
constexpr int kChanges = 300;
constexpr uint64_t kAnswersMin = 600;

// What the server builds, on the test's thread as control.
class WorkersTest : public testing::Test {
 protected:
  WorkersTest() {
    for (uint32_t i = 0; i < kWorkers; ++i) {
      workers_.push_back(std::make_unique<Worker>(
          clock_, sockets_, control_, i, WorkerOptions{.drain_time = std::chrono::seconds(600)}));
      workers_.back()->Start();
    }
    client_.Start();
    Connect();
  }
  ~WorkersTest() override {
    for (auto& worker : workers_) worker->Stop();
    control_.RunOnce(Duration::zero());
  }

  static xds::AdsOptions ClientOptions() {
    xds::AdsOptions options;
    options.back_off_base = options.back_off_max = std::chrono::milliseconds(1);
    return options;
  }
  void Connect() {
    RunControlUntil([&] { return transport_.is_open(); });
    transport_.Ready();
    control_.RunOnce(Duration::zero());
  }
  void BreakStream() {
    transport_.Close(absl::UnavailableError("gone for a moment"));
    Connect();
  }

  xds::FakeAdsTransport::Response ResponseOf(std::string_view type_url) {
    xds::FakeAdsTransport::Response response;
    response.set_type_url(std::string(type_url));
    response.set_nonce(std::to_string(++version_));
    return response;
  }
  // Returns what is wrong with it.
  std::string Deliver(const xds::FakeAdsTransport::Response& response) {
    transport_.TakeRequests();
    transport_.Deliver(response);
    control_.RunOnce(Duration::zero());
    for (const auto& request : transport_.TakeRequests()) {
      if (request.response_nonce() == response.nonce()) return request.error_detail().message();
    }
    return "not answered";
  }
  std::string Send(std::string_view type_url, const std::string& name, const std::string& bytes) {
    xds::FakeAdsTransport::Response response = ResponseOf(type_url);
    auto* resource = response.add_resources();
    resource->set_name(name);
    resource->set_version(response.nonce());
    resource->mutable_resource()->set_type_url(std::string(type_url));
    resource->mutable_resource()->set_value(bytes);
    return Deliver(response);
  }
  void Push(std::string_view type_url, const std::string& name, const std::string& bytes) {
    EXPECT_EQ(Send(type_url, name, bytes), "");
  }
  void Remove(std::string_view type_url, const std::string& name) {
    xds::FakeAdsTransport::Response response = ResponseOf(type_url);
    response.add_removed_resources(name);
    EXPECT_EQ(Deliver(response), "");
  }
  void PushBad(const std::string& cluster) {
    EXPECT_NE(Send(compiler::kClusterType, cluster,
                   test::ClusterBytes("{name: " + cluster + ", connect_timeout: 0s}")),
              "");
  }
  void PushRoute(const std::string& cluster, int timeout_s) {
    const std::string yaml = test::RouteYaml("routes", cluster) + "    request_headers_to_add: [" +
                             "{header: {key: x-round, value: \"" + std::to_string(timeout_s) +
                             "\"}}]\n";
    Push(compiler::kRouteType, "routes", test::RouteBytes(yaml));
  }
  void PushEndpoints(const std::string& cluster, const std::vector<uint16_t>& ports) {
    Push(compiler::kEndpointType, cluster, test::EndpointsBytes(cluster, ports));
  }
  void PushListener(const std::string& name) {
    Push(compiler::kListenerType, name,
         test::ListenerBytes(
             test::ListenerYaml(name, "routes") +
             "per_connection_buffer_limit_bytes: " + std::to_string(30000 + version_) + "\n"));
  }
  void PushCluster(const std::string& name) {
    Push(compiler::kClusterType, name,
         test::ClusterBytes("{name: " + name +
                            ", type: EDS, connect_timeout: " + std::to_string(5 + version_ % 5) +
                            "s, eds_cluster_config: {eds_config: {ads: {}}}}"));
  }
  uint16_t PortOf(const std::string& name) {
    const auto* entry = configuration_.resources().listeners.Find(name);
    return listen_sockets_.BoundAddress(configuration_.linker().FindSocket(*entry->value)).port();
  }
  template <typename IsDone>
  void RunControlUntil(IsDone is_done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!is_done() && std::chrono::steady_clock::now() < deadline) {
      control_.RunOnce(std::chrono::milliseconds(10));
    }
    EXPECT_TRUE(is_done());
  }

  SystemClock clock_;
  SystemSockets sockets_;
  EventLoop control_{clock_};
  stats::Registry stats_;
  std::vector<std::unique_ptr<Worker>> workers_;
  ListenSockets listen_sockets_{sockets_, workers_};
  compiler::Configuration configuration_{
      stats_,
      clock_,
      {[this](const ListenerConfig& listener) {
         return listen_sockets_.Bind(configuration_.linker().SocketsFor(listener), listener);
       },
       [this](std::shared_ptr<const ConfigSnapshot> snapshot) {
         for (auto& worker : workers_) worker->Publish(snapshot);
         listen_sockets_.Apply(snapshot);
       },
       [this](std::string_view type_url, const SourcesByKey& wanted) {
         if (type_url != compiler::kEndpointType && type_url != compiler::kRouteType) return;
         std::set<std::string> names;
         for (const auto& [name, source] : wanted) names.insert(name);
         client_.SetWanted(type_url, std::move(names));
       },
       [this](std::optional<MonotonicTime>) { listen_sockets_.CloseUnused(); }}};
  FastRandom random_{7};
  compiler::SourceSink sink_{configuration_, ""};
  xds::FakeAdsTransport transport_;
  xds::AdsClient client_{control_,
                         transport_,
                         sink_,
                         random_,
                         ClientOptions(),
                         {{std::string(compiler::kClusterType), true},
                          {std::string(compiler::kEndpointType), false},
                          {std::string(compiler::kListenerType), true},
                          {std::string(compiler::kRouteType), false}}};
  int version_ = 0;
};

TEST_F(WorkersTest, ServeEveryRequestWhileEverythingChangesAndDrainAtTheEnd) {
  const test::Backend one("one");
  const test::Backend two("two");
  const std::vector<std::vector<uint16_t>> sets = {
      {one.port()}, {one.port(), two.port()}, {two.port()}};
  for (const char* cluster : {"a", "b"}) {
    PushCluster(cluster);
    PushEndpoints(cluster, sets[1]);
  }
  PushListener("ingress");
  PushRoute("a", 1);
  test::SteadyLoad crowd(PortOf("ingress"), kClients);
  for (int i = 0; i < kChanges || crowd.answered() < kAnswersMin; ++i) {
    const std::string cluster = i % 2 == 0 ? "a" : "b";
    PushEndpoints(cluster, sets[static_cast<size_t>(i) % sets.size()]);
    PushRoute(cluster, i);
    if (i % 5 == 0) PushCluster(cluster);
    if (i % 10 == 0) PushListener("ingress");
    if (i % 10 == 3) PushListener("visitor");
    if (i % 10 == 8) Remove(compiler::kListenerType, "visitor");
    if (i % 7 == 0) PushBad(cluster);
    if (i % 50 == 49) BreakStream();
    ASSERT_FALSE(HasFailure());
  }
  bool is_drained = false;
  Drain drain(control_, workers_, std::chrono::seconds(30),
              {[&crowd] { crowd.Stop(); }, [&is_drained] { is_drained = true; }});
  drain.Start();
  RunControlUntil([&] { return is_drained; });
  EXPECT_EQ(crowd.failed(), 0u);
  EXPECT_EQ(one.requests() + two.requests(), crowd.answered());
}

}  // namespace
}  // namespace outrigger
