#include "http/http1/http1_stats.h"

namespace outrigger::http::http1 {

namespace {

using stats::Kind;

// In the order of Http1Stat.
constexpr stats::Metric kMetrics[] = {
    {"dropped_headers_with_underscores", Kind::kCounter},
    {"requests_rejected_with_underscores_in_headers", Kind::kCounter},
};
static_assert(std::size(kMetrics) == kHttp1StatCount);

}  // namespace

const stats::Family kHttp1Family = {"http1", "", kMetrics};

}  // namespace outrigger::http::http1
