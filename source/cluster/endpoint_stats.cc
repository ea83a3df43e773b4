#include "cluster/endpoint_stats.h"

namespace outrigger {

namespace {

using stats::Kind;

// In the order of EndpointStat.
constexpr stats::Metric kEndpointMetrics[] = {
    {"cx_active", Kind::kGauge},    {"cx_connect_fail", Kind::kCounter},
    {"cx_total", Kind::kCounter},   {"rq_active", Kind::kGauge},
    {"rq_error", Kind::kCounter},   {"rq_pending_active", Kind::kGauge},
    {"rq_success", Kind::kCounter}, {"rq_timeout", Kind::kCounter},
    {"rq_total", Kind::kCounter},
};
static_assert(kEndpointMetrics[kEndpointRqError].name == "rq_error");
static_assert(std::size(kEndpointMetrics) == kEndpointStatCount);

}  // namespace

const stats::Family kEndpointFamily = {"endpoint", "", kEndpointMetrics};

}  // namespace outrigger
