#include "snapshot/listener_stats.h"

#include "stats/certificate_stats.h"

namespace outrigger {

namespace {

using stats::Kind;

// In the order of ListenerStat.
constexpr stats::Metric kListenerMetrics[] = {
    {"downstream_cx_total", Kind::kCounter},
    {"downstream_cx_active", Kind::kGauge},
    {"downstream_cx_destroy", Kind::kCounter},
    {"downstream_cx_overflow", Kind::kCounter},
    {"downstream_global_cx_overflow", Kind::kCounter},
    {"downstream_accept_paused", Kind::kCounter},
    {"downstream_cx_spun", Kind::kCounter},
    {"downstream_cx_length_ms", Kind::kHistogram},
    {"downstream_cx_transport_socket_connect_timeout", Kind::kCounter},
    {"no_filter_chain_match", Kind::kCounter},
    {"extension_config_missing", Kind::kCounter},
    {"network_extension_config_missing", Kind::kCounter},
    {"ssl.handshake", Kind::kCounter},
    {"ssl.connection_error", Kind::kCounter},
    {"ssl.fail_verify_no_cert", Kind::kCounter},
    {"ssl.fail_verify_error", Kind::kCounter},
    {"ssl.fail_verify_san", Kind::kCounter},
    {"server_ssl_socket_factory.ssl_context_update_by_sds", Kind::kCounter},
    {"server_ssl_socket_factory.downstream_context_secrets_not_ready", Kind::kCounter},
    // Nobody writes the rest: there is no overload manager.
    {"downstream_cx_overload_reject", Kind::kCounter},
};
// Lines that changed places, then a line that is missing.
static_assert(kListenerMetrics[kListenerTlsFailVerifySan].name == "ssl.fail_verify_san");
static_assert(kListenerMetrics[kListenerStatCount].name == "downstream_cx_overload_reject");

constexpr std::string_view kClass = "envoy_response_code_class";
constexpr stats::Metric kListenerHttpMetrics[] = {
    {"downstream_rq_completed", Kind::kCounter},
    {"downstream_rq_1xx", Kind::kCounter, "downstream_rq_xx", kClass, "1"},
    {"downstream_rq_2xx", Kind::kCounter, "downstream_rq_xx", kClass, "2"},
    {"downstream_rq_3xx", Kind::kCounter, "downstream_rq_xx", kClass, "3"},
    {"downstream_rq_4xx", Kind::kCounter, "downstream_rq_xx", kClass, "4"},
    {"downstream_rq_5xx", Kind::kCounter, "downstream_rq_xx", kClass, "5"},
};
static_assert(kListenerHttpMetrics[kListenerRq1xx].label_value == "1");
static_assert(std::size(kListenerHttpMetrics) == kListenerHttpStatCount);

constexpr std::string_view kHttpSeparator = ".http.";

}  // namespace

const stats::Family kListenerFamily = {"listener", "envoy_listener_address", kListenerMetrics};
const stats::Family kListenerCertificateFamily = {
    "listener",
    "envoy_listener_address",
    stats::kCertificateMetrics,
    {stats::kCertificateSeparator, stats::kCertificateLabel, "listener_ssl_certificate"}};
const stats::Family kListenerHttpFamily = {
    "listener",
    "envoy_listener_address",
    kListenerHttpMetrics,
    {kHttpSeparator, "envoy_http_conn_manager_prefix", "listener_http"}};

std::string ListenerHttpScopeName(std::string_view listener, std::string_view stat_prefix) {
  return std::string(listener).append(kHttpSeparator).append(stat_prefix);
}

}  // namespace outrigger
