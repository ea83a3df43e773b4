// Whole workers under a storm of configurations: routes, endpoints, clusters and listeners change
// while clients keep asking, and the process drains at the end. All threads of the proxy but the
// service and grpc ones; resources come as bytes.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "compiler/configuration.h"
#include "server/drain.h"
#include "server/listen_sockets.h"
#include "server/worker.h"
#include "test/support/backend.h"
#include "test/support/http_client.h"
#include "test/support/resources.h"

namespace outrigger {
namespace {

constexpr uint32_t kWorkers = 2;
constexpr int kClients = 4;
constexpr int kChanges = 300;
constexpr int kAnswersMin = 600;

// What the server builds, on the test's thread as control.
class WorkersTest : public testing::Test {
 protected:
  WorkersTest() {
    for (uint32_t i = 0; i < kWorkers; ++i) {
      workers_.push_back(std::make_unique<Worker>(
          clock_, sockets_, control_, i, WorkerOptions{.drain_time = std::chrono::seconds(600)}));
      workers_.back()->Start();
    }
  }
  ~WorkersTest() override {
    for (auto& worker : workers_) worker->Stop();
    control_.RunOnce(Duration::zero());
  }

  void Push(std::string_view type_url, const std::string& name, const std::string& bytes) {
    const std::string version = std::to_string(++version_);
    xds::Response response{type_url, version, {}, {}};
    response.resources.push_back({name, version, type_url, bytes});
    for (const xds::ResourceError& error : configuration_.OnResponse(response).errors) {
      ADD_FAILURE() << error.name << ": " << error.message;
    }
    control_.RunOnce(Duration::zero());
  }
  void Remove(std::string_view type_url, std::string_view name) {
    EXPECT_TRUE(configuration_.OnResponse({type_url, {}, {}, {name}}).errors.empty());
    control_.RunOnce(Duration::zero());
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
  void RunControlUntil(const std::function<bool()>& is_done) {
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
         listen_sockets_.Apply(*snapshot);
       },
       [](std::string_view, const SourcesByKey&) {},
       [this](std::optional<MonotonicTime>) { listen_sockets_.CloseUnused(); }}};
  int version_ = 0;
};

// Clients that never pause, each on a connection of its own.
class Crowd {
 public:
  explicit Crowd(uint16_t port) {
    for (int i = 0; i < kClients; ++i) {
      threads_.emplace_back([this, port] {
        test::HttpClient client(port);
        while (!is_over_) {
          const auto answer = client.Get("/");
          (answer.has_value() && answer->status == 200 ? answered_ : failed_) += 1;
        }
      });
    }
  }
  ~Crowd() { GoHome(); }

  void GoHome() {
    is_over_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  int answered() const { return answered_; }
  int failed() const { return failed_; }

 private:
  std::atomic<bool> is_over_ = false;
  std::atomic<int> answered_ = 0;
  std::atomic<int> failed_ = 0;
  std::vector<std::thread> threads_;
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
  Crowd crowd(PortOf("ingress"));
  for (int i = 0; i < kChanges || crowd.answered() < kAnswersMin; ++i) {
    const std::string cluster = i % 2 == 0 ? "a" : "b";
    PushEndpoints(cluster, sets[static_cast<size_t>(i) % sets.size()]);
    PushRoute(cluster, i);
    if (i % 5 == 0) PushCluster(cluster);
    if (i % 10 == 0) PushListener("ingress");
    if (i % 10 == 3) PushListener("visitor");
    if (i % 10 == 8) Remove(compiler::kListenerType, "visitor");
    ASSERT_FALSE(HasFailure());
  }
  bool is_drained = false;
  Drain drain(control_, workers_, std::chrono::seconds(30),
              {[&crowd] { crowd.GoHome(); }, [&is_drained] { is_drained = true; }});
  drain.Start();
  RunControlUntil([&] { return is_drained; });
  EXPECT_EQ(crowd.failed(), 0);
  EXPECT_EQ(one.requests() + two.requests(), static_cast<uint64_t>(crowd.answered()));
}

}  // namespace
}  // namespace outrigger
