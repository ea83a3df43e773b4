#include "filters/health_check/health_check_filter.h"

#include "filters/filter_pipeline.h"

namespace outrigger {

namespace {

constexpr stats::Metric kHealthCheckMetrics[] = {
    {"health_check.request_total", stats::Kind::kCounter},
    {"health_check.ok", stats::Kind::kCounter},
    {"health_check.failed", stats::Kind::kCounter},
};
static_assert(std::size(kHealthCheckMetrics) == kHealthCheckStatCount);

class HealthCheckFilter final : public HttpFilter {
 public:
  HealthCheckFilter(const HealthCheckRules& rules, stats::Scope& stats)
      : rules_(rules), stats_(stats) {}

  FilterVerdict OnRequestHead(FilterPipeline& pipeline, http::RequestHead& head) override {
    is_health_check_ = routing::MatchesHeaders(rules_.headers, head);
    if (!is_health_check_) return FilterVerdict::kContinue;
    pipeline.MarkHealthCheck();
    if (rules_.is_passed_through && !pipeline.fails_health()) return FilterVerdict::kContinue;
    stats::Block& stats = stats_.ForWriter(pipeline.writer());
    stats.Add(kHealthCheckRequestTotal);
    if (pipeline.fails_health()) {
      stats.Add(kHealthCheckFailed);
      pipeline.AddFlag(http::ResponseFlag::kFailedLocalHealthCheck);
      pipeline.Reply({.status = 503, .body = {}, .details = "health_check_failed"});
    } else {
      stats.Add(kHealthCheckOk);
      pipeline.Reply({.status = 200, .body = {}, .details = "health_check_ok"});
    }
    return FilterVerdict::kReplied;
  }

  void OnResponseHead(FilterPipeline& pipeline, http::ResponseHead& head) override {
    if (!is_health_check_ && pipeline.fails_health()) {
      head.headers.Set("x-envoy-immediate-health-check-fail", "true");
    }
  }

 private:
  const HealthCheckRules& rules_;
  stats::Scope& stats_;
  bool is_health_check_ = false;
};

}  // namespace

const stats::Family kHealthCheckFamily = {"http", "envoy_http_conn_manager_prefix",
                                          kHealthCheckMetrics};

HttpFilter& HealthCheckConfig::Make(Arena& arena) const {
  return arena.New<HealthCheckFilter>(rules_, *stats_);
}

}  // namespace outrigger
