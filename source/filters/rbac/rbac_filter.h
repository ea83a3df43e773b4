// Refuses requests that no policy allows, or that one denies; and counts what a second set of
// policies would have done, for those who try one out.
//
// Thread: worker. Source: envoy/extensions/filters/http/rbac/v3.
#pragma once

#include <memory>

#include "access/rbac_matcher.h"
#include "access/rbac_stats.h"
#include "http/http_filter.h"

namespace outrigger {

struct RbacPolicies final : RouteFilterConfig {
  RbacDecisions decisions;
};

class RbacConfig final : public HttpFilterConfig {
 public:
  RbacConfig(std::shared_ptr<const RbacPolicies> own, RbacStats stats)
      : own_(std::move(own)), stats_(std::move(stats)) {}
  HttpFilter& Make(Arena& arena) const override;

 private:
  const std::shared_ptr<const RbacPolicies> own_;
  const RbacStats stats_;
};

}  // namespace outrigger
