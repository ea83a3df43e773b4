// Answers health checks in the place of the service, or while the process fails them.
//
// Whether it does is asked of FilterPipeline::fails_health, which is the worker's word.
//
// Thread: worker. Source: envoy/extensions/filters/http/health_check/v3.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "http/http_filter.h"
#include "routing/header_matcher.h"
#include "stats/family.h"
#include "stats/scope.h"

namespace outrigger {

enum HealthCheckStat : size_t {
  kHealthCheckRequestTotal,
  kHealthCheckOk,
  kHealthCheckFailed,
  kHealthCheckStatCount,
};
extern const stats::Family kHealthCheckFamily;  // http.<stat_prefix>.health_check.*

struct HealthCheckRules {
  bool is_passed_through = false;  // to the service, as long as the process does not fail
  std::vector<routing::HeaderMatch> headers;  // that a health check has
};

class HealthCheckConfig final : public HttpFilterConfig {
 public:
  HealthCheckConfig(HealthCheckRules rules, std::shared_ptr<stats::Scope> stats)
      : rules_(std::move(rules)), stats_(std::move(stats)) {}
  HttpFilter& Make(Arena& arena) const override;

 private:
  const HealthCheckRules rules_;
  const std::shared_ptr<stats::Scope> stats_;
};

}  // namespace outrigger
