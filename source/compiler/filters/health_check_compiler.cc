#include "compiler/filters/health_check_compiler.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "compiler/fragments.h"
#include "compiler/header_match_compiler.h"
#include "filters/health_check/health_check_filter.h"

namespace outrigger::compiler {

namespace {

// By name: which of several is told of first is the same in every process.
std::vector<ClusterHealth> CompileClusterHealth(const HealthCheckProto& proto) {
  std::vector<ClusterHealth> clusters;
  for (const auto& [cluster, percent] : proto.cluster_min_healthy_percentages()) {
    clusters.push_back({cluster, percent.value()});
  }
  std::ranges::sort(clusters, {}, &ClusterHealth::cluster);
  return clusters;
}

}  // namespace

std::shared_ptr<const HttpFilterConfig> CompileHealthCheck(const HealthCheckProto& proto,
                                                           const HttpFilterContext& context,
                                                           ValidationErrors& errors) {
  HealthCheckRules rules;
  rules.is_passed_through = proto.pass_through_mode().value();
  rules.headers = CompileHeaderMatches(proto.headers(), errors);
  rules.service_cluster = context.service_cluster;
  if (proto.has_cache_time()) {
    rules.cache_time = ToDuration(proto.cache_time());
    if (!rules.is_passed_through && rules.cache_time > Duration::zero()) {
      const ValidationErrors::ScopedField scope(errors, "cache_time");
      errors.Add("must not be set unless pass_through_mode is on");
    }
  }
  if (!rules.is_passed_through) rules.clusters = CompileClusterHealth(proto);
  return std::make_shared<HealthCheckConfig>(
      std::move(rules), context.stats.Find(kHealthCheckFamily, context.stat_prefix));
}

}  // namespace outrigger::compiler
