// The Prometheus exposition format in Envoy's shape (surface.md 2.2), a piece at a time.
//
// A name is `envoy_` and what the tag rules leave of the dotted name; by default that is the
// family's prefix and the metric, and the scope's name and parts of the metric's name are labels.
// Counters keep their names. One `# TYPE` line comes before all samples of a name. Texts are
// written as gauges, and only when asked for: they are no numbers.
//
// Thread: service.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stats/selection.h"
#include "stats/tag_rules.h"

namespace outrigger::stats {

class PrometheusWriter {
 public:
  // How many metrics one piece looks at; a histogram writes 22 lines.
  static constexpr size_t kMetricsPerPiece = 256;

  // `rules` outlives the writer.
  PrometheusWriter(ScopeList scopes, Selection selection, const TagRules& rules);
  // Appends the next piece; false when that was the last.
  bool Append(std::string& text);

 private:
  struct LabelledScope {
    const Scope* scope;
    std::string labels;
  };
  struct LabelledMetric {
    size_t position;
    std::string labels;
  };
  // Scopes of one family of whose names the same is left.
  using Bundle = std::vector<LabelledScope>;
  using BundleKey = std::pair<const Family*, std::string>;
  // Metrics of one bundle that are one name to Prometheus.
  struct Member {
    const Bundle* scopes;
    std::vector<LabelledMetric> metrics;
  };
  struct Group {
    Kind kind;
    std::vector<Member> members;
  };
  using Groups = std::map<std::string, Group>;

  void AddScope(const Scope& scope, const std::string& fixed_labels);
  void AddBundle(const BundleKey& key, const Bundle& bundle);
  // Returns how many metrics it has looked at.
  size_t AppendSamples(const LabelledScope& scope, const Member& member, std::string& text);
  void AppendSample(const LabelledScope& scope, const LabelledMetric& metric, std::string& text);

  const ScopeList scopes_;  // owns what the rest points to
  const Selection selection_;
  const HistogramForm form_;
  const TagRules& rules_;
  std::map<BundleKey, Bundle> bundles_;
  Groups groups_;
  // Where the next piece begins.
  Groups::const_iterator group_;
  size_t member_ = 0;
  size_t scope_ = 0;
  bool has_type_line_ = false;
};

}  // namespace outrigger::stats
