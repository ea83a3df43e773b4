#include "logging/access_log_stats.h"

namespace outrigger::logging {

namespace {

using stats::Kind;

// In the order of AccessLogStat.
constexpr stats::Metric kAccessLogMetrics[] = {
    {"flushed_by_timer", Kind::kCounter}, {"reopen_failed", Kind::kCounter},
    {"write_buffered", Kind::kCounter},   {"write_completed", Kind::kCounter},
    {"write_failed", Kind::kCounter},     {"write_total_buffered", Kind::kGauge},
    {"lines_dropped", Kind::kCounter},
};
static_assert(kAccessLogMetrics[kWriteTotalBuffered].kind == Kind::kGauge);
static_assert(std::size(kAccessLogMetrics) == kAccessLogStatCount);

}  // namespace

const stats::Family kAccessLogFamily = {"access_log_file", "", kAccessLogMetrics};

}  // namespace outrigger::logging
