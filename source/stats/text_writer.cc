#include "stats/text_writer.h"

#include <utility>

#include "base/append_format.h"
#include "stats/json_text.h"
#include "stats/quantiles.h"

namespace outrigger::stats {

namespace {

void AppendQuantiles(const Scope::HistogramTotals& totals, std::string& text) {
  if (totals.count == 0) {
    text += " No recorded values";
    return;
  }
  for (double percent : kShownQuantiles) {
    // Envoy's pair is (last interval, since the start); there are no intervals here.
    AppendFormat(text, " P{}(nan,{})", percent, Quantile(totals, percent));
  }
}

void AppendLine(const MetricOrder::Item& item, std::string& text) {
  text.append(item.name).append(":");
  switch (item.kind()) {
    case Kind::kCounter:
    case Kind::kGauge:
      AppendFormat(text, " {}", item.scope->Sum(item.metric));
      break;
    case Kind::kHistogram:
      AppendQuantiles(item.scope->Histogram(item.metric), text);
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
    : order_(std::move(scopes)), selection_(std::move(selection)) {}

bool TextWriter::Append(std::string& text) {
  for (size_t i = 0; i < kMetricsPerPiece; ++i) {
    const MetricOrder::Item* item = order_.Next();
    if (item == nullptr) return false;
    if (selection_.Takes(*item->scope, item->metric, item->name)) AppendLine(*item, text);
  }
  return true;
}

}  // namespace outrigger::stats
