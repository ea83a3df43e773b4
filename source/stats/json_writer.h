// Envoy's JSON form of stats, a piece at a time:
// {"stats":[{"name":...,"value":...},...,{"histograms":{...}}]}.
//
// Thread: service.
#pragma once

#include <string>

#include "stats/metric_order.h"
#include "stats/selection.h"

namespace outrigger::stats {

class JsonWriter {
 public:
  static constexpr size_t kMetricsPerPiece = 512;

  JsonWriter(ScopeList scopes, Selection selection);
  // Appends the next piece; false when that was the last.
  bool Append(std::string& json);

 private:
  enum class State { kStart, kNumbers, kHistograms };

  void AppendItem(const MetricOrder::Item& item, std::string& json);
  void AppendHistogram(const MetricOrder::Item& item, std::string& json);
  void BeginHistograms(std::string& json);
  std::string_view EndOfHistograms() const;

  MetricOrder order_;
  const Selection selection_;
  const HistogramForm form_;
  State state_ = State::kStart;
  bool is_first_ = true;
};

}  // namespace outrigger::stats
