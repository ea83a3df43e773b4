#include "filters/fault/fault_filter.h"

#include <algorithm>

#include "filters/filter_pipeline.h"
#include "http/syntax.h"

namespace outrigger {

namespace {

constexpr stats::Metric kFaultMetrics[] = {
    {"fault.delays_injected", stats::Kind::kCounter},
    {"fault.aborts_injected", stats::Kind::kCounter},
    {"fault.faults_overflow", stats::Kind::kCounter},
    {"fault.active_faults", stats::Kind::kGauge},
};
static_assert(std::size(kFaultMetrics) == kFaultStatCount);

constexpr size_t kSharedActive = 0;  // of the scope's shared counts

std::optional<uint32_t> NumberOf(std::string_view field, const http::RequestHead& head) {
  const auto number = http::ParseDecimal(head.headers.Get(field).value_or(""));
  if (!number.has_value() || *number > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

// A request may ask for less than what is configured, never for more.
Fraction ShareOf(Fraction configured, std::string_view field, const http::RequestHead& head) {
  if (const std::optional<uint32_t> asked = NumberOf(field, head)) {
    configured.numerator = std::min(configured.numerator, *asked);
  }
  return configured;
}

std::optional<FaultStatus> StatusAskedFor(const http::RequestHead& head) {
  const std::optional<uint32_t> status = NumberOf("x-envoy-fault-abort-request", head);
  if (status.has_value() && *status >= 200 && *status < 600) {
    return FaultStatus{.http = static_cast<uint16_t>(*status), .grpc = {}};
  }
  if (const auto grpc = NumberOf("x-envoy-fault-abort-grpc-request", head)) {
    return FaultStatus{.http = 200, .grpc = grpc};
  }
  return std::nullopt;
}

class FaultFilter final : public HttpFilter {
 public:
  FaultFilter(const FaultRules& own, stats::Scope& stats) : own_(own), stats_(stats) {}

  FilterVerdict OnRequestHead(FilterPipeline& pipeline, http::RequestHead& head) override {
    const auto* said = static_cast<const FaultRules*>(pipeline.route_configs()[0]);
    rules_ = said == nullptr ? &own_ : said;
    if (!ConcernsRequest(pipeline.levels(), head)) return FilterVerdict::kContinue;
    const std::optional<Duration> time = DelayOf(head, pipeline.random());
    if (!time.has_value() || !TakePlace(pipeline)) return AbortOrContinue(pipeline, head);
    Count(pipeline, kDelaysInjected);
    pipeline.AddFlag(http::ResponseFlag::kDelayInjected);
    pipeline.PauseFor(*time);
    return FilterVerdict::kPause;
  }

  FilterVerdict OnPauseOver(FilterPipeline& pipeline, http::RequestHead& head) override {
    return AbortOrContinue(pipeline, head);
  }

  void OnEnd(FilterPipeline& pipeline) override {
    if (!has_place_) return;
    stats_.SharedCount(kSharedActive).fetch_sub(1, std::memory_order_relaxed);
    stats_.ForWriter(pipeline.writer()).Subtract(kActiveFaults);
  }

 private:
  bool ConcernsRequest(const routing::RouteLevels& levels, const http::RequestHead& head) const {
    if (!rules_->cluster.empty() && rules_->cluster != levels.cluster_name) return false;
    if (!routing::MatchesHeaders(rules_->headers, head)) return false;
    const auto& nodes = rules_->nodes;
    if (nodes.empty()) return true;
    const auto node = head.headers.Get("x-envoy-downstream-service-node");
    return node.has_value() && std::find(nodes.begin(), nodes.end(), *node) != nodes.end();
  }

  std::optional<Duration> DelayOf(const http::RequestHead& head, Random& random) const {
    if (!rules_->delay.has_value()) return std::nullopt;
    std::optional<Duration> time = rules_->delay->time;
    Fraction share = rules_->delay->share;
    if (!time.has_value()) {
      const auto asked = NumberOf("x-envoy-fault-delay-request", head);
      if (!asked.has_value()) return std::nullopt;
      time = std::chrono::milliseconds(*asked);
      share = ShareOf(share, "x-envoy-fault-delay-request-percentage", head);
    }
    if (*time == Duration::zero() || !share.Holds(random.Next())) return std::nullopt;
    return time;
  }

  FilterVerdict AbortOrContinue(FilterPipeline& pipeline, const http::RequestHead& head) {
    if (!rules_->abort.has_value()) return FilterVerdict::kContinue;
    std::optional<FaultStatus> status = rules_->abort->status;
    Fraction share = rules_->abort->share;
    if (!status.has_value()) {
      status = StatusAskedFor(head);
      share = ShareOf(share, "x-envoy-fault-abort-request-percentage", head);
    }
    if (!status.has_value() || !share.Holds(pipeline.random().Next())) {
      return FilterVerdict::kContinue;
    }
    if (!TakePlace(pipeline)) return FilterVerdict::kContinue;
    Count(pipeline, kAbortsInjected);
    pipeline.AddFlag(http::ResponseFlag::kFaultInjected);
    pipeline.Reply({.status = status->http,
                    .body = "fault filter abort",
                    .details = "fault_filter_abort",
                    .grpc_status = status->grpc});
    return FilterVerdict::kReplied;
  }

  // Whether one more request may have a fault; one that was delayed may be answered, too.
  bool TakePlace(FilterPipeline& pipeline) {
    if (has_place_) return true;
    std::atomic<uint32_t>& active = stats_.SharedCount(kSharedActive);
    const uint32_t before = active.fetch_add(1, std::memory_order_relaxed);
    if (rules_->active_max.has_value() && before >= *rules_->active_max) {
      active.fetch_sub(1, std::memory_order_relaxed);
      Count(pipeline, kFaultsOverflow);
      return false;
    }
    has_place_ = true;
    Count(pipeline, kActiveFaults);
    return true;
  }

  void Count(FilterPipeline& pipeline, FaultStat stat) {
    stats_.ForWriter(pipeline.writer()).Add(stat);
  }

  const FaultRules& own_;
  stats::Scope& stats_;
  const FaultRules* rules_ = nullptr;
  bool has_place_ = false;
};

}  // namespace

const stats::Family kFaultFamily = {"http", "envoy_http_conn_manager_prefix", kFaultMetrics};

HttpFilter& FaultConfig::Make(Arena& arena) const { return arena.New<FaultFilter>(*own_, *stats_); }

}  // namespace outrigger
