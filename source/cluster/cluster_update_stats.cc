#include "cluster/cluster_update_stats.h"

namespace outrigger {

namespace {

using stats::Kind;

// In the order of ClusterUpdateStat.
constexpr stats::Metric kUpdateMetrics[] = {
    {"membership_total", Kind::kGauge},
    {"membership_healthy", Kind::kGauge},
    {"membership_degraded", Kind::kGauge},
    {"membership_change", Kind::kCounter},
    {"update_attempt", Kind::kCounter},
    {"update_success", Kind::kCounter},
    {"update_failure", Kind::kCounter},
    {"update_rejected", Kind::kCounter},
    {"init_fetch_timeout", Kind::kCounter},
    {"update_empty", Kind::kCounter},
    {"update_time", Kind::kGauge},
    {"version", Kind::kGauge},
    {"lb_subsets_active", Kind::kGauge},
    {"lb_subsets_created", Kind::kCounter},
    {"lb_subsets_removed", Kind::kCounter},
    {"lb_subsets_overflow", Kind::kCounter},
    {"lb_subsets_single_host_per_subset_duplicate", Kind::kGauge},
    // Nobody writes the rest: no endpoint is excluded.
    {"membership_excluded", Kind::kGauge},
};
// Lines that changed places, then a line that is missing.
static_assert(kUpdateMetrics[kMembershipChange].name == "membership_change");
static_assert(kUpdateMetrics[kClusterUpdateRejected].name == "update_rejected");
static_assert(kUpdateMetrics[kClusterVersion].name == "version");
static_assert(kUpdateMetrics[kLbSubsetsOverflow].name == "lb_subsets_overflow");
static_assert(kUpdateMetrics[kClusterUpdateStatCount].name == "membership_excluded");

}  // namespace

const stats::Family kClusterUpdateFamily = {"cluster", "envoy_cluster_name", kUpdateMetrics};

}  // namespace outrigger
