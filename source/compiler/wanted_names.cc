#include "compiler/wanted_names.h"

#include "compiler/listener_discoveries.h"
#include "compiler/route_scopes.h"

namespace outrigger::compiler {

namespace {

// Of the tables that come by name: what they are called, and whose counters tell of them.
using RouteTables = std::set<std::pair<std::string, std::string>>;

template <typename OnHttp>
void ForEachNamedTable(const ListenerConfig& listener, OnHttp on_http) {
  for (const FilterChain& chain : listener.chains) {
    if (chain.is_http() && chain.http().names_routes()) on_http(chain.http());
  }
}

RouteTables RouteTablesOf(const ListenerConfig& listener) {
  RouteTables tables;
  ForEachNamedTable(listener, [&](const HttpOptions& http) {
    tables.emplace(http.routes_key(), http.stat_prefix);
  });
  return tables;
}

template <typename OnScoped>
void ForEachScoped(const ListenerConfig& listener, OnScoped on_scoped) {
  for (const FilterChain& chain : listener.chains) {
    if (chain.is_http() && chain.http().scoped_routes != nullptr) {
      on_scoped(*chain.http().scoped_routes);
    }
  }
}

bool UsesFilesOrScopes(const ListenerConfig& listener) {
  bool uses = false;
  ForEachScoped(listener, [&](const ScopedRoutes&) { uses = true; });
  ForEachNamedTable(listener,
                    [&](const HttpOptions& http) { uses |= http.routes_source != nullptr; });
  return uses;
}

template <typename OnSecret>
void ForEachSecret(const TlsProfilePointer& profile, OnSecret on_secret) {
  if (profile == nullptr) return;
  for (const SecretUse& use : profile->secrets) on_secret(use);
}

template <typename OnSecret>
void ForEachSecret(const Cluster& cluster, OnSecret on_secret) {
  ForEachSecret(cluster.tls, on_secret);
}

template <typename OnSecret>
void ForEachSecret(const ListenerConfig& listener, OnSecret on_secret) {
  for (const FilterChain& chain : listener.chains) ForEachSecret(chain.tls, on_secret);
}

template <typename Owner>
std::set<std::string> SecretsOf(const Owner& owner) {
  std::set<std::string> keys;
  ForEachSecret(owner, [&](const SecretUse& use) { keys.insert(use.key()); });
  return keys;
}

template <typename Owner>
void NoteSecrets(const Owner& owner, SourcesByKey& secrets) {
  ForEachSecret(owner, [&](const SecretUse& use) { secrets[use.key()] = use.source; });
}

std::set<std::pair<std::string, FilterPlace>> ExtensionsOf(const ListenerConfig& listener) {
  std::set<std::pair<std::string, FilterPlace>> extensions;
  ForEachDiscovery(listener, [&](const ExtensionDiscovery& discovery) {
    extensions.emplace(discovery.key(), discovery.place);
  });
  return extensions;
}

}  // namespace

void NoteWanted(const Cluster& cluster, WantedNames& wanted) {
  if (cluster.type == ClusterType::kEds) {
    wanted.endpoints[cluster.endpoints_key()] = cluster.endpoints_source;
  }
  NoteSecrets(cluster, wanted.secrets);
}

void NoteWanted(const ListenerConfig& listener, WantedNames& wanted) {
  ForEachNamedTable(listener, [&](const HttpOptions& http) {
    wanted.routes[http.routes_key()] = http.routes_source;
  });
  ForEachScoped(listener, [&](const ScopedRoutes& scoped) {
    if (!scoped.is_inline) wanted.scopes[scoped.scopes_key()] = scoped.scopes_source;
  });
  NoteSecrets(listener, wanted.secrets);
  ForEachDiscovery(listener, [&](const ExtensionDiscovery& discovery) {
    wanted.extensions[discovery.key()] = discovery.source;
    wanted.extension_users.emplace(discovery.key(), discovery.place);
  });
}

void NoteScopedRoutes(const Resources& resources, const ListenerConfig& listener,
                      WantedNames& wanted) {
  ForEachScoped(listener, [&](const ScopedRoutes& scoped) {
    ForEachScope(resources, scoped, [&](const std::string&, const ScopePointer& scope) {
      if (scope->inline_routes != nullptr) return;
      wanted.routes[scoped.routes_key(*scope)] = scoped.routes_source;
    });
  });
}

bool ComesAggregated(const Cluster& cluster) {
  bool is_aggregated = cluster.dns == nullptr && cluster.endpoints_source == nullptr;
  ForEachSecret(cluster, [&](const SecretUse& use) { is_aggregated &= use.source == nullptr; });
  return is_aggregated;
}

bool AskForTheSame(const Cluster& one, const Cluster& other) {
  if (one.dns != nullptr || other.dns != nullptr || one.type != other.type) return false;
  if (SecretsOf(one) != SecretsOf(other)) return false;
  if (one.type != ClusterType::kEds) return true;
  return one.endpoints_source == nullptr && other.endpoints_source == nullptr &&
         one.eds_name == other.eds_name && one.stat_name == other.stat_name &&
         one.update_stats == other.update_stats;
}

bool AskForTheSame(const ListenerConfig& one, const ListenerConfig& other) {
  return !UsesFilesOrScopes(one) && !UsesFilesOrScopes(other) &&
         RouteTablesOf(one) == RouteTablesOf(other) && SecretsOf(one) == SecretsOf(other) &&
         ExtensionsOf(one) == ExtensionsOf(other);
}

}  // namespace outrigger::compiler
