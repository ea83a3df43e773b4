#include "compiler/update_stats.h"

#include <xxhash.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "cluster/cluster_update_stats.h"
#include "compiler/host_tables.h"
#include "compiler/resource_types.h"
#include "compiler/route_scopes.h"
#include "stats/server_stats.h"

namespace outrigger::compiler {

namespace {

constexpr UpdateMetrics kCds = {
    stats::kCdsUpdateAttempt,  stats::kCdsUpdateSuccess,    stats::kCdsUpdateFailure,
    stats::kCdsUpdateRejected, stats::kCdsInitFetchTimeout, stats::kCdsUpdateTime,
    stats::kCdsVersion,        stats::kCdsVersionText,      std::nullopt,
    stats::kCdsConfigReload};
constexpr UpdateMetrics kLds = {stats::kLdsUpdateAttempt,
                                stats::kLdsUpdateSuccess,
                                stats::kLdsUpdateFailure,
                                stats::kLdsUpdateRejected,
                                stats::kLdsInitFetchTimeout,
                                stats::kLdsUpdateTime,
                                stats::kLdsVersion,
                                stats::kLdsVersionText,
                                std::nullopt,
                                std::nullopt};
constexpr UpdateMetrics kRds = {stats::kRdsUpdateAttempt,    stats::kRdsUpdateSuccess,
                                stats::kRdsUpdateFailure,    stats::kRdsUpdateRejected,
                                stats::kRdsInitFetchTimeout, stats::kRdsUpdateTime,
                                stats::kRdsVersion,          stats::kRdsVersionText,
                                stats::kRdsUpdateEmpty,      stats::kRdsConfigReload};
constexpr UpdateMetrics kSrds = {stats::kSrdsUpdateAttempt,    stats::kSrdsUpdateSuccess,
                                 stats::kSrdsUpdateFailure,    stats::kSrdsUpdateRejected,
                                 stats::kSrdsInitFetchTimeout, stats::kSrdsUpdateTime,
                                 stats::kSrdsVersion,          stats::kSrdsVersionText,
                                 stats::kSrdsUpdateEmpty,      stats::kSrdsConfigReload};
constexpr UpdateMetrics kEds = {
    kClusterUpdateAttempt,    kClusterUpdateSuccess, kClusterUpdateFailure, kClusterUpdateRejected,
    kClusterInitFetchTimeout, kClusterUpdateTime,    kClusterVersion,       std::nullopt,
    kClusterUpdateEmpty,      std::nullopt};

constexpr UpdateMetrics kSds = {
    stats::kSdsUpdateAttempt,  stats::kSdsUpdateSuccess,    stats::kSdsUpdateFailure,
    stats::kSdsUpdateRejected, stats::kSdsInitFetchTimeout, stats::kSdsUpdateTime,
    stats::kSdsVersion,        stats::kSdsVersionText,      std::nullopt,
    stats::kSdsConfigReload};
constexpr UpdateMetrics kEcds = {
    stats::kEcdsUpdateAttempt,  stats::kEcdsUpdateSuccess,    stats::kEcdsUpdateFailure,
    stats::kEcdsUpdateRejected, stats::kEcdsInitFetchTimeout, stats::kEcdsUpdateTime,
    stats::kEcdsVersion,        stats::kEcdsVersionText,      std::nullopt,
    stats::kEcdsConfigReload,   stats::kEcdsConfigFail};

constexpr UpdateMetrics kRtds = {stats::kRtdsUpdateAttempt,
                                 stats::kRtdsUpdateSuccess,
                                 stats::kRtdsUpdateFailure,
                                 stats::kRtdsUpdateRejected,
                                 stats::kRtdsInitFetchTimeout,
                                 stats::kRtdsUpdateTime,
                                 stats::kRtdsVersion,
                                 stats::kRtdsVersionText,
                                 std::nullopt,
                                 std::nullopt};

const stats::Family& EcdsFamilyOf(FilterPlace place) {
  switch (place) {
    case FilterPlace::kNetwork:
      return stats::kNetworkEcdsFamily;
    case FilterPlace::kListener:
      return stats::kListenerEcdsFamily;
    case FilterPlace::kHttp:
      break;
  }
  return stats::kHttpEcdsFamily;
}

}  // namespace

std::optional<UpdateStats::Type> UpdateStats::TypeOf(std::string_view type_url) {
  if (type_url == kClusterType) return Type::kClusters;
  if (type_url == kEndpointType) return Type::kEndpoints;
  if (type_url == kScopeType) return Type::kScopes;
  if (type_url == kVirtualHostType) return Type::kHosts;
  if (type_url == kRouteType) return Type::kRoutes;
  if (type_url == kListenerType) return Type::kListeners;
  if (type_url == kSecretType) return Type::kSecrets;
  if (type_url == kExtensionType) return Type::kExtensions;
  if (type_url == kRuntimeType) return Type::kRuntimes;
  return std::nullopt;
}

void UpdateStats::Subscription::Accept(std::string_view version, WallTime now) const {
  stats::Block& block = scope->ForWriter(stats::kControlWriter);
  block.Add(metrics->attempt);
  block.Add(metrics->success);
  const auto since_epoch =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
  block.Set(metrics->time, static_cast<uint64_t>(since_epoch.count()));
  block.Set(metrics->version, XXH64(version.data(), version.size(), 0));
  if (metrics->version_text.has_value()) scope->SetText(*metrics->version_text, version);
}

void UpdateStats::Subscription::Reject() const {
  Add(metrics->attempt);
  Add(metrics->rejected);
  NoteUseless();
}

void UpdateStats::Subscription::Fail() const {
  Add(metrics->attempt);
  Add(metrics->failure);
}

void UpdateStats::Subscription::TimeOut() const {
  Add(metrics->timeout);
  NoteUseless();
}

void UpdateStats::Subscription::NoteEmpty() const {
  if (metrics->empty.has_value()) Add(*metrics->empty);
}

void UpdateStats::Subscription::NoteReload() const {
  if (metrics->reload.has_value()) Add(*metrics->reload);
}

void UpdateStats::Subscription::NoteUseless() const {
  if (metrics->useless.has_value()) Add(*metrics->useless);
}

UpdateStats::UpdateStats(stats::Registry& registry)
    : registry_(registry),
      clusters_{registry.Find(stats::kClusterManagerFamily, ""), &kCds},
      listeners_{registry.Find(stats::kListenerManagerFamily, ""), &kLds} {}

void UpdateStats::Fail(Type type, std::string_view source) {
  if (type == Type::kClusters || type == Type::kListeners) {
    Of(type).Fail();
    return;
  }
  ForEachFrom(type, source, [](const Subscription& subscription) { subscription.Fail(); });
}

const UpdateStats::Named& UpdateStats::NamedOf(Type type) const {
  if (type == Type::kSecrets) return secrets_;
  if (type == Type::kExtensions) return extensions_;
  if (type == Type::kRuntimes) return runtimes_;
  if (type == Type::kScopes) return scopes_;
  if (type == Type::kHosts) return hosts_;
  return type == Type::kEndpoints ? endpoints_ : routes_;
}

void UpdateStats::NoteConflict(std::string_view extension) const {
  ForEach(Type::kExtensions, extension, [](const Subscription& subscription) {
    subscription.scope->ForWriter(stats::kControlWriter).Add(stats::kEcdsConfigConflict);
  });
}

void UpdateStats::SetWanted(const Resources& resources, const WantedNames& wanted) {
  Named endpoints;
  for (const auto& [name, entry] : resources.clusters.entries()) {
    if (entry.value == nullptr || entry.value->type != ClusterType::kEds) continue;
    Add({entry.value->update_stats, &kEds}, endpoints[entry.value->endpoints_key()]);
  }
  Named routes;
  Named scopes;
  Named hosts;
  for (const auto& [name, entry] : resources.listeners.entries()) {
    if (entry.value == nullptr) continue;
    for (const FilterChain& chain : entry.value->chains) {
      if (!chain.is_http()) continue;
      AddRoutesOf(resources, chain.http(), routes, hosts);
      AddScopesOf(chain.http(), scopes);
    }
  }
  Named secrets;
  for (const auto& [key, source] : wanted.secrets) {
    Add({registry_.Find(stats::kSdsFamily, NameInKey(key)), &kSds}, secrets[key]);
  }
  Named extensions;
  for (const auto& [key, place] : wanted.extension_users) {
    Add({registry_.Find(EcdsFamilyOf(place), NameInKey(key)), &kEcds}, extensions[key]);
  }
  Replace(endpoints_, std::move(endpoints));
  Replace(routes_, std::move(routes));
  Replace(scopes_, std::move(scopes));
  Replace(hosts_, std::move(hosts));
  Replace(secrets_, std::move(secrets));
  Replace(extensions_, std::move(extensions));
}

void UpdateStats::AddWanted(const Cluster& cluster) {
  if (cluster.type == ClusterType::kEds) {
    AddNew(cluster.endpoints_key(), {cluster.update_stats, &kEds}, endpoints_);
  }
  if (cluster.tls == nullptr) return;
  for (const SecretUse& use : cluster.tls->secrets) {
    AddNew(use.key(), {registry_.Find(stats::kSdsFamily, use.name), &kSds}, secrets_);
  }
}

void UpdateStats::SetRuntimes(const SourcesByKey& runtimes) {
  Named named;
  for (const auto& [key, source] : runtimes) {
    Add({registry_.Find(stats::kRtdsFamily, ""), &kRtds}, named[key]);
  }
  Replace(runtimes_, std::move(named));
}

void UpdateStats::AddRoutesOf(const Resources& resources, const HttpOptions& http, Named& routes,
                              Named& hosts) {
  const auto add = [&](const std::string& key, std::string_view name) {
    const std::string scope = stats::RdsScopeName(http.stat_prefix, name);
    Add({registry_.Find(stats::kRdsFamily, scope), &kRds}, routes[key]);
    const auto* entry = resources.routes.Find(key);
    if (entry == nullptr || entry->value == nullptr) return;
    const auto& discovery = entry->value->values().host_discovery;
    if (!discovery.has_value()) return;
    const std::string hosts_scope = stats::VhdsScopeName(http.stat_prefix, name);
    Add({registry_.Find(stats::kVhdsFamily, hosts_scope), &kRds},
        hosts[HostsKeyOf(key, *discovery)]);
  };
  if (http.names_routes()) add(http.routes_key(), http.route_table_name);
  if (http.scoped_routes == nullptr) return;
  ForEachScope(resources, *http.scoped_routes, [&](const std::string&, const ScopePointer& scope) {
    if (scope->inline_routes != nullptr) return;
    add(http.scoped_routes->routes_key(*scope), scope->route_table_name);
  });
}

void UpdateStats::AddScopesOf(const HttpOptions& http, Named& scopes) {
  if (http.scoped_routes == nullptr || http.scoped_routes->is_inline) return;
  const std::string scope = stats::SrdsScopeName(http.stat_prefix, http.scoped_routes->name);
  Add({registry_.Find(stats::kSrdsFamily, scope), &kSrds},
      scopes[http.scoped_routes->scopes_key()]);
}

bool UpdateStats::HasScope(const Subscriptions& subscriptions, const stats::Scope& scope) {
  return std::ranges::any_of(subscriptions, [&](const Subscription& subscription) {
    return subscription.scope.get() == &scope;
  });
}

void UpdateStats::Add(Subscription subscription, Subscriptions& subscriptions) {
  if (!HasScope(subscriptions, *subscription.scope)) {
    subscriptions.push_back(std::move(subscription));
  }
}

void UpdateStats::AddNew(const std::string& key, Subscription subscription, Named& named) {
  Subscriptions& known = named[key];
  if (HasScope(known, *subscription.scope)) return;
  if (!IsFileKey(key)) subscription.Begin();
  known.push_back(std::move(subscription));
}

void UpdateStats::Replace(Named& named, Named wanted) {
  for (const auto& [key, subscriptions] : wanted) {
    const auto known = named.find(key);
    for (const Subscription& subscription : subscriptions) {
      const bool is_new = known == named.end() || !HasScope(known->second, *subscription.scope);
      if (is_new && !IsFileKey(key)) subscription.Begin();
    }
  }
  // What stays, stays where it is (BecomeInPlace tells why).
  for (auto it = named.begin(); it != named.end();) {
    const auto now = wanted.find(it->first);
    if (now != wanted.end() && !std::ranges::equal(it->second, now->second, {},
                                                   &Subscription::scope, &Subscription::scope)) {
      it->second = std::move(now->second);
    }
    it = now == wanted.end() ? named.erase(it) : std::next(it);
  }
  named.merge(wanted);
}

}  // namespace outrigger::compiler
