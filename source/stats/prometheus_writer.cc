#include "stats/prometheus_writer.h"

#include <fmt/format.h>

#include <utility>

#include "base/append_format.h"

namespace outrigger::stats {

namespace {

std::string PrometheusName(const Family& family, const Metric& metric) {
  const std::string_view own_prefix = family.second_part.prometheus_prefix;
  const std::string_view prefix = own_prefix.empty() ? family.prefix : own_prefix;
  const std::string_view rest =
      metric.prometheus_name.empty() ? metric.name : metric.prometheus_name;
  std::string name = fmt::format("envoy_{}_{}", prefix, rest);
  for (char& c : name) {
    if (c == '.' || c == '-') c = '_';
  }
  return name;
}

void AppendLabel(std::string_view name, std::string_view value, std::string& labels) {
  if (!labels.empty()) labels += ',';
  labels.append(name).append("=\"");
  for (char c : value) {
    if (c == '\\' || c == '"') labels += '\\';
    if (c == '\n') {
      labels += "\\n";
    } else {
      labels += c;
    }
  }
  labels += '"';
}

// Everything between the braces of a sample.
std::string Labels(const Scope& scope, const Metric& metric) {
  std::string labels;
  if (!metric.label.empty()) AppendLabel(metric.label, metric.label_value, labels);
  const Family& family = scope.family();
  if (family.label.empty()) return labels;
  std::string_view name = scope.name();
  const std::string_view separator = family.second_part.separator;
  const size_t cut = separator.empty() ? name.npos : name.find(separator);
  if (cut != name.npos) {
    AppendLabel(family.second_part.label, name.substr(cut + separator.size()), labels);
    name = name.substr(0, cut);
  }
  AppendLabel(family.label, name, labels);
  return labels;
}

std::string_view TypeName(Kind kind) {
  switch (kind) {
    case Kind::kCounter:
      return "counter";
    case Kind::kGauge:
    case Kind::kText:
      return "gauge";
    case Kind::kHistogram:
      return "histogram";
  }
  return "untyped";
}

struct Sample {
  std::string_view name;
  std::string labels;
};

void AppendHistogram(const Sample& sample, const Scope::HistogramTotals& totals,
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
  AppendFormat(text, "{}_sum{{{}}} {}\n", sample.name, sample.labels, totals.sum);
  AppendFormat(text, "{}_count{{{}}} {}\n", sample.name, sample.labels, totals.count);
}

}  // namespace

PrometheusWriter::PrometheusWriter(ScopeList scopes, Selection selection)
    : scopes_(std::move(scopes)), selection_(std::move(selection)) {
  for (const auto& scope : scopes_) by_family_[&scope->family()].push_back(scope.get());
  for (const auto& [family, members] : by_family_) AddFamily(*family, members);
  group_ = groups_.begin();
}

void PrometheusWriter::AddFamily(const Family& family, const std::vector<const Scope*>& scopes) {
  for (size_t i = 0; i < family.metrics.size(); ++i) {
    const Metric& metric = family.metrics[i];
    if (metric.kind == Kind::kText) continue;
    Group& group = groups_[PrometheusName(family, metric)];
    group.kind = metric.kind;
    if (group.members.empty() || group.members.back().scopes != &scopes) {
      group.members.push_back({&scopes, {}});
    }
    group.members.back().metrics.push_back(i);
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
    AppendSamples(*(*member.scopes)[scope_++], member, text);
    metrics += member.metrics.size();
  }
  return false;
}

void PrometheusWriter::AppendSamples(const Scope& scope, const Member& member, std::string& text) {
  for (size_t position : member.metrics) {
    if (selection_.filter || selection_.used_only) {
      if (!selection_.Takes(scope, position, scope.FullName(position))) continue;
    }
    const Metric& metric = scope.family().metrics[position];
    if (!std::exchange(has_type_line_, true)) {
      AppendFormat(text, "# TYPE {} {}\n", group_->first, TypeName(metric.kind));
    }
    const Sample sample{group_->first, Labels(scope, metric)};
    if (metric.kind == Kind::kHistogram) {
      AppendHistogram(sample, scope.Histogram(position), text);
    } else {
      AppendFormat(text, "{}{{{}}} {}\n", sample.name, sample.labels, scope.Sum(position));
    }
  }
}

}  // namespace outrigger::stats
