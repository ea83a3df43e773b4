// One consistent configuration: everything a worker needs to serve, by dense id.
//
// Const and complete: no proto, no lookup by string. The linker makes it on the control thread;
// workers take it whole, pin it per exchange, and hand their last reference back to control.
//
// Thread: any (const once published).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "base/absl_view.h"
#include "base/ids.h"
#include "cluster/cluster.h"
#include "cluster/endpoint_set.h"
#include "cluster/lb/subset_table.h"
#include "http/filter_discovery.h"
#include "net/tls_context.h"
#include "routing/route_table.h"
#include "snapshot/cluster_index.h"
#include "snapshot/listener_config.h"
#include "snapshot/slot_table.h"

namespace outrigger {

// A route table with its cluster names resolved.
struct LinkedRoutes {
  std::shared_ptr<const routing::RouteTable> table;
  // While this is pinned its own id and those of its clusters name nothing else.
  IdLease<RouteTableId> lease;
  // By routing::ClusterSlot; null: no route has that slot. An id may be that of nothing (503 NC).
  std::vector<IdLease<ClusterId>> clusters;

  ClusterId ClusterOf(routing::ClusterSlot slot) const { return *clusters[slot]; }
};

// The route tables of a connection manager that has one for each scope.
struct LinkedScopes {
  using Positions = absl::flat_hash_map<std::string, uint32_t>;

  std::shared_ptr<const Positions> positions;  // in `tables`, by key
  std::vector<std::shared_ptr<const LinkedRoutes>> tables;
  IdLease<RouteScopesId> lease;  // of its own id

  // Null: there is no such scope.
  const std::shared_ptr<const LinkedRoutes>* Find(std::string_view key) const {
    const auto position = positions->find(AbslView(key));
    return position == positions->end() ? nullptr : &tables[position->second];
  }
};

// A filter chain with its route table, or with the clusters of its TCP proxy, resolved.
struct LinkedChain {
  // Also for inline routes: they get a table of their own. Unset for a TCP proxy, and where there
  // is a table for each scope.
  RouteTableId routes;
  IdLease<RouteTableId> routes_lease;
  RouteScopesId scopes;  // unset: it has none
  IdLease<RouteScopesId> scopes_lease;
  std::vector<IdLease<ClusterId>> tcp_clusters;  // parallel to TcpOptions::cluster_names
};

// Most listeners have one address.
using SocketLeases = absl::InlinedVector<IdLease<ListenSocketId>, 1>;

struct LinkedListener {
  std::shared_ptr<const ListenerConfig> config;
  IdLease<ListenerId> lease;
  SocketLeases sockets;             // parallel to ListenerConfig::addresses
  std::vector<LinkedChain> chains;  // parallel to ListenerConfig::chains
};

// One filter chain of a listener, by its position there.
struct ChainOfListener {
  const LinkedListener* listener = nullptr;
  uint32_t chain = 0;

  const FilterChain& config() const { return listener->config->chains[chain]; }
  const LinkedChain& linked() const { return listener->chains[chain]; }
};

struct ConfigSnapshot {
  uint64_t version = 0;  // counts publications; for admin, logs and tests
  SlotTable<ClusterId, Cluster> clusters;
  // By cluster: the endpoints it has now. Null: none known yet (warming) or never (no such
  // cluster).
  SlotTable<ClusterId, EndpointSet> endpoints;
  // How those are divided; null where they are not.
  SlotTable<ClusterId, SubsetTable> subsets;
  SlotTable<RouteTableId, LinkedRoutes> routes;
  SlotTable<RouteScopesId, LinkedScopes> scopes;
  SlotTable<ListenerId, LinkedListener> listeners;
  SlotTable<ListenSocketId, ListenerId> listener_by_socket;
  std::shared_ptr<const ClusterIndex> cluster_index;  // null: nobody asks for a name
  // Of the profiles that take secrets. Null: these have not come.
  SlotTable<TlsProfileId, TlsContext> tls;
  // What filters are whose configuration comes by itself. Null: it has not come, or is gone.
  SlotTable<DiscoveredFilterId, DiscoveredFilter> discovered_filters;

  // What secures new connections of that profile. Null: nothing, and in plaintext it must not go.
  const std::shared_ptr<const TlsContext>& TlsOf(const TlsProfile& profile) const {
    return profile.takes_secrets() ? tls.Slot(profile.id) : profile.context;
  }
};

}  // namespace outrigger
