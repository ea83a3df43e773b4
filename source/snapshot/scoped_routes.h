// Route tables by scope: a connection manager that takes the one that the key of each request leads
// to, as values.
//
// Names of route tables stay names here; what keys lead to is in the snapshot (LinkedScopes).
// Thread: any (const after compile).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/resource_source.h"
#include "routing/route_table.h"
#include "routing/scope_key.h"

namespace outrigger {

// One scope.
struct RouteScope {
  std::string name;
  std::string key;               // routing::JoinScopeKey
  std::string route_table_name;  // RDS name; empty when inline_routes is set
  std::shared_ptr<const routing::RouteTable> inline_routes;
};
using ScopePointer = std::shared_ptr<const RouteScope>;

// Where the scopes of a connection manager come from, and their route tables.
struct ScopedRoutes {
  std::string name;  // of what is counted
  routing::ScopeFragments fragments;
  SourcePointer routes_source;              // null: the aggregated stream
  std::optional<Duration> routes_wait_max;  // initial_fetch_timeout of RDS; unset: for ever
  SourcePointer scopes_source;              // of SRDS
  std::optional<Duration> scopes_wait_max;  // the same of SRDS
  std::vector<ScopePointer> inline_scopes;  // instead of SRDS
  bool is_inline = false;

  // Requires: not inline.
  std::string scopes_key() const { return ResourceKey("", scopes_source); }
  // Requires: the scope names its table.
  std::string routes_key(const RouteScope& scope) const {
    return ResourceKey(scope.route_table_name, routes_source);
  }
};

}  // namespace outrigger
