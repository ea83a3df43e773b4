// Estimates of quantiles from histogram buckets.
//
// Thread: any.
#pragma once

#include "stats/scope.h"

namespace outrigger::stats {

// Those that Envoy shows, in percent.
inline constexpr double kShownQuantiles[] = {0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 100};

// The value that `percent` of the recordings do not exceed, as if recordings lay evenly between the
// bounds of their bucket; beyond the last bound, that bound. Requires: totals.count > 0.
double Quantile(const Scope::HistogramTotals& totals, double percent);

}  // namespace outrigger::stats
