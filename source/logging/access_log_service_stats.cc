#include "logging/access_log_service_stats.h"

namespace outrigger::logging {

namespace {

using stats::Kind;

// In the order of AccessLogServiceStat.
constexpr stats::Metric kMetrics[] = {
    {"logs_written", Kind::kCounter},         {"logs_dropped", Kind::kCounter},
    {"grpc_entries_flushed", Kind::kCounter}, {"grpc_entries_flush_failed", Kind::kCounter},
    {"streams_failed", Kind::kCounter},
};
static_assert(std::size(kMetrics) == kAccessLogServiceStatCount);

}  // namespace

const stats::Family kAccessLogServiceFamily = {"access_logs.grpc_access_log", "", kMetrics};

}  // namespace outrigger::logging
