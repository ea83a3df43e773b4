#include "http/http2/http2_stats.h"

#include <array>

namespace outrigger::http::http2 {

namespace {

using stats::Kind;

// In the order of Http2Stat.
constexpr std::array kClusterMetrics = std::to_array<stats::Metric>({
    {"http2.deferred_stream_close", Kind::kCounter},
    {"http2.dropped_headers_with_underscores", Kind::kCounter},
    {"http2.goaway_sent", Kind::kCounter},
    {"http2.header_overflow", Kind::kCounter},
    {"http2.inbound_empty_frames_flood", Kind::kCounter},
    {"http2.inbound_priority_frames_flood", Kind::kCounter},
    {"http2.inbound_window_update_frames_flood", Kind::kCounter},
    {"http2.keepalive_timeout", Kind::kCounter},
    {"http2.outbound_control_flood", Kind::kCounter},
    {"http2.outbound_flood", Kind::kCounter},
    {"http2.pending_send_bytes", Kind::kGauge},
    {"http2.requests_rejected_with_underscores_in_headers", Kind::kCounter},
    {"http2.rx_messaging_error", Kind::kCounter},
    {"http2.rx_reset", Kind::kCounter},
    {"http2.stream_refused_errors", Kind::kCounter},
    {"http2.streams_active", Kind::kGauge},
    {"http2.trailers", Kind::kCounter},
    {"http2.tx_flush_timeout", Kind::kCounter},
    {"http2.tx_reset", Kind::kCounter},
});
static_assert(kClusterMetrics[kPendingSendBytes].name == "http2.pending_send_bytes");
static_assert(kClusterMetrics[kTxReset].name == "http2.tx_reset");
static_assert(kClusterMetrics.size() == kHttp2StatCount);

// Where the scope's name begins with `http2` already.
constexpr auto kMetrics = [] {
  auto metrics = kClusterMetrics;
  for (stats::Metric& metric : metrics) metric.name.remove_prefix(sizeof("http2.") - 1);
  return metrics;
}();

}  // namespace

const stats::Family kHttp2Family = {"http2", "", kMetrics};
const stats::Family kClusterHttp2Family = {"cluster", "envoy_cluster_name", kClusterMetrics};

}  // namespace outrigger::http::http2
