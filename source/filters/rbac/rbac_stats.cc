#include "filters/rbac/rbac_stats.h"

#include <string>

namespace outrigger {

namespace {

using stats::Kind;

constexpr std::string_view kHttpLabel = "envoy_http_conn_manager_prefix";
constexpr stats::Metric kRbacMetrics[] = {
    {"rbac.allowed", Kind::kCounter},
    {"rbac.denied", Kind::kCounter},
    {"rbac.shadow_allowed", Kind::kCounter},
    {"rbac.shadow_denied", Kind::kCounter},
};
constexpr stats::Metric kPrefixedRbacMetrics[] = {
    {"allowed", Kind::kCounter},
    {"denied", Kind::kCounter},
    {"shadow_allowed", Kind::kCounter},
    {"shadow_denied", Kind::kCounter},
};
static_assert(std::size(kRbacMetrics) == kRbacStatCount);
static_assert(std::size(kPrefixedRbacMetrics) == kRbacStatCount);

}  // namespace

const stats::Family kRbacFamily = {"http", kHttpLabel, kRbacMetrics};
const stats::Family kPrefixedRbacFamily = {
    "http", kHttpLabel, kPrefixedRbacMetrics, {".rbac.", "envoy_rbac_http_prefix", "http_rbac"}};

std::shared_ptr<stats::Scope> FindRbacScope(stats::Registry& registry, std::string_view stat_prefix,
                                            std::string_view prefix) {
  if (prefix.ends_with('.')) prefix.remove_suffix(1);
  if (prefix.empty()) return registry.Find(kRbacFamily, stat_prefix);
  return registry.Find(kPrefixedRbacFamily,
                       std::string(stat_prefix).append(".rbac.").append(prefix));
}

}  // namespace outrigger
