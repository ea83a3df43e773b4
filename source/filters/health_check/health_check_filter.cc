#include "filters/health_check/health_check_filter.h"

#include <optional>
#include <string_view>

#include "cluster/lb/pick_table.h"
#include "filters/filter_pipeline.h"

namespace outrigger {

namespace {

constexpr std::string_view kDegraded = "x-envoy-degraded";
constexpr std::string_view kServiceCluster = "x-envoy-upstream-healthchecked-cluster";

constexpr stats::Metric kHealthCheckMetrics[] = {
    {"health_check.request_total", stats::Kind::kCounter},
    {"health_check.ok", stats::Kind::kCounter},
    {"health_check.failed", stats::Kind::kCounter},
    {"health_check.cached_response", stats::Kind::kCounter},
    {"health_check.failed_cluster_not_found", stats::Kind::kCounter},
    {"health_check.failed_cluster_empty", stats::Kind::kCounter},
    {"health_check.failed_cluster_unhealthy", stats::Kind::kCounter},
    {"health_check.degraded", stats::Kind::kCounter},
};
static_assert(std::size(kHealthCheckMetrics) == kHealthCheckStatCount);

// What a health check is answered, and why.
struct Judgement {
  uint16_t status = 200;
  std::string_view details = "health_check_ok";
  std::optional<HealthCheckStat> reason;  // that is counted beside failure or success
};

std::optional<Judgement> FaultOf(const ClusterHealth& wanted, const ConfigSnapshot& snapshot) {
  const ClusterId id = snapshot.cluster_index == nullptr
                           ? ClusterId()
                           : snapshot.cluster_index->Find(wanted.cluster).id;
  if (snapshot.clusters.Get(id) == nullptr) {
    return Judgement{503, "health_check_failed_no_cluster_found",
                     kHealthCheckFailedClusterNotFound};
  }
  const EndpointSet* endpoints = snapshot.endpoints.Get(id);
  const size_t count = endpoints == nullptr ? 0 : endpoints->endpoints.size();
  if (count == 0) {
    if (wanted.percent_min == 0) return std::nullopt;
    return Judgement{503, "health_check_failed_cluster_empty", kHealthCheckFailedClusterEmpty};
  }
  const auto healthy = static_cast<double>(endpoints->picks->healthy_count());
  if (healthy >= static_cast<double>(count) * wanted.percent_min / 100) return std::nullopt;
  return Judgement{503, "health_check_failed_cluster_unhealthy",
                   kHealthCheckFailedClusterUnhealthy};
}

class HealthCheckFilter final : public HttpFilter {
 public:
  HealthCheckFilter(const HealthCheckRules& rules, stats::Scope& stats, HealthCheckCache* cache)
      : rules_(rules), stats_(stats), cache_(cache) {}

  FilterVerdict OnRequestHead(FilterPipeline& pipeline, http::RequestHead& head) override {
    is_health_check_ = routing::MatchesHeaders(rules_.headers, head);
    if (!is_health_check_) return FilterVerdict::kContinue;
    pipeline.MarkHealthCheck();
    if (pipeline.fails_health()) {
      Answer(pipeline, {503, "health_check_failed", std::nullopt});
      return FilterVerdict::kReplied;
    }
    if (!rules_.is_passed_through) {
      Answer(pipeline, JudgeClusters(pipeline.snapshot()));
      return FilterVerdict::kReplied;
    }
    if (cache_ != nullptr) kept_ = cache_->Find(pipeline.now());
    is_asked_ = !kept_.has_value();
    if (is_asked_) return FilterVerdict::kContinue;
    Answer(pipeline, {kept_->status, "health_check_cached", kHealthCheckCachedResponse});
    return FilterVerdict::kReplied;
  }

  void OnResponseHead(FilterPipeline& pipeline, http::ResponseHead& head) override {
    if (is_health_check_) {
      if (is_asked_ && cache_ != nullptr) {
        cache_->Keep({head.status, head.headers.Get(kDegraded).has_value()}, pipeline.now());
      }
      if (kept_.has_value() && kept_->is_degraded) head.headers.Set(kDegraded, "");
      head.headers.Set(kServiceCluster, rules_.service_cluster);
    } else if (pipeline.fails_health()) {
      head.headers.Set("x-envoy-immediate-health-check-fail", "true");
    }
  }

 private:
  Judgement JudgeClusters(const ConfigSnapshot& snapshot) const {
    for (const ClusterHealth& wanted : rules_.clusters) {
      if (const std::optional<Judgement> fault = FaultOf(wanted, snapshot)) return *fault;
    }
    if (rules_.clusters.empty()) return {};
    return {.details = "health_check_ok_cluster_healthy"};
  }

  void Answer(FilterPipeline& pipeline, const Judgement& judgement) {
    stats::Block& stats = stats_.ForWriter(pipeline.writer());
    stats.Add(kHealthCheckRequestTotal);
    if (judgement.reason.has_value()) stats.Add(*judgement.reason);
    if (kept_.has_value() && kept_->is_degraded) stats.Add(kHealthCheckDegraded);
    const bool is_ok = judgement.status / 100 == 2;
    stats.Add(is_ok ? kHealthCheckOk : kHealthCheckFailed);
    if (!is_ok) pipeline.AddFlag(http::ResponseFlag::kFailedLocalHealthCheck);
    pipeline.Reply({.status = judgement.status, .body = {}, .details = judgement.details});
  }

  const HealthCheckRules& rules_;
  stats::Scope& stats_;
  HealthCheckCache* const cache_;     // null: answers are not kept
  std::optional<HealthAnswer> kept_;  // that it is answered with
  bool is_health_check_ = false;
  bool is_asked_ = false;  // the service
};

}  // namespace

const stats::Family kHealthCheckFamily = {"http", "envoy_http_conn_manager_prefix",
                                          kHealthCheckMetrics};

HealthCheckConfig::HealthCheckConfig(HealthCheckRules rules, std::shared_ptr<stats::Scope> stats)
    : rules_(std::move(rules)),
      stats_(std::move(stats)),
      cache_(rules_.cache_time > Duration::zero()
                 ? std::make_unique<HealthCheckCache>(rules_.cache_time)
                 : nullptr) {}

HttpFilter& HealthCheckConfig::Make(Arena& arena) const {
  return arena.New<HealthCheckFilter>(rules_, *stats_, cache_.get());
}

}  // namespace outrigger
