#include "filters/health_check/health_check_filter.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "event/event_loop.h"
#include "filters/cluster_waits.h"
#include "filters/filter_pipeline.h"
#include "filters/host_waits.h"
#include "logging/format_values.h"
#include "stats/registry.h"
#include "test/support/fake_clock.h"

namespace outrigger {
namespace {

class HealthCheckFilterTest : public ::testing::Test {
 protected:
  HealthCheckFilterTest() {
    health_.name = ":path";
    health_.kind = routing::HeaderMatch::Kind::kString;
    health_.string.text = "/healthz";
    slot_.Publish(std::make_shared<const ConfigSnapshot>());
    loop_.RunOnce(Duration::zero());
  }

  // Of a request for that path, before a chain of this filter alone.
  FilterVerdict Run(std::string_view path, bool is_passed_through) {
    Configure({.is_passed_through = is_passed_through, .headers = {health_}});
    return RunAgain(path);
  }
  void Configure(HealthCheckRules rules) {
    pipeline_.End();
    chain_ = {http::ConfiguredFilter{
        .name = "health",
        .kind = FilterKind::kHealthCheck,
        .config = std::make_shared<HealthCheckConfig>(std::move(rules), stats_)}};
  }
  FilterVerdict RunAgain(std::string_view path) {
    pipeline_.End();
    request_.Clear();
    request_.path = path;
    return pipeline_.Run(chain_, {}, {}, request_);
  }
  std::string Answered() {
    http::ResponseHead response;
    pipeline_.FilterResponse(response);
    return std::string(
        response.headers.Get("x-envoy-immediate-health-check-fail").value_or("nothing"));
  }

  FakeClock clock_;
  EventLoop loop_{clock_};
  FastRandom random_{1};
  SlabPool slabs_;
  Arena arena_{slabs_};
  bool fails_ = false;
  std::string line_;
  logging::FormatValues formats_{[] { return logging::LogEntry(); }, arena_, line_};
  SnapshotSlot slot_{loop_, loop_, [](const ConfigSnapshot*, const ConfigSnapshot&) {}};
  const ClusterWaits::Ask ask_;
  ClusterWaits cluster_waits_{ask_};
  const HostWaits::Ask ask_for_host_;
  HostWaits host_waits_{ask_for_host_};
  FilterPipeline pipeline_{
      {loop_, random_, 0, fails_, slot_, cluster_waits_, host_waits_}, formats_, [] {}};
  stats::Registry registry_;
  std::shared_ptr<stats::Scope> stats_ = registry_.Find(kHealthCheckFamily, "ingress");
  routing::HeaderMatch health_;
  std::vector<http::ConfiguredFilter> chain_;
  http::RequestHead request_;
};

TEST_F(HealthCheckFilterTest, AProcessThatFailsSaysSoEvenWhereTheServiceIsAsked) {
  fails_ = true;
  ASSERT_EQ(Run("/healthz", /*is_passed_through=*/true), FilterVerdict::kReplied);
  EXPECT_EQ(pipeline_.reply().status, 503);
  EXPECT_EQ(pipeline_.reply().details, "health_check_failed");
  EXPECT_TRUE(pipeline_.flags().Has(http::ResponseFlag::kFailedLocalHealthCheck));
  EXPECT_TRUE(pipeline_.is_health_check());
  EXPECT_EQ(Answered(), "nothing");
  EXPECT_EQ(stats_->Sum(kHealthCheckFailed), 1u);
}

TEST_F(HealthCheckFilterTest, AHealthyProcessAnswersOrPassesOn) {
  EXPECT_EQ(Run("/healthz", /*is_passed_through=*/false), FilterVerdict::kReplied);
  EXPECT_EQ(pipeline_.reply().status, 200);
  EXPECT_EQ(pipeline_.reply().details, "health_check_ok");
  EXPECT_EQ(Run("/healthz", /*is_passed_through=*/true), FilterVerdict::kContinue);
  EXPECT_TRUE(pipeline_.is_health_check());
}

TEST_F(HealthCheckFilterTest, AnAnswerThatIsKeptIsGivenAgainAsItWas) {
  Configure({.is_passed_through = true,
             .headers = {health_},
             .cache_time = std::chrono::seconds(5),
             .service_cluster = "here"});
  ASSERT_EQ(RunAgain("/healthz"), FilterVerdict::kContinue);
  http::ResponseHead answer;
  answer.status = 503;
  answer.headers.Set("x-envoy-degraded", "");
  pipeline_.FilterResponse(answer);
  EXPECT_EQ(answer.headers.Get("x-envoy-upstream-healthchecked-cluster"), "here");

  clock_.Advance(std::chrono::milliseconds(4999));
  loop_.RunOnce(Duration::zero());
  ASSERT_EQ(RunAgain("/healthz"), FilterVerdict::kReplied);
  EXPECT_EQ(pipeline_.reply().status, 503);
  EXPECT_EQ(pipeline_.reply().details, "health_check_cached");
  http::ResponseHead kept;
  pipeline_.FilterResponse(kept);
  EXPECT_TRUE(kept.headers.Get("x-envoy-degraded").has_value());
  EXPECT_EQ(stats_->Sum(kHealthCheckCachedResponse), 1u);
  EXPECT_EQ(stats_->Sum(kHealthCheckFailed), 1u);

  clock_.Advance(std::chrono::milliseconds(1));
  loop_.RunOnce(Duration::zero());
  EXPECT_EQ(RunAgain("/healthz"), FilterVerdict::kContinue);
}

TEST_F(HealthCheckFilterTest, OtherClientsAreToldThatItFails) {
  EXPECT_EQ(Run("/other", /*is_passed_through=*/false), FilterVerdict::kContinue);
  EXPECT_FALSE(pipeline_.is_health_check());
  EXPECT_EQ(Answered(), "nothing");
  fails_ = true;
  EXPECT_EQ(Answered(), "true");
}

}  // namespace
}  // namespace outrigger
