#include "stats/json_writer.h"

#include <fmt/format.h>

#include <utility>

#include "base/append_format.h"
#include "stats/json_text.h"
#include "stats/quantiles.h"

namespace outrigger::stats {

namespace {

bool HasBuckets(HistogramForm form) {
  return form == HistogramForm::kCumulative || form == HistogramForm::kDisjoint;
}

// Intervals are not kept: 0 or null here, as in Envoy before its first flush.
void AppendJsonBuckets(const Scope::HistogramTotals& totals, HistogramForm form,
                       std::string& json) {
  uint64_t below = 0;
  json += ",\"buckets\":[";
  for (size_t i = 0; i < std::size(kHistogramBounds); ++i) {
    below += totals.buckets[i];
    const uint64_t count = form == HistogramForm::kCumulative ? below : totals.buckets[i];
    AppendFormat(json, "{}{{\"upper_bound\":{},\"interval\":0,\"cumulative\":{}}}",
                 i == 0 ? "" : ",", kHistogramBounds[i], count);
  }
  json += ']';
}

void AppendJsonTotals(const Scope::HistogramTotals& totals, std::string& json) {
  std::string_view separator;
  json += ",\"totals\":[";
  for (size_t i = 0; i < std::size(kHistogramBounds); ++i) {
    if (totals.buckets[i] == 0) continue;
    const double low = i == 0 ? 0 : kHistogramBounds[i - 1];
    AppendFormat(json, "{}{{\"lower_bound\":{},\"width\":{},\"count\":{}}}", separator, low,
                 kHistogramBounds[i] - low, totals.buckets[i]);
    separator = ",";
  }
  json += "],\"intervals\":[]";
}

void AppendJsonQuantiles(const Scope::HistogramTotals& totals, std::string& json) {
  std::string_view separator;
  for (double percent : kShownQuantiles) {
    const std::string value =
        totals.count == 0 ? "null" : fmt::format("{}", Quantile(totals, percent));
    AppendFormat(json, "{}{{\"cumulative\":{},\"interval\":null}}", separator, value);
    separator = ",";
  }
  json += ']';
}

}  // namespace

JsonWriter::JsonWriter(ScopeList scopes, Selection selection)
    : order_(std::move(scopes)),
      selection_(std::move(selection)),
      form_(selection_.histograms.value_or(HistogramForm::kSummary)) {}

bool JsonWriter::Append(std::string& json) {
  if (state_ == State::kStart) {
    json += "{\"stats\":[";
    state_ = State::kNumbers;
  }
  for (size_t i = 0; i < kMetricsPerPiece; ++i) {
    const MetricOrder::Item* item = order_.Next();
    if (item == nullptr) {
      json += state_ == State::kHistograms ? EndOfHistograms() : "]}";
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

void JsonWriter::BeginHistograms(std::string& json) {
  state_ = State::kHistograms;
  if (HasBuckets(form_)) {
    json += "{\"histograms\":[";
    return;
  }
  const bool is_detailed = form_ == HistogramForm::kDetailed;
  AppendFormat(json, "{{\"histograms\":{{\"{}\":[{}],\"{}\":[",
               is_detailed ? "supported_percentiles" : "supported_quantiles",
               fmt::join(kShownQuantiles, ","), is_detailed ? "details" : "computed_quantiles");
}

std::string_view JsonWriter::EndOfHistograms() const {
  return HasBuckets(form_) ? "]}]}" : "]}}]}";
}

void JsonWriter::AppendHistogram(const MetricOrder::Item& item, std::string& json) {
  if (state_ != State::kHistograms) BeginHistograms(json);
  const Scope::HistogramTotals totals = item.scope->Histogram(item.metric);
  json += "{\"name\":";
  AppendJsonString(item.name, json);
  switch (form_) {
    case HistogramForm::kCumulative:
    case HistogramForm::kDisjoint:
      AppendJsonBuckets(totals, form_, json);
      break;
    case HistogramForm::kDetailed:
      AppendJsonTotals(totals, json);
      json += ",\"percentiles\":[";
      AppendJsonQuantiles(totals, json);
      break;
    case HistogramForm::kSummary:
      json += ",\"values\":[";
      AppendJsonQuantiles(totals, json);
      break;
  }
  json += '}';
}

}  // namespace outrigger::stats
