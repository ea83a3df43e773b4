#include "filters/rbac/rbac_filter.h"

#include <algorithm>

#include "filters/filter_pipeline.h"

namespace outrigger {

namespace {

// As Envoy names it, without what would part a log line.
std::string_view DetailsOf(const RbacVerdict& verdict, Arena& arena) {
  constexpr std::string_view kStart = "rbac_access_denied_matched_policy[";
  const std::string_view policy = verdict.policy.empty() ? "none" : verdict.policy;
  const std::span<char> text = arena.NewArray<char>(kStart.size() + policy.size() + 1);
  char* end = std::copy(kStart.begin(), kStart.end(), text.data());
  end = std::transform(policy.begin(), policy.end(), end,
                       [](char c) { return c == ' ' || (c >= '\t' && c <= '\r') ? '_' : c; });
  *end = ']';
  return {text.data(), text.size()};
}

class RbacFilter final : public HttpFilter {
 public:
  RbacFilter(const RbacPolicies& own, const RbacStats& stats) : own_(own), stats_(stats) {}

  FilterVerdict OnRequestHead(FilterPipeline& pipeline, http::RequestHead& head) override {
    const auto* said = static_cast<const RbacPolicies*>(pipeline.route_configs()[0]);
    const RbacPolicies& policies = said == nullptr ? own_ : *said;
    const RequestOrigin& origin = pipeline.origin();
    const RbacSubject subject = {*origin.connection, *origin.client, &head};
    if (policies.shadow.has_value()) {
      const RbacVerdict verdict = Judge(*policies.shadow, subject);
      stats_.shadow->ForWriter(pipeline.writer())
          .Add(verdict.is_allowed ? kRbacShadowAllowed : kRbacShadowDenied);
    }
    if (!policies.enforced.has_value()) return FilterVerdict::kContinue;
    const RbacVerdict verdict = Judge(*policies.enforced, subject);
    stats_.enforced->ForWriter(pipeline.writer())
        .Add(verdict.is_allowed ? kRbacAllowed : kRbacDenied);
    if (verdict.is_allowed) return FilterVerdict::kContinue;
    pipeline.Reply({.status = 403,
                    .body = "RBAC: access denied",
                    .details = DetailsOf(verdict, pipeline.arena()),
                    .grpc_status = {}});
    return FilterVerdict::kReplied;
  }

 private:
  const RbacPolicies& own_;
  const RbacStats& stats_;
};

}  // namespace

HttpFilter& RbacConfig::Make(Arena& arena) const { return arena.New<RbacFilter>(*own_, stats_); }

}  // namespace outrigger
