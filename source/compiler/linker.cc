#include "compiler/linker.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/shrink.h"
#include "compiler/listen_addresses.h"

namespace outrigger::compiler {

std::shared_ptr<const ConfigSnapshot> Linker::Link() {
  ++links_;
  for (std::string& name : cluster_waits_.TakeDue(clock_.Now())) clusters_.insert(std::move(name));
  for (const std::string& name : clusters_) {
    LinkCluster(name);
    NoteEndpointKeys(name);
  }
  looked_.clusters.merge(std::exchange(clusters_, {}));
  // A cluster may be what a route table waits for.
  for (const auto& [name, wait] : waiting_routes_) routes_.insert(name);
  for (const std::string& name : routes_) LinkRoutes(name);
  looked_.routes.merge(std::exchange(routes_, {}));
  LinkScopes();
  LinkListeners();
  ShowScopes();
  RemoveLeavingClusters();
  IndexClusters();
  ForgetAwaited();
  if (!std::exchange(has_changes_, false)) return nullptr;
  ++next_.version;
  return std::make_shared<const ConfigSnapshot>(next_);
}

void Linker::ForgetUnused() {
  cluster_ids_.ForgetUnused();
  ShrinkIfSparse(cluster_uses_);
  table_ids_.ForgetUnused();
  listener_ids_.ForgetUnused();
  socket_ids_.ForgetUnused();
}

std::optional<MonotonicTime> Linker::NextDeadline() const {
  std::optional<MonotonicTime> first = cluster_waits_.first();
  const auto note = [&first](const WaitingByName& waiting) {
    for (const auto& [name, wait] : waiting) {
      if (wait.until.has_value() && (!first.has_value() || *wait.until < *first))
        first = wait.until;
    }
  };
  note(warming_listeners_);
  note(waiting_routes_);
  for (const auto& [name, set] : scope_sets_) note(set.waiting);
  return first;
}

bool Linker::HoldsBackStart() const {
  return std::ranges::any_of(warming_listeners_, [this](const auto& entry) {
    return clock_.Now() - entry.second.began < kStartWaitMax;
  });
}

SocketLeases Linker::SocketsFor(const ListenerConfig& listener) {
  SocketLeases sockets;
  for (const std::string& name : SocketNames(listener)) sockets.push_back(socket_ids_.Get(name));
  return sockets;
}

ListenSocketId Linker::FindSocket(const ListenerConfig& listener) const {
  return socket_ids_.Find(SocketNames(listener).front());
}

void Linker::NoteServingWanted(WantedNames& wanted) const {
  const auto note_cluster = [&](const std::string& name) {
    if (const Cluster* serving = ServingCluster(name)) NoteWanted(*serving, wanted);
  };
  const auto note_listener = [&](const std::string& name) {
    if (const LinkedListener* serving = ServingListener(name)) NoteWanted(*serving->config, wanted);
  };
  // Of all others the accepted version serves.
  for (const std::string& name : clusters_) note_cluster(name);
  for (const std::string& name : leaving_clusters_) note_cluster(name);
  for (const auto& [name, wait] : warming_clusters_) note_cluster(name);
  for (const std::string& name : listeners_) note_listener(name);
  for (const auto& [name, wait] : warming_listeners_) note_listener(name);
  NoteScopesWanted(wanted);
}

void Linker::LinkRoutes(const std::string& table_name) {
  const auto table = tables_.find(table_name);
  const auto* entry = resources_.routes.Find(table_name);
  if (table == tables_.end() || entry == nullptr || entry->value == nullptr ||
      next_.routes.Get(*table->second.lease)->table == entry->value) {
    waiting_routes_.erase(table_name);
    return;
  }
  std::optional<Waiting> wait =
      MissingHosts(*entry->value, BeganToWait(waiting_routes_, table_name));
  if (!wait.has_value() && table->second.fetching_chains == 0) {
    wait = ClusterToWaitFor(entry->value->values().cluster_names, kClusterWaitMax);
  }
  if (wait.has_value() && StillWaits(waiting_routes_, table_name, *std::move(wait))) return;
  waiting_routes_.erase(table_name);
  SetTable(table->second, entry->value);
}

bool Linker::ServesEndpoints(std::string_view key, const void* endpoints) const {
  bool serves = false;
  clusters_by_eds_.ForEach(key, [&](const std::string& cluster) {
    serves = serves || FindEndpoints(cluster).get() == endpoints;
  });
  return serves;
}

bool Linker::ServesRoutes(std::string_view key, const void* table) const {
  const auto serving = tables_.find(key);
  return serving != tables_.end() && next_.routes.Get(*serving->second.lease)->table.get() == table;
}

bool Linker::ServesHost(std::string_view key, std::string_view authority) const {
  const auto serving = tables_.find(key);
  return serving != tables_.end() &&
         next_.routes.Get(*serving->second.lease)->table->HasHost(authority);
}

bool Linker::ServesListener(std::string_view name, const void* listener) const {
  const LinkedListener* serving = ServingListener(name);
  return serving != nullptr && serving->config.get() == listener;
}

void Linker::SetTable(const Table& table, TablePointer value) {
  auto linked = std::make_shared<LinkedRoutes>();
  linked->lease = table.lease;
  const LinkedRoutes* before = next_.routes.Get(*table.lease);
  linked->clusters = MoveUses(before, value->values().cluster_names);
  if (value->names_clusters_by_request()) ++cluster_namers_;
  if (before != nullptr && before->table->names_clusters_by_request()) --cluster_namers_;
  linked->table = std::move(value);
  next_.routes.Set(*table.lease, std::move(linked));
  have_tables_changed_ = true;
  has_changes_ = true;
}

// For one more chain or scope. Null: an empty one.
Linker::Table& Linker::UseTable(const std::string& table_name, TablePointer routes,
                                bool is_inline) {
  Table& table = tables_[table_name];
  if (table.lease == nullptr) table.lease = table_ids_.Get(table_name);
  const LinkedRoutes* serving = next_.routes.Get(*table.lease);
  const bool is_other = is_inline && serving != nullptr && serving->table != routes;
  if (table.chains == 0 || is_other) {
    SetTable(table, routes != nullptr ? std::move(routes) : routing::RouteTable::Build({}));
  }
  ++table.chains;
  return table;
}

void Linker::ReleaseTable(const std::string& table_name) {
  const auto table = tables_.find(table_name);
  if (--table->second.chains > 0) return;
  DropUses(next_.routes.Get(*table->second.lease));
  next_.routes.Set(*table->second.lease, nullptr);
  waiting_routes_.erase(table_name);
  tables_.erase(table);
  has_changes_ = true;
}

// By slot, from the names of the version before (null: there is none): of a slot that stands for
// what it stood for nothing is looked up again.
std::vector<IdLease<ClusterId>> Linker::MoveUses(const LinkedRoutes* before,
                                                 const ClusterNames& names) {
  const ClusterNames none;
  const ClusterNames& former = before == nullptr ? none : before->table->values().cluster_names;
  std::vector<IdLease<ClusterId>> leases;
  leases.reserve(names.size());
  for (size_t slot = 0; slot < names.size(); ++slot) {
    const bool stays = slot < former.size() && former[slot] == names[slot];
    leases.push_back(stays ? before->clusters[slot] : UseCluster(names[slot]));
  }
  for (size_t slot = 0; slot < former.size(); ++slot) {
    if (slot >= names.size() || former[slot] != names[slot]) DropUse(former[slot]);
  }
  return leases;
}

std::vector<IdLease<ClusterId>> Linker::UseClusters(const ClusterNames& names) {
  std::vector<IdLease<ClusterId>> leases;
  leases.reserve(names.size());
  for (const std::string& cluster : names) leases.push_back(UseCluster(cluster));
  return leases;
}

// Empty: a slot that no route has.
IdLease<ClusterId> Linker::UseCluster(const std::string& cluster) {
  if (cluster.empty()) return nullptr;
  ++cluster_uses_[cluster];
  return cluster_ids_.Get(cluster);
}

void Linker::DropUses(const LinkedRoutes* linked) {
  if (linked == nullptr) return;
  DropUses(linked->table->values().cluster_names);
  if (linked->table->names_clusters_by_request()) --cluster_namers_;
}

void Linker::DropUses(const ClusterNames& names) {
  for (const std::string& cluster : names) DropUse(cluster);
}

void Linker::DropUse(const std::string& cluster) {
  if (cluster.empty()) return;
  const auto uses = cluster_uses_.find(cluster);
  if (--uses->second == 0) cluster_uses_.erase(uses);
}

}  // namespace outrigger::compiler
