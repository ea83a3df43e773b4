// The linker's part that is about scopes of routes: which table each key leads to.
//
// What serves a key goes on until what is to come after it can serve: its route table is there, and
// the clusters of that are or have been waited for (P13).
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "compiler/linker.h"
#include "compiler/route_scopes.h"

namespace outrigger::compiler {

// Those of SRDS are the same for all chains that take them, and their routes, from the same source.
std::string Linker::ScopeSetName(const ListenerConfig& listener, size_t chain) {
  const ScopedRoutes& scoped = *listener.chains[chain].http().scoped_routes;
  if (scoped.is_inline) return fmt::format("\x01{}\x01{}", listener.name, chain);
  return fmt::format("\x01\x01{}\x01{}", scoped.scopes_key(),
                     ResourceKey("", scoped.routes_source));
}

namespace {

std::string TableKeyOf(std::string_view set_name, const ScopedRoutes& scoped,
                       const RouteScope& scope) {
  if (scope.inline_routes == nullptr) return scoped.routes_key(scope);
  return fmt::format("{}\x01{}", set_name, scope.name);
}

}  // namespace

void Linker::ScopesChanged(std::string_view source) {
  for (const auto& [name, set] : scope_sets_) {
    if (!set.config->is_inline && set.config->scopes_key() == source) changed_scopes_.insert(name);
  }
}

void Linker::LinkScopes() {
  for (const auto& [name, set] : scope_sets_) {
    if (!set.waiting.empty()) changed_scopes_.insert(name);
  }
  for (const std::string& name : std::exchange(changed_scopes_, {})) {
    const auto set = scope_sets_.find(name);
    if (set != scope_sets_.end()) LinkScopeSet(name, set->second, kClusterWaitMax);
  }
}

void Linker::LinkScopeSet(const std::string& name, ScopeSet& set, Duration clusters_wait_max) {
  ScopeSet::Ways next;
  WaitingByName waiting_before = std::exchange(set.waiting, {});
  ForEachScope(resources_, *set.config, [&](const std::string& key, const ScopePointer& scope) {
    if (!set.config->is_inline) looked_.scopes.insert(key);
    const auto serving = set.ways.find(scope->key);
    ScopeWay way = {scope, TableKeyOf(name, *set.config, *scope)};
    if (serving == set.ways.end() || serving->second.scope != scope) {
      if (auto known = waiting_before.extract(key)) set.waiting.insert(std::move(known));
      std::optional<Waiting> wait =
          MissingFor(way, *set.config, clusters_wait_max, BeganToWait(set.waiting, key));
      if (wait.has_value() && StillWaits(set.waiting, key, *std::move(wait))) {
        if (serving != set.ways.end()) next.insert(*serving);
        return;
      }
      set.waiting.erase(key);
    }
    next.insert_or_assign(scope->key, std::move(way));
  });
  MoveTo(std::move(next), set);
}

void Linker::MoveTo(ScopeSet::Ways next, ScopeSet& set) {
  for (const auto& [key, way] : next) {
    const bool is_inline = way.scope->inline_routes != nullptr;
    if (!is_inline) looked_.routes.insert(way.table);
    UseTable(way.table, RoutesOf(way), is_inline);
  }
  const bool leads_elsewhere =
      !std::ranges::equal(set.ways, next, [](const auto& before, const auto& now) {
        return before.first == now.first && before.second.table == now.second.table;
      });
  for (const auto& [key, way] : std::exchange(set.ways, std::move(next))) ReleaseTable(way.table);
  set.has_changed |= leads_elsewhere;
  asks_for_less_ |= leads_elsewhere;
}

std::optional<Waiting> Linker::MissingFor(const ScopeWay& way, const ScopedRoutes& scoped,
                                          Duration clusters_wait_max, MonotonicTime began) {
  if (way.scope->inline_routes == nullptr && tables_.contains(way.table)) return std::nullopt;
  const TablePointer routes = RoutesOf(way);
  if (routes == nullptr) return WaitFor(DescribeRoutes(*way.scope, scoped));
  if (auto wait = MissingHosts(*routes, began)) return wait;
  return ClusterToWaitFor(routes->values().cluster_names, clusters_wait_max);
}

std::string Linker::DescribeRoutes(const RouteScope& scope, const ScopedRoutes& scoped) {
  return fmt::format("route configuration {}",
                     DescribeResource(scope.route_table_name, scoped.routes_source));
}

Linker::TablePointer Linker::RoutesOf(const ScopeWay& way) const {
  if (way.scope->inline_routes != nullptr) return way.scope->inline_routes;
  const auto* entry = resources_.routes.Find(way.table);
  return entry == nullptr ? nullptr : entry->value;
}

// The first answer, then every table that is named in it (X51): as with a single one.
std::optional<Waiting> Linker::MissingScopes(const ListenerConfig& listener, size_t chain,
                                             MonotonicTime began) const {
  const ScopedRoutes& scoped = *listener.chains[chain].http().scoped_routes;
  if (!scoped.is_inline) {
    if (scope_sets_.contains(ScopeSetName(listener, chain))) return std::nullopt;
    if (!resources_.answered_scopes.contains(scoped.scopes_key())) {
      return WaitFor(DescribeResource("scoped routes", scoped.scopes_source), began,
                     scoped.scopes_wait_max);
    }
  }
  std::optional<Waiting> longest;
  ForEachScope(resources_, scoped, [&](const std::string&, const ScopePointer& scope) {
    if (!IsMissing(*scope, scoped)) return;
    longest = Longer(std::move(longest),
                     WaitFor(DescribeRoutes(*scope, scoped), began, scoped.routes_wait_max));
  });
  return longest;
}

bool Linker::IsMissing(const RouteScope& scope, const ScopedRoutes& scoped) const {
  if (scope.inline_routes != nullptr) return false;
  const std::string key = scoped.routes_key(scope);
  const auto* entry = resources_.routes.Find(key);
  if (tables_.contains(key)) return false;
  return entry == nullptr || entry->value == nullptr || LacksHosts(*entry->value);
}

void Linker::NoteOverdueScopes(const ScopedRoutes& scoped) {
  if (!scoped.is_inline && !resources_.answered_scopes.contains(scoped.scopes_key())) {
    overdue_.scopes.insert(scoped.scopes_key());
    return;
  }
  ForEachScope(resources_, scoped, [&](const std::string&, const ScopePointer& scope) {
    if (IsMissing(*scope, scoped)) overdue_.routes.insert(scoped.routes_key(*scope));
  });
}

// Of all tables that are not in use yet.
Linker::ClusterNames Linker::ClustersOfScopes(const ListenerConfig& listener, size_t chain) const {
  const ScopedRoutes& scoped = *listener.chains[chain].http().scoped_routes;
  const std::string set_name = ScopeSetName(listener, chain);
  ClusterNames names;
  if (!scoped.is_inline && scope_sets_.contains(set_name)) return names;
  ForEachScope(resources_, scoped, [&](const std::string&, const ScopePointer& scope) {
    const ScopeWay way = {scope, TableKeyOf(set_name, scoped, *scope)};
    const TablePointer routes = RoutesOf(way);
    if (routes == nullptr || (scope->inline_routes == nullptr && tables_.contains(way.table))) {
      return;
    }
    const ClusterNames& clusters = routes->values().cluster_names;
    names.insert(names.end(), clusters.begin(), clusters.end());
  });
  return names;
}

void Linker::UseScopes(const ListenerConfig& listener, size_t chain, LinkedChain& linked) {
  const std::string name = ScopeSetName(listener, chain);
  ScopeSet& set = scope_sets_[name];
  if (set.lease == nullptr) set.lease = scope_ids_.Get(name);
  const bool is_new = set.chains++ == 0;
  const ScopedRoutes& scoped = *listener.chains[chain].http().scoped_routes;
  if (is_new || scoped.is_inline) {
    set.config = listener.chains[chain].http().scoped_routes;
    LinkScopeSet(name, set, Duration::zero());  // the listener has waited
  }
  linked.scopes_lease = set.lease;
  linked.scopes = *set.lease;
}

void Linker::ReleaseScopes(const std::string& set_name) {
  const auto set = scope_sets_.find(set_name);
  if (--set->second.chains > 0) return;
  for (const auto& [key, way] : set->second.ways) ReleaseTable(way.table);
  next_.scopes.Set(*set->second.lease, nullptr);
  scope_sets_.erase(set);
  has_changes_ = true;
}

// What workers see of those whose keys lead elsewhere, or to a newer version of a table.
void Linker::ShowScopes() {
  const bool have_tables_changed = std::exchange(have_tables_changed_, false);
  for (auto& [name, set] : scope_sets_) {
    const LinkedScopes* before = next_.scopes.Get(*set.lease);
    const bool has_other_keys = std::exchange(set.has_changed, false) || before == nullptr;
    if (!has_other_keys && !have_tables_changed) continue;
    auto linked = std::make_shared<LinkedScopes>();
    linked->lease = set.lease;
    for (const auto& [key, way] : set.ways) {
      linked->tables.push_back(next_.routes.Slot(*tables_.find(way.table)->second.lease));
    }
    if (!has_other_keys && linked->tables == before->tables) continue;
    linked->positions = has_other_keys ? PositionsOf(set) : before->positions;
    next_.scopes.Set(*set.lease, std::move(linked));
    has_changes_ = true;
  }
}

std::shared_ptr<const LinkedScopes::Positions> Linker::PositionsOf(const ScopeSet& set) {
  auto positions = std::make_shared<LinkedScopes::Positions>();
  for (const auto& [key, way] : set.ways) {
    positions->emplace(key, static_cast<uint32_t>(positions->size()));
  }
  return positions;
}

bool Linker::ServesScope(std::string_view name, const void* scope) const {
  const std::string_view source = SourceInKey(name);
  for (const auto& [set_name, set] : scope_sets_) {
    if (set.config->is_inline || set.config->scopes_key() != source) continue;
    const auto way = set.ways.find(static_cast<const RouteScope*>(scope)->key);
    if (way != set.ways.end() && way->second.scope.get() == scope) return true;
  }
  return false;
}

const Waiting* Linker::WaitOfScope(std::string_view name) const {
  for (const auto& [set_name, set] : scope_sets_) {
    const auto wait = set.waiting.find(name);
    if (wait != set.waiting.end() && !set.config->is_inline) return &wait->second;
  }
  return nullptr;
}

void Linker::NoteScopesWanted(WantedNames& wanted) const {
  for (const auto& [name, set] : scope_sets_) {
    for (const auto& [key, way] : set.ways) {
      if (way.scope->inline_routes != nullptr) continue;
      wanted.routes[way.table] = set.config->routes_source;
    }
  }
}

}  // namespace outrigger::compiler
