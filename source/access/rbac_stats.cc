#include "access/rbac_stats.h"

#include <string>

namespace outrigger {

namespace {

using stats::Kind;

constexpr std::string_view kHttpLabel = "envoy_http_conn_manager_prefix";
constexpr std::string_view kConnectionLabel = "envoy_rbac_prefix";
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

const stats::Family kRequestFamily = {"http", kHttpLabel, kRbacMetrics};
const stats::Family kPrefixedRequestFamily = {
    "http", kHttpLabel, kPrefixedRbacMetrics, {".rbac.", "envoy_rbac_http_prefix", "http_rbac"}};
const stats::Family kConnectionFamily = {"", kConnectionLabel, kRbacMetrics};
const stats::Family kPrefixedConnectionFamily = {
    "", kConnectionLabel, kPrefixedRbacMetrics, {".rbac.", "envoy_rbac_rules_prefix", "rbac"}};

std::string_view WithoutDot(std::string_view prefix) {
  if (prefix.ends_with('.')) prefix.remove_suffix(1);
  return prefix;
}

}  // namespace

const RbacFamilies kRequestRbacFamilies = {kRequestFamily, kPrefixedRequestFamily};
const RbacFamilies kConnectionRbacFamilies = {kConnectionFamily, kPrefixedConnectionFamily};

RbacStats FindRbacStats(stats::Registry& registry, const RbacFamilies& families,
                        const RbacPrefixes& prefixes) {
  const std::string_view stat_prefix = WithoutDot(prefixes.stat_prefix);
  const auto find = [&](std::string_view rules) {
    const std::string_view prefix = WithoutDot(rules);
    if (prefix.empty()) return registry.Find(families.plain, stat_prefix);
    return registry.Find(families.prefixed,
                         std::string(stat_prefix).append(".rbac.").append(prefix));
  };
  return {find(prefixes.enforced), find(prefixes.shadow)};
}

}  // namespace outrigger
