#include "cluster/cluster_stats.h"

#include "stats/certificate_stats.h"

namespace outrigger {

namespace {

using stats::Kind;

constexpr stats::Metric IsOpen(std::string_view name, CircuitCount count) {
  return {name, Kind::kGauge, {}, {}, {}, stats::Reading::kIsAtLimit, count};
}
constexpr stats::Metric Remaining(std::string_view name, CircuitCount count) {
  return {name, Kind::kGauge, {}, {}, {}, stats::Reading::kRemaining, count};
}

// In the order of ClusterStat.
constexpr stats::Metric kClusterMetrics[] = {
    {"upstream_cx_total", Kind::kCounter},
    {"upstream_cx_active", Kind::kGauge},
    {"upstream_cx_http1_total", Kind::kCounter},
    {"upstream_cx_http2_total", Kind::kCounter},
    {"upstream_cx_connect_fail", Kind::kCounter},
    {"upstream_cx_connect_timeout", Kind::kCounter},
    {"upstream_cx_connect_attempts_exceeded", Kind::kCounter},
    {"upstream_cx_connect_ms", Kind::kHistogram},
    {"upstream_cx_length_ms", Kind::kHistogram},
    {"upstream_cx_destroy", Kind::kCounter},
    {"upstream_cx_destroy_remote", Kind::kCounter},
    {"upstream_cx_destroy_local", Kind::kCounter},
    {"upstream_cx_destroy_with_active_rq", Kind::kCounter},
    {"upstream_cx_destroy_remote_with_active_rq", Kind::kCounter},
    {"upstream_cx_destroy_local_with_active_rq", Kind::kCounter},
    {"upstream_cx_overflow", Kind::kCounter},
    {"upstream_cx_idle_timeout", Kind::kCounter},
    {"upstream_cx_protocol_error", Kind::kCounter},
    {"upstream_cx_max_requests", Kind::kCounter},
    {"upstream_cx_max_duration_reached", Kind::kCounter},
    {"upstream_cx_spun", Kind::kCounter},
    {"upstream_cx_none_healthy", Kind::kCounter},
    {"upstream_cx_rx_bytes_total", Kind::kCounter},
    {"upstream_cx_tx_bytes_total", Kind::kCounter},
    {"upstream_rq_total", Kind::kCounter},
    {"upstream_rq_active", Kind::kGauge},
    {"upstream_rq_completed", Kind::kCounter},
    {"upstream_rq_1xx", Kind::kCounter, "upstream_rq_xx", "envoy_response_code_class", "1"},
    {"upstream_rq_2xx", Kind::kCounter, "upstream_rq_xx", "envoy_response_code_class", "2"},
    {"upstream_rq_3xx", Kind::kCounter, "upstream_rq_xx", "envoy_response_code_class", "3"},
    {"upstream_rq_4xx", Kind::kCounter, "upstream_rq_xx", "envoy_response_code_class", "4"},
    {"upstream_rq_5xx", Kind::kCounter, "upstream_rq_xx", "envoy_response_code_class", "5"},
    {"upstream_rq_time", Kind::kHistogram},
    {"upstream_rq_per_cx", Kind::kHistogram},
    {"upstream_rq_timeout", Kind::kCounter},
    {"upstream_rq_max_duration_reached", Kind::kCounter},
    {"upstream_rq_pending_total", Kind::kCounter},
    {"upstream_rq_pending_active", Kind::kGauge},
    {"upstream_rq_pending_overflow", Kind::kCounter},
    {"upstream_rq_pending_failure_eject", Kind::kCounter},
    {"upstream_rq_cancelled", Kind::kCounter},
    {"upstream_rq_rx_reset", Kind::kCounter},
    {"upstream_rq_tx_reset", Kind::kCounter},
    {"lb_healthy_panic", Kind::kCounter},
    {"lb_subsets_selected", Kind::kCounter},
    {"lb_subsets_fallback", Kind::kCounter},
    {"lb_subsets_fallback_panic", Kind::kCounter},
    {"ssl.handshake", Kind::kCounter},
    {"ssl.connection_error", Kind::kCounter},
    {"ssl.fail_verify_no_cert", Kind::kCounter},
    {"ssl.fail_verify_error", Kind::kCounter},
    {"ssl.fail_verify_san", Kind::kCounter},
    {"client_ssl_socket_factory.upstream_context_secrets_not_ready", Kind::kCounter},
    {"bind_errors", Kind::kCounter},
    // Nobody writes the rest. There is no limit on pools, and there are no policies for retries
    // yet.
    {"upstream_cx_pool_overflow", Kind::kCounter},
    {"upstream_rq_retry", Kind::kCounter},
    {"upstream_rq_retry_success", Kind::kCounter},
    {"upstream_rq_retry_overflow", Kind::kCounter},
    // These are read from the counts.
    IsOpen("circuit_breakers.default.cx_open", kConnectionCount),
    IsOpen("circuit_breakers.default.rq_pending_open", kPendingCount),
    IsOpen("circuit_breakers.default.rq_open", kRequestCount),
    IsOpen("circuit_breakers.default.rq_retry_open", kRetryCount),
    Remaining("circuit_breakers.default.remaining_cx", kConnectionCount),
    Remaining("circuit_breakers.default.remaining_pending", kPendingCount),
    Remaining("circuit_breakers.default.remaining_rq", kRequestCount),
};
// Lines that changed places, then a line that is missing.
static_assert(kClusterMetrics[kUpstreamCxConnectMs].name == "upstream_cx_connect_ms");
static_assert(kClusterMetrics[kUpstreamRqMaxDurationReached].name ==
              "upstream_rq_max_duration_reached");
static_assert(kClusterMetrics[kUpstreamRqTotal].name == "upstream_rq_total");
static_assert(kClusterMetrics[kUpstreamRq5xx].name == "upstream_rq_5xx");
static_assert(kClusterMetrics[kUpstreamRqTxReset].name == "upstream_rq_tx_reset");
static_assert(kClusterMetrics[kLbHealthyPanic].name == "lb_healthy_panic");
static_assert(kClusterMetrics[kUpstreamTlsFailVerifySan].name == "ssl.fail_verify_san");
static_assert(kClusterMetrics[kClusterStatCount].name == "upstream_cx_pool_overflow");

}  // namespace

const stats::Family kClusterFamily = {"cluster", "envoy_cluster_name", kClusterMetrics};
const stats::Family kClusterCertificateFamily = {
    "cluster",
    "envoy_cluster_name",
    stats::kCertificateMetrics,
    {stats::kCertificateSeparator, stats::kCertificateLabel, "cluster_ssl_certificate"}};

}  // namespace outrigger
