#include "stats/prometheus_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/append_format.h"
#include "stats/prometheus_name.h"
#include "stats/quantiles.h"

namespace outrigger::stats {

namespace {

// What the default tags make of a scope's name: labels, and what is left of the name.
struct DefaultTags {
  std::string start;
  std::string labels;
};

// "package.Service.Method" -> two labels, the last one first, and the rest in the name.
void TagWords(const Family::SecondPart& part, std::string_view words, DefaultTags& tags) {
  const size_t first_end = std::min(words.find('.'), words.size());
  const std::string_view first = words.substr(0, first_end);
  words.remove_prefix(std::min(first_end + 1, words.size()));
  const size_t second_end = std::min(words.find('.'), words.size());
  if (second_end > 0) AppendLabel(part.next_label, words.substr(0, second_end), tags.labels);
  AppendLabel(part.label, first, tags.labels);
  words.remove_prefix(std::min(second_end + 1, words.size()));
  if (!words.empty()) tags.start.append(words).append(".");
}

DefaultTags DefaultTagsOf(const Scope& scope) {
  const Family& family = scope.family();
  const Family::SecondPart& part = family.second_part;
  DefaultTags tags;
  tags.start = part.prometheus_prefix.empty() ? family.prefix : part.prometheus_prefix;
  if (!tags.start.empty()) tags.start += '.';
  std::string_view name = scope.name();
  const size_t cut = part.separator.empty() ? name.npos : name.find(part.separator);
  if (cut != name.npos) {
    const std::string_view second = name.substr(cut + part.separator.size());
    if (part.next_label.empty()) {
      AppendLabel(part.label, second, tags.labels);
    } else {
      TagWords(part, second, tags);
    }
    name = name.substr(0, cut);
  }
  if (!family.label.empty()) {
    AppendLabel(family.label, name, tags.labels);
  } else if (!name.empty()) {
    tags.start.append(name).append(".");
  }
  return tags;
}

// One list of labels, then another.
void AppendLabels(std::string_view more, std::string& labels) {
  if (!labels.empty() && !more.empty()) labels += ',';
  labels += more;
}

std::string_view TypeName(Kind kind, HistogramForm form) {
  switch (kind) {
    case Kind::kCounter:
      return "counter";
    case Kind::kGauge:
    case Kind::kText:
      return "gauge";
    case Kind::kHistogram:
      return form == HistogramForm::kCumulative ? "histogram" : "summary";
  }
  return "untyped";
}

struct Sample {
  std::string_view name;
  std::string labels;
};

void AppendSampleBuckets(const Sample& sample, const Scope::HistogramTotals& totals,
                         std::string& text) {
  const std::string_view comma = sample.labels.empty() ? "" : ",";
  uint64_t cumulative = 0;
  for (size_t i = 0; i < std::size(kHistogramBounds); ++i) {
    cumulative += totals.buckets[i];
    AppendFormat(text, "{}_bucket{{{}{}le=\"{}\"}} {}\n", sample.name, sample.labels, comma,
                 kHistogramBounds[i], cumulative);
  }
  AppendFormat(text, "{}_bucket{{{}{}le=\"+Inf\"}} {}\n", sample.name, sample.labels, comma,
               totals.count);
}

void AppendSampleQuantiles(const Sample& sample, const Scope::HistogramTotals& totals,
                           std::string& text) {
  const std::string_view comma = sample.labels.empty() ? "" : ",";
  for (double percent : kShownQuantiles) {
    AppendFormat(text, "{}{{{}{}quantile=\"{:g}\"}} {}\n", sample.name, sample.labels, comma,
                 percent / 100,
                 totals.count == 0 ? "NaN" : fmt::format("{}", Quantile(totals, percent)));
  }
}

void AppendSampleHistogram(const Sample& sample, const Scope::HistogramTotals& totals,
                           HistogramForm form, std::string& text) {
  if (form == HistogramForm::kCumulative) {
    AppendSampleBuckets(sample, totals, text);
  } else {
    AppendSampleQuantiles(sample, totals, text);
  }
  AppendFormat(text, "{}_sum{{{}}} {}\n", sample.name, sample.labels, totals.sum);
  AppendFormat(text, "{}_count{{{}}} {}\n", sample.name, sample.labels, totals.count);
}

}  // namespace

PrometheusWriter::PrometheusWriter(ScopeList scopes, Selection selection, const TagRules& rules)
    : scopes_(std::move(scopes)),
      selection_(std::move(selection)),
      form_(selection_.histograms.value_or(HistogramForm::kCumulative)),
      rules_(rules) {
  const std::string fixed_labels = rules.FixedLabels();
  for (const auto& scope : scopes_) AddScope(*scope, fixed_labels);
  for (const auto& [key, bundle] : bundles_) AddBundle(key, bundle);
  group_ = groups_.begin();
}

void PrometheusWriter::AddScope(const Scope& scope, const std::string& fixed_labels) {
  DefaultTags tags;
  if (rules_.uses_defaults) tags = DefaultTagsOf(scope);
  LabelledScope labelled{&scope, std::move(tags.labels)};
  std::string start = std::move(tags.start);
  if (!rules_.uses_defaults || !rules_.rules.empty()) {
    TagRules::Extracted extracted = rules_.FromScope(scope.Start());
    if (!rules_.uses_defaults) start = std::move(extracted.rest);
    AppendLabels(extracted.labels, labelled.labels);
    AppendLabels(fixed_labels, labelled.labels);
  }
  bundles_[{&scope.family(), std::move(start)}].push_back(std::move(labelled));
}

void PrometheusWriter::AddBundle(const BundleKey& key, const Bundle& bundle) {
  const Family& family = *key.first;
  for (size_t i = 0; i < family.metrics.size(); ++i) {
    const Metric& metric = family.metrics[i];
    if (metric.kind == Kind::kText && !selection_.writes_texts) continue;
    LabelledMetric labelled{i, {}};
    TagRules::Extracted extracted = rules_.FromMetric(metric.name);
    const bool has_default = rules_.uses_defaults && !metric.label.empty();
    if (has_default) AppendLabel(metric.label, metric.label_value, labelled.labels);
    AppendLabels(extracted.labels, labelled.labels);
    const bool is_cut = extracted.rest.size() < metric.name.size();
    const std::string name = PrometheusName(
        fmt::format("envoy_{}{}", key.second,
                    has_default && !is_cut ? metric.prometheus_name : extracted.rest));
    Group& group = groups_[name];
    group.kind = metric.kind;
    if (group.members.empty() || group.members.back().scopes != &bundle) {
      group.members.push_back({&bundle, {}});
    }
    group.members.back().metrics.push_back(std::move(labelled));
  }
}

bool PrometheusWriter::Append(std::string& text) {
  size_t metrics = 0;
  while (group_ != groups_.end()) {
    const Group& group = group_->second;
    if (member_ == group.members.size()) {
      ++group_;
      member_ = 0;
      has_type_line_ = false;
      continue;
    }
    const Member& member = group.members[member_];
    if (scope_ == member.scopes->size()) {
      ++member_;
      scope_ = 0;
      continue;
    }
    if (metrics >= kMetricsPerPiece) return true;
    metrics += AppendSamples((*member.scopes)[scope_++], member, text);
  }
  return false;
}

size_t PrometheusWriter::AppendSamples(const LabelledScope& scope, const Member& member,
                                       std::string& text) {
  size_t looked_at = 0;
  for (const LabelledMetric& metric : member.metrics) {
    const size_t position = metric.position;
    if (!scope.scope->Has(position)) continue;
    ++looked_at;
    if (!selection_.TakesAll() &&
        !selection_.Takes(*scope.scope, position, scope.scope->FullName(position))) {
      continue;
    }
    AppendSample(scope, metric, text);
  }
  return looked_at;
}

void PrometheusWriter::AppendSample(const LabelledScope& scope, const LabelledMetric& metric,
                                    std::string& text) {
  const Kind kind = scope.scope->family().metrics[metric.position].kind;
  if (!std::exchange(has_type_line_, true)) {
    AppendFormat(text, "# TYPE {} {}\n", group_->first, TypeName(kind, form_));
  }
  Sample sample{group_->first, metric.labels};
  AppendLabels(scope.labels, sample.labels);
  switch (kind) {
    case Kind::kCounter:
    case Kind::kGauge:
      AppendFormat(text, "{}{{{}}} {}\n", sample.name, sample.labels,
                   scope.scope->Sum(metric.position));
      break;
    case Kind::kHistogram:
      AppendSampleHistogram(sample, scope.scope->Histogram(metric.position), form_, text);
      break;
    case Kind::kText:
      AppendLabel("text_value", scope.scope->Text(metric.position), sample.labels);
      AppendFormat(text, "{}{{{}}} 0\n", sample.name, sample.labels);
      break;
  }
}

}  // namespace outrigger::stats
