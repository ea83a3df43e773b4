#include "cluster/dns_stats.h"

namespace outrigger {

namespace {

using stats::Kind;

// In the order of DnsResolverStat.
constexpr stats::Metric kDnsMetrics[] = {
    {"resolve_total", Kind::kCounter},    {"pending_resolutions", Kind::kGauge},
    {"not_found", Kind::kCounter},        {"timeouts", Kind::kCounter},
    {"get_addr_failure", Kind::kCounter},
};
static_assert(kDnsMetrics[kDnsTimeouts].name == "timeouts");
static_assert(std::size(kDnsMetrics) == kDnsResolverStatCount);

// In the order of ClusterDnsStat.
constexpr stats::Metric kNameMetrics[] = {
    {"update_no_rebuild", Kind::kCounter},
    {"dns_stale_names", Kind::kGauge},
};
static_assert(std::size(kNameMetrics) == kClusterDnsStatCount);

}  // namespace

const stats::Family kDnsResolverFamily = {"dns.cares", "", kDnsMetrics};
const stats::Family kClusterDnsFamily = {"cluster", "envoy_cluster_name", kNameMetrics};

}  // namespace outrigger
