#include "stats/text_writer.h"

#include <utility>

#include "base/append_format.h"
#include "stats/json_text.h"
#include "stats/quantiles.h"

namespace outrigger::stats {

namespace {

void AppendTextQuantiles(const Scope::HistogramTotals& totals, std::string& text) {
  for (double percent : kShownQuantiles) {
    // Envoy's pair is (last interval, since the start); there are no intervals here.
    AppendFormat(text, " P{}(nan,{})", percent, Quantile(totals, percent));
  }
}

void AppendTextBuckets(const Scope::HistogramTotals& totals, HistogramForm form,
                       std::string& text) {
  uint64_t below = 0;
  for (size_t i = 0; i < std::size(kHistogramBounds); ++i) {
    below += totals.buckets[i];
    AppendFormat(text, " B{:g}(0,{})", kHistogramBounds[i],
                 form == HistogramForm::kCumulative ? below : totals.buckets[i]);
  }
}

void AppendTextDetails(const Scope::HistogramTotals& totals, std::string& text) {
  std::string_view separator;
  text += "\n  totals=";
  for (size_t i = 0; i < std::size(kHistogramBounds); ++i) {
    if (totals.buckets[i] == 0) continue;
    const double low = i == 0 ? 0 : kHistogramBounds[i - 1];
    AppendFormat(text, "{}{:g},{:g}:{}", separator, low, kHistogramBounds[i] - low,
                 totals.buckets[i]);
    separator = ", ";
  }
  text += "\n  intervals=\n  summary=";
  AppendTextQuantiles(totals, text);
}

void AppendTextHistogram(const Scope::HistogramTotals& totals, HistogramForm form,
                         std::string& text) {
  if (totals.count == 0) {
    text += " No recorded values";
    return;
  }
  switch (form) {
    case HistogramForm::kSummary:
      AppendTextQuantiles(totals, text);
      break;
    case HistogramForm::kCumulative:
    case HistogramForm::kDisjoint:
      AppendTextBuckets(totals, form, text);
      break;
    case HistogramForm::kDetailed:
      AppendTextDetails(totals, text);
      break;
  }
}

void AppendLine(const MetricOrder::Item& item, HistogramForm form, std::string& text) {
  text.append(item.name).append(":");
  switch (item.kind()) {
    case Kind::kCounter:
    case Kind::kGauge:
      AppendFormat(text, " {}", item.scope->Sum(item.metric));
      break;
    case Kind::kHistogram:
      AppendTextHistogram(item.scope->Histogram(item.metric), form, text);
      break;
    case Kind::kText:
      text += ' ';
      AppendJsonString(item.scope->Text(item.metric), text);
      break;
  }
  text += '\n';
}

}  // namespace

TextWriter::TextWriter(ScopeList scopes, Selection selection)
    : order_(std::move(scopes)),
      selection_(std::move(selection)),
      form_(selection_.histograms.value_or(HistogramForm::kSummary)) {}

bool TextWriter::Append(std::string& text) {
  for (size_t i = 0; i < kMetricsPerPiece; ++i) {
    const MetricOrder::Item* item = order_.Next();
    if (item == nullptr) return false;
    if (selection_.Takes(*item->scope, item->metric, item->name)) {
      AppendLine(*item, form_, text);
    }
  }
  return true;
}

}  // namespace outrigger::stats
