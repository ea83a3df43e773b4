// What /stats says after a little traffic of each kind: single values, and sums that must agree.
// Meanings were read off a running Envoy 1.40.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "test/integration/http_fixture.h"
#include "test/support/http_client.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kOkAndClose =
    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";

class AdminStatsTest : public HttpTest {
 protected:
  void StartWithRoutes() {
    StartProxyWithRoutes(
        "[{match: {prefix: /direct}, direct_response: {status: 200, body: {inline_string: hi}}}, "
        "{match: {prefix: /redirect}, redirect: {path_redirect: /x}}, "
        "{match: {prefix: /service}, route: {cluster: service}}]");
  }

  // The answer's first line, on a connection that carries nothing else.
  std::string Ask(std::string_view target) {
    RawPeer client = Client();
    EXPECT_TRUE(client.Send(RequestFor(target)));
    const std::string answer = client.ReadToEnd();
    return answer.substr(0, answer.find("\r\n"));
  }
  // The same for a request that the service answers with `response`, and then closes.
  std::string AskService(std::string_view response) {
    RawPeer client = Client();
    EXPECT_TRUE(client.Send(RequestFor("/service")));
    RawPeer service = upstream_.Accept();
    service.ReadUntil("\r\n\r\n");
    EXPECT_TRUE(service.Send(response));
    response.empty() ? service.Reset() : service.ShutdownWrite();
    const std::string answer = client.ReadToEnd();
    return answer.substr(0, answer.find("\r\n"));
  }
  void LeaveWhileTheServiceThinks() {
    RawPeer client = Client();
    EXPECT_TRUE(client.Send(RequestFor("/service")));
    RawPeer service = upstream_.Accept();
    service.ReadUntil("\r\n\r\n");
    client.Reset();
    EXPECT_TRUE(service.HasEnded());
  }
  static std::string RequestFor(std::string_view target) {
    return std::string("GET ").append(target).append(
        " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  }

  // One scrape, once all connections are gone.
  void Scrape() {
    ASSERT_TRUE(proxy_->WaitForStatBelow("http.ingress.downstream_cx_active", 1));
    ASSERT_TRUE(proxy_->WaitForStatBelow("cluster.service.upstream_cx_active", 1));
    text_ = HttpClient(proxy_->admin_port()).Get("/stats").value_or(Answer()).body;
    for (size_t at = 0; at < text_.size();) {
      const size_t colon = text_.find(": ", at);
      if (colon == std::string::npos) break;
      stats_[text_.substr(at, colon - at)] = std::atoll(text_.c_str() + colon + 2);
      at = text_.find('\n', colon) + 1;
    }
  }
  int64_t Of(const std::string& name) const {
    const auto found = stats_.find(name);
    EXPECT_NE(found, stats_.end()) << name;
    return found == stats_.end() ? -1 : found->second;
  }
  int64_t Http(const std::string& name) const { return Of("http.ingress.downstream_" + name); }
  int64_t Cluster(const std::string& name) const { return Of("cluster.service.upstream_" + name); }
  int64_t Listener(const std::string& name) const {
    return Of("listener.127.0.0.1_0.downstream_" + name);
  }

  std::string text_;
  std::map<std::string, int64_t> stats_;
};

class AdminStatsAfterTrafficTest : public AdminStatsTest {
 protected:
  void SetUp() override {
    StartWithRoutes();
    EXPECT_EQ(AskService(kOkAndClose), "HTTP/1.1 200 OK");
    EXPECT_THAT(AskService(""), StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(AskService("nonsense\r\n\r\n"), StartsWith("HTTP/1.1 502 "));
    EXPECT_EQ(AskService("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), "HTTP/1.1 200 OK");
    LeaveWhileTheServiceThinks();
    EXPECT_EQ(Ask("/direct"), "HTTP/1.1 200 OK");
    EXPECT_THAT(Ask("/redirect"), StartsWith("HTTP/1.1 301 "));
    EXPECT_THAT(Ask("/elsewhere"), StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(Ask("/ no request"), StartsWith("HTTP/1.1 400 "));
    Scrape();
  }
};

TEST_F(AdminStatsAfterTrafficTest, EveryRequestIsAnsweredOrReset) {
  EXPECT_EQ(Http("rq_total"), 9);
  EXPECT_EQ(Http("rq_http1_total"), 9);
  EXPECT_EQ(Http("rq_completed"), 8);
  EXPECT_EQ(Http("rq_rx_reset"), 1) << "of the client that left";
  EXPECT_EQ(Http("rq_2xx"), 3);
  EXPECT_EQ(Http("rq_3xx"), 1);
  EXPECT_EQ(Http("rq_4xx"), 2);
  EXPECT_EQ(Http("rq_5xx"), 2);
  EXPECT_EQ(Http("rq_active"), 0);
  EXPECT_EQ(Http("rq_tx_reset"), 1) << "the half response";
  EXPECT_EQ(Of("http.ingress.rq_reset_after_downstream_response_started"), 1);
}

TEST_F(AdminStatsAfterTrafficTest, EveryRoutedRequestIsForwardedOrAnsweredHere) {
  EXPECT_EQ(Of("http.ingress.rq_total"), 8) << "all but what was no request";
  EXPECT_EQ(Cluster("rq_total"), 5);
  EXPECT_EQ(Of("http.ingress.rq_direct_response"), 2);
  EXPECT_EQ(Of("http.ingress.rq_redirect"), 1);
  EXPECT_EQ(Of("http.ingress.no_route"), 1);
}

TEST_F(AdminStatsAfterTrafficTest, EveryConnectionOfAClientEnds) {
  EXPECT_EQ(Http("cx_total"), 9);
  EXPECT_EQ(Http("cx_http1_total"), 9);
  EXPECT_EQ(Http("cx_destroy"), 9);
  EXPECT_EQ(Http("cx_destroy_local") + Http("cx_destroy_remote"), 9);
  EXPECT_EQ(Http("cx_http1_active"), 0);
  EXPECT_EQ(Http("cx_destroy_active_rq"), 1);
  EXPECT_EQ(Http("cx_destroy_remote_active_rq"), 1);
  EXPECT_EQ(Http("cx_destroy_local_active_rq"), 0);
  EXPECT_EQ(Http("cx_protocol_error"), 1);
  EXPECT_EQ(Listener("cx_total"), 9);
  EXPECT_EQ(Listener("cx_destroy"), 9);
  EXPECT_EQ(Listener("cx_active"), 0);
  EXPECT_THAT(text_, HasSubstr("listener.127.0.0.1_0.downstream_cx_length_ms: P0("));
}

TEST_F(AdminStatsAfterTrafficTest, EveryForwardedRequestIsAnsweredOrReset) {
  EXPECT_EQ(Cluster("rq_completed"), 4);
  EXPECT_EQ(Cluster("rq_tx_reset"), 1) << "of the client that left";
  EXPECT_EQ(Cluster("rq_rx_reset"), 2) << "the service's reset and its half response";
  EXPECT_EQ(Cluster("rq_2xx"), 2);
  EXPECT_EQ(Cluster("rq_5xx"), 2);
  EXPECT_EQ(Cluster("rq_active"), 0);
  EXPECT_EQ(Cluster("rq_pending_total"), 5);
  EXPECT_EQ(Cluster("rq_pending_active"), 0);
}

TEST_F(AdminStatsAfterTrafficTest, EveryConnectionToTheServiceEnds) {
  EXPECT_EQ(Cluster("cx_total"), 5);
  EXPECT_EQ(Cluster("cx_destroy"), 5);
  EXPECT_EQ(Cluster("cx_destroy_local") + Cluster("cx_destroy_remote"), 5);
  EXPECT_EQ(Cluster("cx_destroy_with_active_rq"), 4);
  EXPECT_EQ(Cluster("cx_destroy_local_with_active_rq"), 2) << "nonsense, and a client that left";
  EXPECT_EQ(Cluster("cx_destroy_remote_with_active_rq"), 2) << "a reset, and half a response";
  EXPECT_EQ(Cluster("cx_protocol_error"), 2) << "nonsense, and half a response";
}

TEST_F(AdminStatsAfterTrafficTest, TheProcessSaysHowLargeItIsAndHowLongItTookToStart) {
  EXPECT_GT(Of("server.memory_physical_size"), 1'000'000);
  EXPECT_THAT(text_, HasSubstr("server.initialization_time_ms: P0("));
}

TEST_F(AdminStatsTest, AConnectionThatSaysNothingIsNoHttp1Connection) {
  StartWithRoutes();
  RawPeer silent = Client();
  ASSERT_TRUE(proxy_->WaitForStat("http.ingress.downstream_cx_total", 1));
  silent.Close();
  Scrape();
  EXPECT_EQ(Http("cx_http1_total"), 0);
  EXPECT_EQ(Http("cx_destroy_remote"), 1);
}

TEST_F(AdminStatsTest, AnAnswerBeforeTheEndOfItsRequestIsCounted) {
  StartWithRoutes();
  RawPeer client = Client();
  ASSERT_TRUE(client.Send("POST /direct HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nxyz"));
  EXPECT_THAT(client.ReadToEnd(), StartsWith("HTTP/1.1 200 "));
  client.Close();
  Scrape();
  EXPECT_EQ(Http("rq_response_before_rq_complete"), 1);
  EXPECT_EQ(Http("rq_completed"), 1);
}

TEST_F(AdminStatsTest, AClientThatLeavesInsideItsRequestIsOneReset) {
  StartWithRoutes();
  RawPeer client = Client();
  ASSERT_TRUE(client.Send("POST /service HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nxyz"));
  RawPeer service = upstream_.Accept();
  service.ReadUntil("xyz");
  client.Close();
  EXPECT_TRUE(service.HasEnded());
  Scrape();
  EXPECT_EQ(Http("rq_rx_reset"), 1);
  EXPECT_EQ(Http("rq_tx_reset"), 0);
  EXPECT_EQ(Http("cx_destroy_remote_active_rq"), 1);
  EXPECT_EQ(Cluster("rq_tx_reset"), 1);
}

TEST_F(AdminStatsTest, AConnectionThatReachesItsRequestLimitIsCounted) {
  StaticBootstrap bootstrap;
  bootstrap.cluster_fields = "max_requests_per_connection: 1";
  StartProxy(bootstrap);
  RawPeer client = Client();
  Forwarded(client, kGet, "\r\n\r\n");
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200 "));
  client.Close();
  Scrape();
  EXPECT_EQ(Cluster("cx_max_requests"), 1);
  EXPECT_EQ(Cluster("cx_destroy_local"), 1);
}

TEST_F(AdminStatsTest, CircuitBreakersTellWhatIsLeftOfThem) {
  StaticBootstrap bootstrap;
  bootstrap.cluster_fields =
      "circuit_breakers: {thresholds: [{max_connections: 1, max_requests: 5, track_remaining: "
      "true}]}";
  StartProxy(bootstrap);
  const auto breaker = [this](const std::string& name) {
    return proxy_->Stat("cluster.service.circuit_breakers.default." + name);
  };
  EXPECT_EQ(breaker("cx_open"), 0);
  EXPECT_EQ(breaker("remaining_cx"), 1);
  RawPeer client = Client();
  Forwarded(client, kGet, "\r\n\r\n");
  EXPECT_EQ(breaker("cx_open"), 1);
  EXPECT_EQ(breaker("rq_open"), 0);
  EXPECT_EQ(breaker("remaining_cx"), 0);
  EXPECT_EQ(breaker("remaining_rq"), 4);
  EXPECT_EQ(breaker("remaining_pending"), 1024);
  ASSERT_TRUE(service_.Send(kOkAndClose));
  EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200 "));
  client.Close();
  Scrape();
  EXPECT_EQ(breaker("cx_open"), 0);
  EXPECT_EQ(breaker("remaining_rq"), 5);
  EXPECT_THAT(text_, HasSubstr("cluster.service.upstream_rq_per_cx: P0(nan,0.5"));
}

TEST_F(AdminStatsTest, EachEndpointHasNumbersOfItsOwn) {
  StartWithRoutes();
  EXPECT_THAT(AskService(kOkAndClose), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(AskService("HTTP/1.1 500 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 500"));
  EXPECT_THAT(AskService(""), StartsWith("HTTP/1.1 503"));
  Scrape();
  const std::string page = HttpClient(proxy_->admin_port()).Get("/clusters")->body;
  const std::string start = "\nservice::127.0.0.1:" + std::to_string(upstream_.port()) + "::";
  for (const char* line :
       {"cx_active::0", "cx_connect_fail::0", "cx_total::3", "rq_active::0", "rq_error::2",
        "rq_pending_active::0", "rq_success::1", "rq_timeout::0", "rq_total::3"}) {
    EXPECT_THAT(page, HasSubstr(start + line + "\n"));
  }
}

TEST_F(AdminStatsTest, WhatIsLeftIsNotToldUnlessAskedFor) {
  StartWithRoutes();
  Scrape();
  EXPECT_EQ(Of("cluster.service.circuit_breakers.default.cx_open"), 0);
  EXPECT_THAT(text_, testing::Not(HasSubstr("remaining_cx")));
  const auto page = HttpClient(proxy_->admin_port()).Get("/stats/prometheus");
  ASSERT_TRUE(page.has_value());
  EXPECT_THAT(page->body, testing::Not(HasSubstr("remaining_cx")));
}

TEST_F(AdminStatsTest, AnswersAreCountedForTheListenerToo) {
  StartWithRoutes();
  EXPECT_THAT(Ask("/direct"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Ask("/nowhere"), StartsWith("HTTP/1.1 404"));
  Scrape();
  const std::string listener = "listener.127.0.0.1_0.http.ingress.";
  EXPECT_EQ(Of(listener + "downstream_rq_completed"), 2);
  EXPECT_EQ(Of(listener + "downstream_rq_2xx"), 1);
  EXPECT_EQ(Of(listener + "downstream_rq_4xx"), 1);
  const auto page = HttpClient(proxy_->admin_port()).Get("/stats/prometheus?filter=rq_4xx");
  ASSERT_TRUE(page.has_value());
  EXPECT_THAT(page->body, HasSubstr("# TYPE envoy_listener_http_downstream_rq_xx counter"));
  EXPECT_THAT(page->body, HasSubstr("envoy_http_conn_manager_prefix=\"ingress\""));
}

TEST_F(AdminStatsTest, EveryThreadHasAWatchdogsCounters) {
  StartWithRoutes();
  Scrape();
  for (const char* name :
       {"main_thread", "workers", "server.main_thread", "server.worker_0", "server.worker_1"}) {
    EXPECT_GE(Of(std::string(name) + ".watchdog_miss"), 0);
    EXPECT_GE(Of(std::string(name) + ".watchdog_mega_miss"), 0);
  }
  const auto page = HttpClient(proxy_->admin_port()).Get("/stats/prometheus?filter=watchdog_miss");
  ASSERT_TRUE(page.has_value());
  EXPECT_THAT(page->body, HasSubstr("envoy_server_worker_watchdog_miss{envoy_worker_id=\"1\"} "));
}

TEST(AdminStatsStartTest, AClusterWithoutEndpointsIsInPanic) {
  RunningProxy proxy(StaticBootstrap().ToYaml());
  const auto answer = HttpClient(proxy.ListenerPort("ingress")).Get("/");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(proxy.Stat("cluster.service.lb_healthy_panic"), 1);
  EXPECT_EQ(proxy.Stat("cluster.service.upstream_cx_none_healthy"), 1);
  EXPECT_EQ(proxy.Stat("cluster.service.upstream_rq_total"), 0) << "nothing was sent";
}

}  // namespace
}  // namespace outrigger::test
