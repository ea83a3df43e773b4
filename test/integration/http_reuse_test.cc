// P29 under load: services that close idle connections as they like. A request that may be sent
// twice never fails, one that may not is never sent twice.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "test/integration/http_fixture.h"
#include "test/support/backend.h"
#include "test/support/http_client.h"

namespace outrigger::test {
namespace {

struct Load {
  static constexpr int kClients = 4;
  static constexpr int kRequests = 400;  // of each

  explicit Load(uint16_t port) : port_(port) {
    for (int i = 0; i < kClients; ++i) threads_.emplace_back([this, i] { Run(i); });
    for (std::thread& thread : threads_) thread.join();
  }

  std::atomic<int> ok = 0;
  std::atomic<int> refused_posts = 0;
  std::atomic<int> failures = 0;

 private:
  void Run(int client_index) {
    HttpClient client(port_);
    for (int i = 0; i < kRequests; ++i) {
      static constexpr const char* kMethods[] = {"GET", "PUT", "POST", "DELETE"};
      const std::string method = kMethods[i % 4];
      const std::string id = std::to_string(client_index) + "-" + std::to_string(i);
      const auto answer = client.Send(method + " /" + id + " HTTP/1.1\r\nHost: a\r\n" +
                                      "Content-Length: 4\r\n\r\nbody");
      if (answer.has_value() && answer->status == 200) {
        ++ok;
      } else if (answer.has_value() && answer->status == 503 && method == "POST") {
        ++refused_posts;
      } else {
        ++failures;
        ADD_FAILURE() << method << " " << (answer.has_value() ? answer->head : client.failure());
      }
    }
    EXPECT_EQ(client.connections(), 1);
  }

  const uint16_t port_;
  std::vector<std::thread> threads_;
};

class HttpReuse : public HttpTest, public testing::WithParamInterface<BackendHabits> {};

TEST_P(HttpReuse, P29_NoRetryableRequestFailsAndNoOtherIsDuplicated) {
  Backend backend("service", GetParam());
  StaticBootstrap bootstrap;
  bootstrap.upstream_ports = {backend.port()};
  StartProxy(bootstrap);
  const Load load(port_);
  EXPECT_EQ(load.failures, 0);
  EXPECT_EQ(load.ok + load.refused_posts, Load::kClients * Load::kRequests);
  EXPECT_GT(backend.connections(), 10u);
  for (const auto& [target, count] : backend.TimesAnswered("POST")) EXPECT_EQ(count, 1) << target;
  EXPECT_EQ(proxy_->Stat("http.ingress.downstream_rq_active"), 0);
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_rq_active"), 0);
}

INSTANTIATE_TEST_SUITE_P(Services, HttpReuse,
                         testing::Values(BackendHabits{.answers_per_connection = 1},
                                         BackendHabits{.answers_per_connection = 3},
                                         BackendHabits{.answers_per_connection = 1, .resets = true},
                                         BackendHabits{.answers_per_connection = 4,
                                                       .resets = true}));

}  // namespace
}  // namespace outrigger::test
