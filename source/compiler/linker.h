// Resources -> ConfigSnapshot: names become dense ids, and what is not complete stays out while the
// version before it serves (warming).
//
// An EDS cluster takes part once its endpoints are known, an empty set included (X13, X50); a
// change of it serves at once with the endpoints it has (P11). A listener waits for the route
// tables of all its filter chains and for the first answer about filters that come by themselves
// (X51), and both for the secrets that they are secured with. It
// and a newer version of a serving route table wait for clusters that cannot serve yet (P13), for
// each one a bounded time from when it was named: what does not come in it is known to be missing,
// and holds up nobody any more. A cluster that is gone serves on while a serving route table or TCP
// proxy names it. The next snapshot is made from the last one by setting slots that differ: a
// change of one endpoint set copies one chunk.
//
// What initial_fetch_timeout bounds goes on without what has not come: a new cluster
// without endpoints, a listener with an empty route table (X44) or with a filter's default, if it
// has one, either without a secret: then nobody is served by it, and nothing is said in plaintext.
//
// Owned by Configuration. Thread: control.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/absl_view.h"
#include "base/clock.h"
#include "compiler/id_table.h"
#include "compiler/name_pairs.h"
#include "compiler/resources.h"
#include "compiler/wanted_names.h"
#include "snapshot/config_snapshot.h"
#include "xds/deadlines.h"

namespace outrigger::compiler {

// Why the newest version of a resource does not serve.
struct Waiting {
  std::string what;
  WallTime since{};
  MonotonicTime began{};  // the same on the other clock
  // When it goes on without; never, if not set.
  std::optional<MonotonicTime> until;
};

class Linker {
 public:
  // How long what serves keeps its version for a cluster that is accepted and has no endpoints yet,
  // and for one that nobody has sent so far.
  static constexpr Duration kEndpointsWaitMax = std::chrono::seconds(15);
  static constexpr Duration kClusterWaitMax = std::chrono::seconds(15);
  // A new listener has no version to keep: one wrong name is not to hold up a start for longer.
  static constexpr Duration kFirstClusterWaitMax = std::chrono::seconds(5);
  // And it is no reason not to be live for longer than this, whatever it waits for (P12).
  static constexpr Duration kStartWaitMax = std::chrono::seconds(15);

  // By name. STYLE: as the maps of its users.
  using WaitingByName = std::map<std::string, Waiting, std::less<>>;

  // Clusters that are not there yet are waited for only if they may come.
  Linker(const Resources& resources, const Clock& clock, bool takes_clusters)
      : resources_(resources), clock_(clock), takes_clusters_(takes_clusters) {}

  // What changed since the last Link; Link looks at nothing else. Endpoints and routes by key.
  void ClusterChanged(std::string_view name) { clusters_.insert(std::string(name)); }
  void EndpointsChanged(std::string_view key);
  void RoutesChanged(std::string_view key) { routes_.insert(std::string(key)); }
  void ListenerChanged(std::string_view name) { listeners_.insert(std::string(name)); }
  // Scopes of routes of that source, as it stands in keys.
  void ScopesChanged(std::string_view source);
  // What secures connections of that profile from now on.
  void TlsChanged(TlsProfileId id, std::shared_ptr<const TlsContext> context);
  // What a filter is from now on, from the next request on.
  void FilterChanged(DiscoveredFilterId id, std::shared_ptr<const DiscoveredFilter> filter) {
    next_.discovered_filters.Set(id, std::move(filter));
    has_changes_ = true;
  }

  // Whose initial_fetch_timeout ended since the last call, by key (X44).
  struct Overdue {
    std::set<std::string> endpoints;
    std::set<std::string> routes;
    std::set<std::string> secrets;
    std::set<std::string> extensions;
    std::set<std::string> scopes;  // sources
    std::set<std::string> hosts;   // what their keys begin with
  };
  Overdue TakeOverdue() { return std::exchange(overdue_, {}); }

  // What serves goes on being asked for while a newer version waits, or routes name what is gone.
  void NoteServingWanted(WantedNames& wanted) const;
  // Since the last call something has ceased to serve that asked for more than what follows it.
  bool TakeAsksForLess() { return std::exchange(asks_for_less_, false); }

  // The next snapshot; null when nothing a worker could see has changed.
  std::shared_ptr<const ConfigSnapshot> Link();
  // When Link would find more though nothing has changed: the first wait that ends.
  std::optional<MonotonicTime> NextDeadline() const;

  // What Link has looked at since the last call: nothing else may have begun or ceased to serve.
  // Endpoints and routes by key.
  struct Looked {
    std::set<std::string> clusters;
    std::set<std::string> endpoints;
    std::set<std::string> routes;
    std::set<std::string> listeners;
    std::set<std::string> scopes;
  };
  Looked TakeLooked() { return std::exchange(looked_, {}); }

  // Where the server listens for this listener, address by address.
  SocketLeases SocketsFor(const ListenerConfig& listener);
  // The first of them, without making one; unset when nothing listens there.
  ListenSocketId FindSocket(const ListenerConfig& listener) const;

  // Those that a cluster serves with; null: it does not serve yet.
  std::shared_ptr<const EndpointSet> FindEndpoints(std::string_view cluster) const;
  // Unset: nothing has named it so far.
  ClusterId FindCluster(std::string_view name) const { return cluster_ids_.Find(name); }
  // What secures connections of that profile; null: its secrets have not come.
  const std::shared_ptr<const TlsContext>& FindTls(const TlsProfile& profile) const {
    return next_.TlsOf(profile);
  }

  // Accepted but not serving their newest version, with what they wait for. A cluster whose former
  // version serves meanwhile is among them.
  const WaitingByName& warming_listeners() const { return warming_listeners_; }
  const WaitingByName& warming_clusters() const { return warming_clusters_; }
  const WaitingByName& waiting_routes() const { return waiting_routes_; }
  // Of one scope of routes; null: it waits for nothing.
  const Waiting* WaitOfScope(std::string_view key) const;
  // Whether exactly this accepted value serves now.
  bool ServesCluster(std::string_view name, const void* cluster) const {
    return ServingCluster(name) == cluster;
  }
  bool ServesEndpoints(std::string_view key, const void* endpoints) const;
  bool ServesRoutes(std::string_view key, const void* table) const;
  // Whether the route table that serves now knows that host.
  bool ServesHost(std::string_view key, std::string_view authority) const;
  bool ServesListener(std::string_view name, const void* listener) const;
  bool ServesScope(std::string_view key, const void* scope) const;
  // A route table or a TCP proxy that serves names it.
  bool IsNamed(std::string_view cluster) const { return cluster_uses_.contains(AbslView(cluster)); }
  // It is gone, and something that serves still names it.
  bool IsLeaving(const std::string& cluster) const { return leaving_clusters_.contains(cluster); }
  // Some listener may come to serve any moment: the process is not live before.
  bool HoldsBackStart() const;
  // Versions of listeners that have begun to serve, ever.
  uint64_t listeners_placed() const { return listeners_placed_; }
  // Names that nothing uses any more; as often as somebody likes.
  void ForgetUnused();
  // Ids of clusters in use are below this.
  uint32_t cluster_id_end() const { return cluster_ids_.id_end(); }
  uint32_t table_id_end() const { return table_ids_.id_end(); }
  uint32_t listener_id_end() const { return listener_ids_.id_end(); }
  uint32_t socket_id_end() const { return socket_ids_.id_end(); }

 private:
  using TablePointer = std::shared_ptr<const routing::RouteTable>;
  using ListenerPointer = std::shared_ptr<const ListenerConfig>;
  using ClusterNames = std::vector<std::string>;
  // A route table of the next snapshot.
  struct Table {
    IdLease<RouteTableId> lease;
    uint32_t chains = 0;           // that use it
    uint32_t fetching_chains = 0;  // of those, that fetch clusters when they are needed
  };
  // Where the key of a scope leads.
  struct ScopeWay {
    ScopePointer scope;
    std::string table;
  };
  // The scopes of some chains: inline ones of one chain, or those of one source whose route tables
  // have one source as well.
  struct ScopeSet {
    using Ways = std::map<std::string, ScopeWay>;

    IdLease<RouteScopesId> lease;
    std::shared_ptr<const ScopedRoutes> config;  // of one of the chains
    uint32_t chains = 0;
    Ways ways;                 // that serve, by the scope's key
    WaitingByName waiting;     // scopes that do not yet
    bool has_changed = false;  // since workers were shown it
  };
  // What a listener that goes lets go of.
  struct Released {
    std::vector<std::string> tables;
    std::vector<std::string> scopes;
  };
  // By name: the version to serve now; null: none any more.
  using Moves = std::map<std::string, ListenerPointer>;

  void LinkCluster(const std::string& name);
  bool Waits(const Cluster& cluster, const EndpointSet* endpoints);
  std::optional<Waiting> MissingFor(const Cluster& cluster, const EndpointSet* endpoints) const;
  std::optional<Waiting> MissingSecret(const TlsProfilePointer& profile, MonotonicTime began) const;
  void NoteOverdueSecrets(const TlsProfilePointer& profile);
  bool IsMissing(const ExtensionDiscovery& discovery) const;
  std::optional<Waiting> MissingFilters(const ListenerConfig& listener, MonotonicTime began,
                                        bool has_default) const;
  void RefreshServing(const std::string& name);
  void NoteEndpointKeys(const std::string& name);
  std::shared_ptr<const EndpointSet> EndpointsFor(const Cluster& cluster) const;
  void SetCluster(const std::string& name, std::shared_ptr<const Cluster> cluster,
                  std::shared_ptr<const EndpointSet> endpoints);
  const Cluster* ServingCluster(std::string_view name) const;
  void RemoveLeavingClusters();
  void IndexClusters();

  void LinkRoutes(const std::string& table_name);
  void SetTable(const Table& table, TablePointer value);
  Table& UseTable(const std::string& table_name, TablePointer routes, bool is_inline);
  void ReleaseTable(const std::string& table_name);
  LinkedChain LinkChain(const ListenerConfig& listener, size_t chain);
  std::vector<IdLease<ClusterId>> MoveUses(const LinkedRoutes* before, const ClusterNames& names);
  std::vector<IdLease<ClusterId>> UseClusters(const ClusterNames& names);
  IdLease<ClusterId> UseCluster(const std::string& name);
  void DropUse(const std::string& cluster);
  void DropUses(const ClusterNames& names);
  void DropUses(const LinkedRoutes* linked);

  void LinkListeners();
  void NoteOverdue(const ListenerConfig& listener);
  Moves CompleteListeners();
  void HoldBackCollisions(Moves& moves);
  using Claims = std::map<std::string, std::string>;  // address -> listener, by name
  std::string ClashOf(const ListenerConfig& listener, const Moves& moves, Claims& claims) const;
  std::string StayingAt(const std::string& address, const Moves& moves) const;
  void Place(const std::string& name, ListenerPointer config);
  void Vacate(const std::string& name, const LinkedListener& serving);
  void LeaveChains(const ListenerConfig& listener, Released& released);
  std::optional<Waiting> MissingFor(const ListenerConfig& listener);
  std::optional<Waiting> MissingRoutes(const ListenerConfig& listener, size_t chain,
                                       MonotonicTime began) const;
  ClusterNames ClustersToWaitFor(const ListenerConfig& listener, size_t chain) const;
  TablePointer RoutesOf(const HttpOptions& http) const;
  std::optional<Waiting> MissingHosts(const routing::RouteTable& table, MonotonicTime began) const;
  // Its virtual hosts have yet to come.
  bool LacksHosts(const routing::RouteTable& table) const;
  const LinkedListener* ServingListener(std::string_view name) const;

  static std::string ScopeSetName(const ListenerConfig& listener, size_t chain);
  static std::string DescribeRoutes(const RouteScope& scope, const ScopedRoutes& scoped);
  static std::shared_ptr<const LinkedScopes::Positions> PositionsOf(const ScopeSet& set);
  void LinkScopes();
  void LinkScopeSet(const std::string& name, ScopeSet& set, Duration clusters_wait_max);
  void MoveTo(ScopeSet::Ways next, ScopeSet& set);
  std::optional<Waiting> MissingFor(const ScopeWay& way, const ScopedRoutes& scoped,
                                    Duration clusters_wait_max, MonotonicTime began);
  std::optional<Waiting> MissingScopes(const ListenerConfig& listener, size_t chain,
                                       MonotonicTime began) const;
  bool IsMissing(const RouteScope& scope, const ScopedRoutes& scoped) const;
  void NoteOverdueScopes(const ScopedRoutes& scoped);
  ClusterNames ClustersOfScopes(const ListenerConfig& listener, size_t chain) const;
  TablePointer RoutesOf(const ScopeWay& way) const;
  void UseScopes(const ListenerConfig& listener, size_t chain, LinkedChain& linked);
  void ReleaseScopes(const std::string& set_name);
  void ShowScopes();
  void NoteScopesWanted(WantedNames& wanted) const;

  // The first cluster that cannot serve and is worth waiting for.
  std::optional<Waiting> ClusterToWaitFor(const ClusterNames& names, Duration unknown_wait_max);
  MonotonicTime AwaitedSince(const std::string& cluster);
  void ForgetAwaited();
  Waiting WaitFor(std::string what) const;
  // As long as `wait_max` from when it began; for ever, if that is not set.
  Waiting WaitFor(std::string what, MonotonicTime began, std::optional<Duration> wait_max) const;
  // The one that takes longer; the first, if both do.
  static std::optional<Waiting> Longer(std::optional<Waiting> one, std::optional<Waiting> other);
  // Notes what `name` waits for; false when it has waited long enough.
  bool StillWaits(WaitingByName& waiting, const std::string& name, Waiting wait);
  MonotonicTime BeganToWait(const WaitingByName& waiting, std::string_view name) const;

  const Resources& resources_;
  const Clock& clock_;
  const bool takes_clusters_;
  IdTable<ClusterId> cluster_ids_;
  IdTable<RouteTableId> table_ids_;
  IdTable<RouteScopesId> scope_ids_;
  IdTable<ListenerId> listener_ids_;
  IdTable<ListenSocketId> socket_ids_;

  // Changed since the last Link, by name.
  std::set<std::string> clusters_;
  std::set<std::string> routes_;
  std::set<std::string> listeners_;

  // Key of an endpoint set, and a cluster whose accepted or serving version takes its endpoints
  // from there.
  NamePairs clusters_by_eds_;
  NamePairs eds_by_cluster_;                                       // the other way round
  std::map<TlsProfileId, std::set<std::string>> clusters_by_tls_;  // that wait for its secrets
  // Clusters that serving route tables and TCP proxies name: how many do.
  absl::flat_hash_map<std::string, uint32_t> cluster_uses_;
  std::set<std::string> leaving_clusters_;  // gone, and still named
  std::map<std::string, Table, std::less<>> tables_;
  bool have_tables_changed_ = false;  // since workers were shown those of scopes
  std::map<std::string, ScopeSet> scope_sets_;
  std::set<std::string> changed_scopes_;  // sets, since the last Link
  // The sockets of a listener's accepted version that does not serve: they stay bound while the
  // listener warms.
  std::map<std::string, SocketLeases, std::less<>> accepted_sockets_;
  Claims serving_by_address_;

  WaitingByName warming_listeners_;
  WaitingByName warming_clusters_;
  xds::Deadlines cluster_waits_;  // of those, whose wait has an end: there may be thousands
  // A cluster that cannot serve, and is named: since when, and by which Link it was last looked
  // for.
  struct Awaited {
    MonotonicTime since;
    uint64_t link = 0;
  };
  std::map<std::string, Awaited, std::less<>> awaited_clusters_;
  uint64_t links_ = 0;
  WaitingByName waiting_routes_;
  uint64_t listeners_placed_ = 0;
  size_t cluster_namers_ = 0;  // serving route tables and chains that ask for clusters by name
  bool is_index_outdated_ = false;
  Overdue overdue_;
  Looked looked_;
  bool asks_for_less_ = false;

  ConfigSnapshot next_;
  bool has_changes_ = false;
};

}  // namespace outrigger::compiler
