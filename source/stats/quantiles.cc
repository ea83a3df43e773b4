#include "stats/quantiles.h"

namespace outrigger::stats {

double Quantile(const Scope::HistogramTotals& totals, double percent) {
  const double wanted = percent / 100 * static_cast<double>(totals.count);
  double below = 0;
  for (size_t i = 0; i < std::size(kHistogramBounds); ++i) {
    const auto in_bucket = static_cast<double>(totals.buckets[i]);
    if (in_bucket > 0 && below + in_bucket >= wanted) {
      const double low = i == 0 ? 0 : kHistogramBounds[i - 1];
      return low + (kHistogramBounds[i] - low) * (wanted - below) / in_bucket;
    }
    below += in_bucket;
  }
  return kHistogramBounds[std::size(kHistogramBounds) - 1];
}

}  // namespace outrigger::stats
