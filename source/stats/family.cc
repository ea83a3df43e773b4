#include "stats/family.h"

namespace outrigger::stats {

Offsets::Offsets(std::span<const Metric> metrics) {
  by_metric.reserve(metrics.size());
  for (const Metric& metric : metrics) {
    by_metric.push_back(static_cast<uint32_t>(words));
    if (!metric.is_written()) continue;
    switch (metric.kind) {
      case Kind::kCounter:
      case Kind::kGauge:
        words += 1;
        break;
      case Kind::kHistogram:
        words += kHistogramWords;
        break;
      case Kind::kText:
        has_texts = true;
        break;
    }
  }
}

}  // namespace outrigger::stats
