#include "snapshot/listener_stats.h"

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
    {"ssl.handshake", Kind::kCounter},
    {"ssl.connection_error", Kind::kCounter},
    {"ssl.fail_verify_no_cert", Kind::kCounter},
    {"ssl.fail_verify_error", Kind::kCounter},
    {"ssl.fail_verify_san", Kind::kCounter},
};
// Lines that changed places, then a line that is missing.
static_assert(kListenerMetrics[kListenerTlsFailVerifySan].name == "ssl.fail_verify_san");
static_assert(std::size(kListenerMetrics) == kListenerStatCount);

}  // namespace

const stats::Family kListenerFamily = {"listener", "envoy_listener_address", kListenerMetrics};

}  // namespace outrigger
