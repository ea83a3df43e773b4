// How Prometheus is told the parts of a name: Envoy's default tags, which the families' schemas
// know, and the rules that the bootstrap adds or has in their place (stats_config.stats_tags).
//
// A rule's first group is taken out of the name, its second one (else the first) is the label's
// value. Rules see a name in two parts, the scope's ("cluster.backend.") and the metric's
// ("upstream_rq_2xx"), so that a scrape asks them once for each scope and once for each metric of a
// family, never for each series (surface.md P19); one that would have to match across both does
// not match.
//
// Thread: any (const after compile). Source: envoy/config/metrics/v3/stats.proto.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace outrigger::stats {

struct TagRule {
  std::string label;                      // as Prometheus has it
  std::shared_ptr<const re2::RE2> regex;  // has a group; null: every series has the value
  std::string value;
};

struct TagRules {
  bool uses_defaults = true;
  std::vector<TagRule> rules;

  struct Extracted {
    std::string rest;    // of the name, without what became labels
    std::string labels;  // `a="b",c="d"`
  };
  // Of Scope::Start().
  Extracted FromScope(std::string_view start) const;
  // Of a metric's name.
  Extracted FromMetric(std::string_view name) const;
  // Those that every series has.
  std::string FixedLabels() const;
};

// `name="value"`, behind a comma if it is not the first.
void AppendLabel(std::string_view name, std::string_view value, std::string& labels);

}  // namespace outrigger::stats
