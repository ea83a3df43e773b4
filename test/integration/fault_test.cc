// Fault injection, compared with a real Envoy 1.40 request by request.
#include "test/integration/filters_fixture.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kFault = "fault.v3.HTTPFault";
constexpr std::string_view kGrpc = "content-type: application/grpc\r\n";
constexpr std::string_view kRoutes = "[{match: {prefix: /}, route: {cluster: service}}]";
// What requests may ask for themselves.
constexpr std::string_view kAsked =
    "abort: {header_abort: {}, percentage: {numerator: 100}}, "
    "delay: {header_delay: {}, percentage: {numerator: 100}}";

class Fault : public FiltersTest {
 protected:
  void StartWithFault(std::string_view fields) {
    StartProxyWithFilters(Filter("fault", kFault, fields), std::string(kRoutes));
  }
};

TEST_F(Fault, ARequestIsAnsweredWithTheStatusThatIsConfigured) {
  StartWithFault("abort: {http_status: 418, percentage: {numerator: 100}}");
  EXPECT_THAT(Ask("GET /"), AllOf(StartsWith("HTTP/1.1 418 "), EndsWith("fault filter abort")));
  EXPECT_THAT(Ask("POST /", kGrpc),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("\r\ngrpc-status: 2\r\n"),
                    HasSubstr("\r\ngrpc-message: fault filter abort\r\n")));
  EXPECT_EQ(proxy_->Stat("http.ingress.fault.aborts_injected"), 2);
  EXPECT_TRUE(proxy_->WaitForStatBelow("http.ingress.fault.active_faults", 1));
}

TEST_F(Fault, AGrpcStatusIsForGrpcClients) {
  StartWithFault("abort: {grpc_status: 14, percentage: {numerator: 100}}");
  EXPECT_THAT(Ask("POST /", kGrpc), HasSubstr("\r\ngrpc-status: 14\r\n"));
  EXPECT_THAT(Ask("GET /"), AllOf(StartsWith("HTTP/1.1 200 "), EndsWith("fault filter abort")));
}

TEST_F(Fault, NobodyIsHitByAShareOfNothing) {
  StartWithFault("abort: {http_status: 418, percentage: {numerator: 0}}");
  EXPECT_THAT(Pass("GET /").answer, StartsWith("HTTP/1.1 200 "));
}

TEST_F(Fault, ARequestMayAskForItsOwnFault) {
  StartWithFault(kAsked);
  EXPECT_THAT(Ask("GET /", "x-envoy-fault-abort-request: 503\r\n"), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(Ask("POST /", std::string(kGrpc) + "x-envoy-fault-abort-grpc-request: 5\r\n"),
              HasSubstr("\r\ngrpc-status: 5\r\n"));
  EXPECT_THAT(Pass("GET /", "x-envoy-fault-abort-request: abc\r\n").answer,
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(Pass("GET /",
                   "x-envoy-fault-abort-request: 503\r\n"
                   "x-envoy-fault-abort-request-percentage: 0\r\n")
                  .answer,
              StartsWith("HTTP/1.1 200 "));
}

// The body waits, too: nothing of the request is with the service before the time is over.
TEST_F(Fault, ADelayedRequestArrivesWhole) {
  StartWithFault("delay: {fixed_delay: 0.05s, percentage: {numerator: 100}}");
  RawPeer client = Client();
  EXPECT_THAT(Forwarded(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody",
                        "\r\n\r\nbody"),
              StartsWith("POST / "));
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(proxy_->Stat("http.ingress.fault.delays_injected"), 1);
  EXPECT_TRUE(proxy_->WaitForStatBelow("http.ingress.fault.active_faults", 1));
}

TEST_F(Fault, AClientThatLeavesDoesNotLeaveItsFaultBehind) {
  StartWithFault("delay: {fixed_delay: 3600s, percentage: {numerator: 100}}");
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kGet));
  ASSERT_TRUE(proxy_->WaitForStat("http.ingress.fault.active_faults", 1));
  client.Reset();
  EXPECT_TRUE(proxy_->WaitForStatBelow("http.ingress.fault.active_faults", 1));
}

TEST_F(Fault, ADelayedRequestMayFailAfterwards) {
  StartWithFault(
      "delay: {fixed_delay: 0.01s, percentage: {numerator: 100}}, "
      "abort: {http_status: 503, percentage: {numerator: 100}}, max_active_faults: 1");
  EXPECT_THAT(Ask("GET /"), StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(proxy_->Stat("http.ingress.fault.delays_injected"), 1);
  EXPECT_EQ(proxy_->Stat("http.ingress.fault.aborts_injected"), 1);
  EXPECT_EQ(proxy_->Stat("http.ingress.fault.faults_overflow"), 0);
}

TEST_F(Fault, BeyondTheMaximumRequestsPass) {
  StartWithFault("delay: {fixed_delay: 3600s, percentage: {numerator: 100}}, max_active_faults: 1");
  RawPeer held = Client();
  ASSERT_TRUE(held.Send(kGet));
  ASSERT_TRUE(proxy_->WaitForStat("http.ingress.fault.active_faults", 1));
  EXPECT_THAT(Pass("GET /").answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(proxy_->Stat("http.ingress.fault.faults_overflow"), 1);
}

TEST_F(Fault, OnlyWhoIsMeantIsHit) {
  StartWithFault(
      "abort: {http_status: 418, percentage: {numerator: 100}}, upstream_cluster: service, "
      "headers: [{name: x-test, present_match: true}], downstream_nodes: [n]");
  constexpr std::string_view kAll = "x-test: 1\r\nx-envoy-downstream-service-node: n\r\n";
  EXPECT_THAT(Ask("GET /", kAll), StartsWith("HTTP/1.1 418 "));
  EXPECT_THAT(Pass("GET /", "x-envoy-downstream-service-node: n\r\n").answer,
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(Pass("GET /", "x-test: 1\r\nx-envoy-downstream-service-node: m\r\n").answer,
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(Pass("GET /", "x-test: 1\r\n").answer, StartsWith("HTTP/1.1 200 "));
}

TEST_F(Fault, AnotherClusterIsLeftAlone) {
  StartWithFault(
      "abort: {http_status: 418, percentage: {numerator: 100}}, upstream_cluster: other");
  EXPECT_THAT(Pass("GET /").answer, StartsWith("HTTP/1.1 200 "));
}

TEST_F(Fault, ARouteTakesThePlaceOfTheFiltersOwnRules) {
  StartProxyWithFilters(
      Filter("fault", kFault, "abort: {http_status: 418, percentage: {numerator: 100}}"),
      "[{match: {prefix: /}, route: {cluster: service}, " +
          Say("fault", kFault, "abort: {http_status: 429, percentage: {numerator: 100}}") + "}]");
  EXPECT_THAT(Ask("GET /"), StartsWith("HTTP/1.1 429 "));
}

}  // namespace
}  // namespace outrigger::test
