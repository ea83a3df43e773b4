#include "http/http_stats.h"

namespace outrigger::http {

namespace {

using stats::Kind;
constexpr std::string_view kClass = "envoy_response_code_class";

// In the order of HttpStat.
constexpr stats::Metric kHttpMetrics[] = {
    {"downstream_cx_total", Kind::kCounter},
    {"downstream_cx_active", Kind::kGauge},
    {"downstream_cx_http1_total", Kind::kCounter},
    {"downstream_cx_http1_active", Kind::kGauge},
    {"downstream_cx_http2_total", Kind::kCounter},
    {"downstream_cx_http2_active", Kind::kGauge},
    {"downstream_cx_destroy", Kind::kCounter},
    {"downstream_cx_destroy_local", Kind::kCounter},
    {"downstream_cx_destroy_remote", Kind::kCounter},
    {"downstream_cx_destroy_active_rq", Kind::kCounter},
    {"downstream_cx_destroy_local_active_rq", Kind::kCounter},
    {"downstream_cx_destroy_remote_active_rq", Kind::kCounter},
    {"downstream_cx_drain_close", Kind::kCounter},
    {"downstream_cx_upgrades_total", Kind::kCounter},
    {"downstream_cx_upgrades_active", Kind::kGauge},
    {"downstream_cx_idle_timeout", Kind::kCounter},
    {"downstream_cx_max_duration_reached", Kind::kCounter},
    {"downstream_cx_max_requests_reached", Kind::kCounter},
    {"downstream_cx_protocol_error", Kind::kCounter},
    {"downstream_cx_rx_bytes_total", Kind::kCounter},
    {"downstream_cx_tx_bytes_total", Kind::kCounter},
    {"downstream_cx_length_ms", Kind::kHistogram},
    {"downstream_rq_total", Kind::kCounter},
    {"downstream_rq_active", Kind::kGauge},
    {"downstream_rq_completed", Kind::kCounter},
    {"downstream_rq_http1_total", Kind::kCounter},
    {"downstream_rq_http2_total", Kind::kCounter},
    {"downstream_rq_1xx", Kind::kCounter, "downstream_rq_xx", kClass, "1"},
    {"downstream_rq_2xx", Kind::kCounter, "downstream_rq_xx", kClass, "2"},
    {"downstream_rq_3xx", Kind::kCounter, "downstream_rq_xx", kClass, "3"},
    {"downstream_rq_4xx", Kind::kCounter, "downstream_rq_xx", kClass, "4"},
    {"downstream_rq_5xx", Kind::kCounter, "downstream_rq_xx", kClass, "5"},
    {"downstream_rq_time", Kind::kHistogram},
    {"downstream_rq_failed_path_normalization", Kind::kCounter},
    {"downstream_rq_non_relative_path", Kind::kCounter},
    {"downstream_rq_redirected_with_normalized_path", Kind::kCounter},
    {"downstream_rq_rx_reset", Kind::kCounter},
    {"downstream_rq_tx_reset", Kind::kCounter},
    {"downstream_rq_too_large", Kind::kCounter},
    {"downstream_rq_timeout", Kind::kCounter},
    {"downstream_rq_header_timeout", Kind::kCounter},
    {"downstream_rq_idle_timeout", Kind::kCounter},
    {"downstream_rq_max_duration_reached", Kind::kCounter},
    {"downstream_rq_response_before_rq_complete", Kind::kCounter},
    {"downstream_rq_ws_on_non_ws_route", Kind::kCounter},
    {"no_route", Kind::kCounter},
    {"no_cluster", Kind::kCounter},
    {"rq_direct_response", Kind::kCounter},
    {"rq_redirect", Kind::kCounter},
    {"rq_reset_after_downstream_response_started", Kind::kCounter},
    {"rq_total", Kind::kCounter},
};
// Lines that changed places, then a line that is missing.
static_assert(kHttpMetrics[kDownstreamCxLengthMs].name == "downstream_cx_length_ms");
static_assert(kHttpMetrics[kDownstreamRq1xx].name == "downstream_rq_1xx");
static_assert(kHttpMetrics[kDownstreamRqTime].name == "downstream_rq_time");
static_assert(kHttpMetrics[kNoRoute].name == "no_route");
static_assert(std::size(kHttpMetrics) == kHttpStatCount);

}  // namespace

const stats::Family kHttpFamily = {"http", "envoy_http_conn_manager_prefix", kHttpMetrics};

}  // namespace outrigger::http
