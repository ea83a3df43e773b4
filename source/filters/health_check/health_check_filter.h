// Answers health checks in the place of the service: by how the process is, by how many endpoints
// of some clusters are healthy, or by what the service has answered a moment ago.
//
// Whether the process fails is asked of FilterPipeline::fails_health, which is the worker's word.
//
// Thread: worker. Source: envoy/extensions/filters/http/health_check/v3.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "filters/health_check/health_check_cache.h"
#include "http/http_filter.h"
#include "routing/header_matcher.h"
#include "stats/family.h"
#include "stats/scope.h"

namespace outrigger {

enum HealthCheckStat : size_t {
  kHealthCheckRequestTotal,
  kHealthCheckOk,
  kHealthCheckFailed,
  kHealthCheckCachedResponse,
  kHealthCheckFailedClusterNotFound,
  kHealthCheckFailedClusterEmpty,
  kHealthCheckFailedClusterUnhealthy,
  kHealthCheckDegraded,
  kHealthCheckStatCount,
};
extern const stats::Family kHealthCheckFamily;  // http.<stat_prefix>.health_check.*

// How many endpoints of a cluster must be healthy.
struct ClusterHealth {
  std::string cluster;
  double percent_min = 0;
};

struct HealthCheckRules {
  bool is_passed_through = false;  // to the service, as long as the process does not fail
  std::vector<routing::HeaderMatch> headers;  // that a health check has
  std::vector<ClusterHealth> clusters = {};   // all of them, where nothing is passed through
  Duration cache_time{};                      // of what is passed through; zero: not at all
  std::string service_cluster = {};           // that answers are said to come from
};

class HealthCheckConfig final : public HttpFilterConfig {
 public:
  HealthCheckConfig(HealthCheckRules rules, std::shared_ptr<stats::Scope> stats);
  HttpFilter& Make(Arena& arena) const override;
  bool names_clusters() const override { return !rules_.clusters.empty(); }

 private:
  const HealthCheckRules rules_;
  const std::shared_ptr<stats::Scope> stats_;
  const std::unique_ptr<HealthCheckCache> cache_;  // null: answers are not kept
};

}  // namespace outrigger
