#include "snapshot/tcp_stats.h"

namespace outrigger {

namespace {

using stats::Kind;

// In the order of TcpStat.
constexpr stats::Metric kTcpMetrics[] = {
    {"downstream_cx_total", Kind::kCounter},
    {"downstream_cx_no_route", Kind::kCounter},
    {"downstream_cx_rx_bytes_total", Kind::kCounter},
    {"downstream_cx_tx_bytes_total", Kind::kCounter},
    {"downstream_flow_control_paused_reading_total", Kind::kCounter},
    {"downstream_flow_control_resumed_reading_total", Kind::kCounter},
    {"idle_timeout", Kind::kCounter},
    {"max_downstream_connection_duration", Kind::kCounter},
    {"upstream_flush_total", Kind::kCounter},
    {"upstream_flush_active", Kind::kGauge},
    {"on_demand_cluster_attempt", Kind::kCounter},
    {"on_demand_cluster_missing", Kind::kCounter},
    {"on_demand_cluster_success", Kind::kCounter},
    {"on_demand_cluster_timeout", Kind::kCounter},
};
// Lines that changed places, then a line that is missing.
static_assert(kTcpMetrics[kTcpPausedReadingTotal].name ==
              "downstream_flow_control_paused_reading_total");
static_assert(kTcpMetrics[kTcpUpstreamFlushActive].name == "upstream_flush_active");
static_assert(kTcpMetrics[kTcpOnDemandTimeout].name == "on_demand_cluster_timeout");
static_assert(std::size(kTcpMetrics) == kTcpStatCount);

}  // namespace

const stats::Family kTcpFamily = {"tcp", "envoy_tcp_prefix", kTcpMetrics};

}  // namespace outrigger
