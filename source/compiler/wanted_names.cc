#include "compiler/wanted_names.h"

#include <set>
#include <string>
#include <utility>

namespace outrigger::compiler {

namespace {

// Of the tables that come by name: what they are called, and whose counters tell of them.
using RouteTables = std::set<std::pair<std::string, std::string>>;

template <typename OnHttp>
void ForEachNamedTable(const ListenerConfig& listener, OnHttp on_http) {
  for (const FilterChain& chain : listener.chains) {
    if (chain.is_http() && chain.http().inline_routes == nullptr) on_http(chain.http());
  }
}

RouteTables RouteTablesOf(const ListenerConfig& listener) {
  RouteTables tables;
  ForEachNamedTable(listener, [&](const HttpOptions& http) {
    tables.emplace(http.routes_key(), http.stat_prefix);
  });
  return tables;
}

bool UsesFiles(const ListenerConfig& listener) {
  bool uses = false;
  ForEachNamedTable(listener,
                    [&](const HttpOptions& http) { uses |= http.routes_file != nullptr; });
  return uses;
}

}  // namespace

void NoteWanted(const Cluster& cluster, FilesByKey& endpoints) {
  if (cluster.type == ClusterType::kEds)
    endpoints[cluster.endpoints_key()] = cluster.endpoints_file;
}

void NoteWanted(const ListenerConfig& listener, FilesByKey& routes) {
  ForEachNamedTable(listener,
                    [&](const HttpOptions& http) { routes[http.routes_key()] = http.routes_file; });
}

bool AskForTheSame(const Cluster& one, const Cluster& other) {
  if (one.dns != nullptr || other.dns != nullptr || one.type != other.type) return false;
  if (one.type != ClusterType::kEds) return true;
  return one.endpoints_file == nullptr && other.endpoints_file == nullptr &&
         one.eds_name == other.eds_name && one.stat_name == other.stat_name &&
         one.update_stats == other.update_stats;
}

bool AskForTheSame(const ListenerConfig& one, const ListenerConfig& other) {
  return !UsesFiles(one) && !UsesFiles(other) && RouteTablesOf(one) == RouteTablesOf(other);
}

}  // namespace outrigger::compiler
