// Envoy's plain form of stats: `name: value` lines, a piece at a time.
//
// Thread: service.
#pragma once

#include <string>

#include "stats/metric_order.h"
#include "stats/selection.h"

namespace outrigger::stats {

class TextWriter {
 public:
  // How many metrics one piece looks at, so that a big scrape never holds up its loop.
  static constexpr size_t kMetricsPerPiece = 512;

  TextWriter(ScopeList scopes, Selection selection);
  // Appends the next piece; false when that was the last.
  bool Append(std::string& text);

 private:
  MetricOrder order_;
  const Selection selection_;
  const HistogramForm form_;
};

}  // namespace outrigger::stats
