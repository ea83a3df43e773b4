// Which metrics a page or scrape asked for, and in what form.
//
// Thread: service.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "stats/name_rules.h"
#include "stats/scope.h"

namespace outrigger::stats {

// As Registry::List gives them.
using ScopeList = std::vector<std::shared_ptr<const Scope>>;

// Envoy's forms of a histogram (`histogram_buckets=`).
enum class HistogramForm { kSummary, kCumulative, kDisjoint, kDetailed };

struct Selection {
  bool used_only = false;
  // Asked with the dotted name; empty: everything.
  std::function<bool(std::string_view)> filter;
  std::optional<Kind> kind;                 // only of this one
  std::optional<HistogramForm> histograms;  // absent: the writer's own
  bool writes_texts = false;                // to Prometheus, as gauges
  const NameRules* names = nullptr;         // null: every metric; outlives the writer

  // Requires: the scope has it.
  bool Takes(const Scope& scope, size_t metric, std::string_view name) const {
    if (kind.has_value() && scope.family().metrics[metric].kind != *kind) return false;
    if (names != nullptr && !names->Takes(name)) return false;
    if (filter && !filter(name)) return false;
    return !used_only || scope.IsUsed(metric);
  }
  bool TakesAll() const { return names == nullptr && !used_only && !filter && !kind.has_value(); }
};

}  // namespace outrigger::stats
