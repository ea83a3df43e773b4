#include "filters/cors/cors_filter.h"

#include <algorithm>

#include "filters/filter_pipeline.h"

namespace outrigger {

namespace {

constexpr stats::Metric kCorsMetrics[] = {
    {"cors.origin_valid", stats::Kind::kCounter},
    {"cors.origin_invalid", stats::Kind::kCounter},
};
static_assert(std::size(kCorsMetrics) == kCorsStatCount);

void SetIfAny(std::string_view name, std::string_view value, http::HeaderMap& headers) {
  if (!value.empty()) headers.Set(name, value);
}

class CorsFilter final : public HttpFilter {
 public:
  explicit CorsFilter(stats::Scope& stats) : stats_(stats) {}

  FilterVerdict OnRequestHead(FilterPipeline& pipeline, http::RequestHead& head) override {
    policy_ = static_cast<const CorsPolicy*>(pipeline.route_configs()[0]);
    // As in Envoy, what is answered by its route alone is nothing that scripts of others may read.
    const bool is_forwarded = pipeline.levels().cluster != nullptr;
    if (policy_ == nullptr || !is_forwarded) return FilterVerdict::kContinue;
    const uint64_t draw = pipeline.random().Next();
    const bool is_enabled = policy_->enabled.Holds(draw);
    const bool is_shadow = policy_->shadow.has_value() && policy_->shadow->Holds(draw);
    const auto origin = head.headers.Get("origin");
    if ((!is_enabled && !is_shadow) || !origin.has_value() || origin->empty()) {
      return FilterVerdict::kContinue;
    }
    const bool is_preflight =
        head.method == "OPTIONS" && head.headers.Get("access-control-request-method").has_value();
    stats::Block& stats = stats_.ForWriter(pipeline.writer());
    if (!policy_->Allows(*origin)) {
      stats.Add(kOriginInvalid);
      if (!is_enabled || !is_preflight || policy_->forwards_others) return FilterVerdict::kContinue;
      return Answer(pipeline);
    }
    stats.Add(kOriginValid);
    if (!is_enabled) return FilterVerdict::kContinue;
    origin_ = *origin;
    is_answered_here_ = is_preflight;
    asks_for_private_network_ =
        head.headers.Get("access-control-request-private-network") == "true";
    return is_preflight ? Answer(pipeline) : FilterVerdict::kContinue;
  }

  void OnResponseHead(FilterPipeline&, http::ResponseHead& head) override {
    if (origin_.empty()) return;
    head.headers.Set("access-control-allow-origin", origin_);
    if (policy_->allows_credentials) head.headers.Set("access-control-allow-credentials", "true");
    if (is_answered_here_) {
      SetIfAny("access-control-allow-methods", policy_->methods, head.headers);
      SetIfAny("access-control-allow-headers", policy_->headers, head.headers);
      SetIfAny("access-control-max-age", policy_->max_age, head.headers);
      if (policy_->allows_private_network && asks_for_private_network_) {
        head.headers.Set("access-control-allow-private-network", "true");
      }
    }
    SetIfAny("access-control-expose-headers", policy_->exposed_headers, head.headers);
  }

 private:
  static FilterVerdict Answer(FilterPipeline& pipeline) {
    pipeline.Reply({.status = 200, .body = {}, .details = "cors_response", .grpc_status = {}});
    return FilterVerdict::kReplied;
  }

  stats::Scope& stats_;
  const CorsPolicy* policy_ = nullptr;
  std::string_view origin_;  // that is allowed
  bool is_answered_here_ = false;
  bool asks_for_private_network_ = false;
};

}  // namespace

const stats::Family kCorsFamily = {"http", "envoy_http_conn_manager_prefix", kCorsMetrics};

bool CorsPolicy::Allows(std::string_view origin) const {
  return std::any_of(origins.begin(), origins.end(), [origin](const StringMatch& match) {
    return match.Matches(origin) || (match.kind == StringMatch::Kind::kExact && match.text == "*");
  });
}

HttpFilter& CorsConfig::Make(Arena& arena) const { return arena.New<CorsFilter>(*stats_); }

}  // namespace outrigger
