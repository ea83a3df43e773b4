#include "filters/rbac/rbac_filter.h"

#include "filters/filter_pipeline.h"

namespace outrigger {

namespace {

class RbacFilter final : public HttpFilter {
 public:
  RbacFilter(const RbacPolicies& own, const RbacStats& stats) : own_(own), stats_(stats) {}

  FilterVerdict OnRequestHead(FilterPipeline& pipeline, http::RequestHead& head) override {
    const auto* said = static_cast<const RbacPolicies*>(pipeline.route_configs()[0]);
    const RbacPolicies& policies = said == nullptr ? own_ : *said;
    const RequestEnds& ends = pipeline.ends();
    const RbacSubject subject = {*ends.connection, *ends.client, &head, &pipeline.metadata()};
    if (policies.decisions.shadow.has_value()) {
      const RbacVerdict verdict = Judge(*policies.decisions.shadow, subject);
      stats_.shadow->ForWriter(pipeline.writer())
          .Add(verdict.is_allowed ? kRbacShadowAllowed : kRbacShadowDenied);
    }
    if (!policies.decisions.enforced.has_value()) return FilterVerdict::kContinue;
    const RbacVerdict verdict = Judge(*policies.decisions.enforced, subject);
    stats_.enforced->ForWriter(pipeline.writer())
        .Add(verdict.is_allowed ? kRbacAllowed : kRbacDenied);
    if (verdict.is_allowed) return FilterVerdict::kContinue;
    pipeline.Reply({.status = 403,
                    .body = "RBAC: access denied",
                    .details = pipeline.arena().Copy(DeniedDetails(verdict)),
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
