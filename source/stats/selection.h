// Which metrics a page or scrape asked for.
//
// Thread: service.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "stats/scope.h"

namespace outrigger::stats {

// As Registry::List gives them.
using ScopeList = std::vector<std::shared_ptr<const Scope>>;

struct Selection {
  bool used_only = false;
  // Asked with the dotted name; empty: everything.
  std::function<bool(std::string_view)> filter;

  bool Takes(const Scope& scope, size_t metric, std::string_view name) const {
    if (filter && !filter(name)) return false;
    return !used_only || scope.IsUsed(metric);
  }
};

}  // namespace outrigger::stats
