#include "stats/json_writer.h"

#include <fmt/format.h>

#include <utility>

#include "base/append_format.h"
#include "stats/json_text.h"
#include "stats/quantiles.h"

namespace outrigger::stats {

JsonWriter::JsonWriter(ScopeList scopes, Selection selection)
    : order_(std::move(scopes)), selection_(std::move(selection)) {}

bool JsonWriter::Append(std::string& json) {
  if (state_ == State::kStart) {
    json += "{\"stats\":[";
    state_ = State::kNumbers;
  }
  for (size_t i = 0; i < kMetricsPerPiece; ++i) {
    const MetricOrder::Item* item = order_.Next();
    if (item == nullptr) {
      json += state_ == State::kHistograms ? "]}}]}" : "]}";
      return false;
    }
    if (selection_.Takes(*item->scope, item->metric, item->name)) AppendItem(*item, json);
  }
  return true;
}

void JsonWriter::AppendItem(const MetricOrder::Item& item, std::string& json) {
  if (!std::exchange(is_first_, false)) json += ',';
  if (item.kind() == Kind::kHistogram) {
    AppendHistogram(item, json);
    return;
  }
  json += "{\"name\":";
  AppendJsonString(item.name, json);
  json += ",\"value\":";
  if (item.kind() == Kind::kText) {
    AppendJsonString(item.scope->Text(item.metric), json);
  } else {
    AppendFormat(json, "{}", item.scope->Sum(item.metric));
  }
  json += '}';
}

void JsonWriter::AppendHistogram(const MetricOrder::Item& item, std::string& json) {
  if (state_ != State::kHistograms) {
    state_ = State::kHistograms;
    AppendFormat(json, "{{\"histograms\":{{\"supported_quantiles\":[{}],\"computed_quantiles\":[",
                 fmt::join(kShownQuantiles, ","));
  }
  json += "{\"name\":";
  AppendJsonString(item.name, json);
  json += ",\"values\":[";
  const Scope::HistogramTotals totals = item.scope->Histogram(item.metric);
  std::string_view separator;
  for (double percent : kShownQuantiles) {
    const std::string value =
        totals.count == 0 ? "null" : fmt::format("{}", Quantile(totals, percent));
    // Intervals are not kept: always null, as in Envoy before its first flush.
    AppendFormat(json, "{}{{\"cumulative\":{},\"interval\":null}}", separator, value);
    separator = ",";
  }
  json += "]}";
}

}  // namespace outrigger::stats
