#include "compiler/linker.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "cluster/circuit_use.h"
#include "compiler/endpoint_compiler.h"
#include "compiler/listen_addresses.h"
#include "compiler/membership.h"
#include "compiler/subset_division.h"

namespace outrigger::compiler {

namespace {

// A cluster in a slot of the snapshot holds the slot's id.
std::shared_ptr<const Cluster> WithLease(std::shared_ptr<const Cluster> cluster,
                                         IdLease<ClusterId> lease) {
  struct Leased {
    std::shared_ptr<const Cluster> cluster;
    IdLease<ClusterId> lease;
  };
  const Cluster* value = cluster.get();
  return {std::make_shared<const Leased>(std::move(cluster), std::move(lease)), value};
}

}  // namespace

void Linker::EndpointsChanged(std::string_view key) {
  const auto it = clusters_by_eds_.find(key);
  if (it != clusters_by_eds_.end()) clusters_.insert(it->second.begin(), it->second.end());
}

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
  LinkListeners();
  RemoveLeavingClusters();
  IndexClusters();
  ForgetAwaited();
  if (!std::exchange(has_changes_, false)) return nullptr;
  ++next_.version;
  return std::make_shared<const ConfigSnapshot>(next_);
}

std::optional<MonotonicTime> Linker::NextDeadline() const {
  std::optional<MonotonicTime> first = cluster_waits_.first();
  for (const WaitingByName* waiting : {&warming_listeners_, &waiting_routes_}) {
    for (const auto& [name, wait] : *waiting) {
      if (wait.until.has_value() && (!first.has_value() || *wait.until < *first))
        first = wait.until;
    }
  }
  return first;
}

bool Linker::HoldsBackStart() const {
  return std::ranges::any_of(warming_listeners_, [this](const auto& entry) {
    return clock_.Now() - entry.second.began < kStartWaitMax;
  });
}

Linker::SocketLeases Linker::SocketsFor(const ListenerConfig& listener) {
  SocketLeases sockets;
  for (const std::string& name : SocketNames(listener)) sockets.push_back(socket_ids_.Get(name));
  return sockets;
}

ListenSocketId Linker::FindSocket(const ListenerConfig& listener) const {
  return socket_ids_.Find(SocketNames(listener).front());
}

std::shared_ptr<const EndpointSet> Linker::FindEndpoints(std::string_view cluster) const {
  return next_.endpoints.Slot(cluster_ids_.Find(cluster));
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
}

void Linker::LinkCluster(const std::string& name) {
  leaving_clusters_.erase(name);
  cluster_waits_.Clear(name);
  const auto* entry = resources_.clusters.Find(name);
  const std::shared_ptr<const Cluster> cluster = entry == nullptr ? nullptr : entry->value;
  if (cluster == nullptr) {
    warming_clusters_.erase(name);
    leaving_clusters_.insert(name);
    return RefreshServing(name);
  }
  // From here on it is not the cluster that is missing, but its endpoints.
  if (!warming_clusters_.contains(name)) awaited_clusters_.erase(name);
  if (cluster->type == ClusterType::kEds) looked_.endpoints.insert(cluster->endpoints_key());
  std::shared_ptr<const EndpointSet> endpoints = EndpointsFor(*cluster);
  if (Waits(*cluster, endpoints.get())) return RefreshServing(name);
  warming_clusters_.erase(name);
  SetCluster(name, cluster, endpoints != nullptr ? std::move(endpoints) : NoEndpoints());
}

// Its former version goes on, with the endpoints that are sent for that.
void Linker::RefreshServing(const std::string& name) {
  const Cluster* serving = ServingCluster(name);
  if (serving == nullptr || serving->type != ClusterType::kEds) return;
  const std::string key = serving->endpoints_key();
  const auto* set = resources_.endpoints.Find(key);
  if (set == nullptr || set->value == nullptr) return;
  looked_.endpoints.insert(key);
  SetCluster(name, next_.clusters.Slot(cluster_ids_.Find(name)), set->value);
}

void Linker::NoteEndpointKeys(const std::string& name) {
  for (const std::string& key : std::exchange(eds_by_cluster_[name], {})) {
    const auto clusters = clusters_by_eds_.find(key);
    clusters->second.erase(name);
    if (clusters->second.empty()) clusters_by_eds_.erase(clusters);
  }
  const auto note = [&](const Cluster* cluster) {
    if (cluster == nullptr || cluster->type != ClusterType::kEds) return;
    eds_by_cluster_[name].insert(cluster->endpoints_key());
    clusters_by_eds_[cluster->endpoints_key()].insert(name);
  };
  const auto* accepted = resources_.clusters.Find(name);
  if (accepted != nullptr) note(accepted->value.get());
  note(ServingCluster(name));
  if (eds_by_cluster_[name].empty()) eds_by_cluster_.erase(name);
}

// What serves goes on as it is (X50), for as long as that takes; only a new cluster goes on
// without.
bool Linker::Waits(const Cluster& cluster, const EndpointSet* endpoints) {
  std::optional<Waiting> wait = MissingFor(cluster, endpoints);
  if (!wait.has_value()) return false;
  if (ServingCluster(cluster.name) != nullptr) wait->until.reset();
  if (StillWaits(warming_clusters_, cluster.name, *std::move(wait))) {
    const std::optional<MonotonicTime> until = warming_clusters_.find(cluster.name)->second.until;
    if (until.has_value()) cluster_waits_.Set(cluster.name, *until);
    if (cluster.tls != nullptr && cluster.tls->takes_secrets()) {
      clusters_by_tls_[cluster.tls->id].insert(cluster.name);
    }
    return true;
  }
  if (endpoints == nullptr) overdue_.endpoints.insert(cluster.endpoints_key());
  NoteOverdueSecrets(cluster.tls);
  return false;
}

std::optional<Waiting> Linker::MissingFor(const Cluster& cluster,
                                          const EndpointSet* endpoints) const {
  const MonotonicTime began = BeganToWait(warming_clusters_, cluster.name);
  std::optional<Waiting> wait = MissingSecret(cluster.tls, began);
  if (endpoints != nullptr) return wait;
  if (cluster.type == ClusterType::kDns) return WaitFor("names to be resolved");
  return Longer(std::move(wait),
                WaitFor(fmt::format("endpoints {}",
                                    DescribeResource(cluster.eds_name, cluster.endpoints_source)),
                        began, cluster.eds_wait_max));
}

std::optional<Waiting> Linker::MissingSecret(const TlsProfilePointer& profile,
                                             MonotonicTime began) const {
  if (profile == nullptr || next_.TlsOf(*profile) != nullptr) return std::nullopt;
  std::optional<Waiting> longest;
  for (const SecretUse& use : profile->secrets) {
    const auto* entry = resources_.secrets.Find(use.key());
    if (entry != nullptr && entry->value != nullptr) continue;
    longest = Longer(std::move(longest),
                     WaitFor(fmt::format("secret {}", DescribeResource(use.name, use.source)),
                             began, use.wait_max));
  }
  return longest;
}

void Linker::NoteOverdueSecrets(const TlsProfilePointer& profile) {
  if (profile == nullptr || next_.TlsOf(*profile) != nullptr) return;
  for (const SecretUse& use : profile->secrets) {
    const auto* entry = resources_.secrets.Find(use.key());
    if (entry == nullptr || entry->value == nullptr) overdue_.secrets.insert(use.key());
  }
}

void Linker::TlsChanged(TlsProfileId id, std::shared_ptr<const TlsContext> context) {
  next_.tls.Set(id, std::move(context));
  has_changes_ = true;
  const auto waiting = clusters_by_tls_.extract(id);
  if (!waiting.empty()) clusters_.insert(waiting.mapped().begin(), waiting.mapped().end());
}

std::shared_ptr<const EndpointSet> Linker::EndpointsFor(const Cluster& cluster) const {
  if (cluster.type == ClusterType::kStatic) return cluster.static_endpoints;
  if (cluster.type == ClusterType::kDns) return resources_.resolved.Find(cluster.name);
  const auto* set = resources_.endpoints.Find(cluster.endpoints_key());
  if (set != nullptr && set->value != nullptr) return set->value;
  // A cluster that was gone for a moment finds the endpoints with which it went on (P11, P17).
  const Cluster* serving = ServingCluster(cluster.name);
  const bool is_same_service = serving != nullptr && serving->type == ClusterType::kEds &&
                               serving->endpoints_key() == cluster.endpoints_key();
  return is_same_service ? next_.endpoints.Slot(cluster_ids_.Find(cluster.name)) : nullptr;
}

void Linker::SetCluster(const std::string& name, std::shared_ptr<const Cluster> cluster,
                        std::shared_ptr<const EndpointSet> endpoints) {
  const IdLease<ClusterId> lease = cluster_ids_.Get(name);
  const std::shared_ptr<const Cluster> old = next_.clusters.Slot(*lease);
  const std::shared_ptr<const EndpointSet> old_endpoints = next_.endpoints.Slot(*lease);
  if (old == cluster && old_endpoints == endpoints) return;
  is_index_outdated_ |= (old == nullptr) != (cluster == nullptr);
  asks_for_less_ |=
      old != nullptr && old != cluster && (cluster == nullptr || !AskForTheSame(*old, *cluster));
  ForgetEndpoints(cluster != nullptr ? *cluster : *old, endpoints.get());
  CountMembership(cluster != nullptr ? *cluster : *old, old_endpoints.get(), endpoints.get());
  const std::shared_ptr<const SubsetTable> old_subsets = next_.subsets.Slot(*lease);
  std::shared_ptr<const SubsetTable> subsets =
      cluster == nullptr ? nullptr : DivideEndpoints(*cluster, endpoints, old_subsets);
  CountSubsets(cluster != nullptr ? *cluster : *old, old_subsets.get(), subsets.get());
  next_.subsets.Set(*lease, std::move(subsets));
  if (cluster != nullptr) ShowLimits(cluster->limits, *cluster->stats);
  if (old != cluster) {
    next_.clusters.Set(*lease, cluster == nullptr ? nullptr : WithLease(std::move(cluster), lease));
  }
  next_.endpoints.Set(*lease, std::move(endpoints));
  has_changes_ = true;
}

const Cluster* Linker::ServingCluster(std::string_view name) const {
  return next_.clusters.Get(cluster_ids_.Find(name));
}

// Requests would find no cluster while a route table still names it (P13), and connections of a TCP
// proxy likewise.
void Linker::RemoveLeavingClusters() {
  std::erase_if(leaving_clusters_, [this](const std::string& name) {
    if (cluster_uses_.contains(name) && ServingCluster(name) != nullptr) return false;
    SetCluster(name, nullptr, nullptr);
    NoteEndpointKeys(name);
    return true;
  });
}

void Linker::IndexClusters() {
  std::shared_ptr<const ClusterIndex>& serving = next_.cluster_index;
  if (cluster_namers_ == 0) {
    has_changes_ |= serving != nullptr;
    serving = nullptr;
    return;
  }
  if (serving != nullptr && !is_index_outdated_) return;
  auto index = std::make_shared<ClusterIndex>();
  for (uint32_t id = 0; id < cluster_id_end(); ++id) {
    const Cluster* cluster = next_.clusters.Get(ClusterId{id});
    if (cluster != nullptr) index->Add(cluster->name, cluster_ids_.Get(cluster->name));
  }
  serving = std::move(index);
  is_index_outdated_ = false;
  has_changes_ = true;
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
      ClusterToWaitFor(entry->value->values().cluster_names, kClusterWaitMax);
  if (wait.has_value() && StillWaits(waiting_routes_, table_name, *std::move(wait))) return;
  waiting_routes_.erase(table_name);
  SetTable(table->second, entry->value);
}

bool Linker::ServesEndpoints(std::string_view key, const void* endpoints) const {
  const auto clusters = clusters_by_eds_.find(key);
  if (clusters == clusters_by_eds_.end()) return false;
  return std::any_of(
      clusters->second.begin(), clusters->second.end(),
      [&](const std::string& name) { return FindEndpoints(name).get() == endpoints; });
}

bool Linker::ServesRoutes(std::string_view key, const void* table) const {
  const auto serving = tables_.find(key);
  return serving != tables_.end() && next_.routes.Get(*serving->second.lease)->table.get() == table;
}

bool Linker::ServesListener(std::string_view name, const void* listener) const {
  const LinkedListener* serving = ServingListener(name);
  return serving != nullptr && serving->config.get() == listener;
}

void Linker::SetTable(const Table& table, TablePointer value) {
  auto linked = std::make_shared<LinkedRoutes>();
  linked->lease = table.lease;
  linked->cluster_leases = UseClusters(value->values().cluster_names);
  for (const auto& lease : linked->cluster_leases) {
    linked->cluster_ids.push_back(lease == nullptr ? ClusterId() : *lease);
  }
  if (value->names_clusters_by_request()) ++cluster_namers_;
  linked->table = std::move(value);
  DropUses(next_.routes.Get(*table.lease));
  next_.routes.Set(*table.lease, std::move(linked));
  has_changes_ = true;
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

std::vector<IdLease<ClusterId>> Linker::UseClusters(const ClusterNames& names) {
  std::vector<IdLease<ClusterId>> leases;
  leases.reserve(names.size());
  for (const std::string& cluster : names) {
    if (cluster.empty()) {  // a slot that no route has
      leases.emplace_back();
      continue;
    }
    ++cluster_uses_[cluster];
    leases.push_back(cluster_ids_.Get(cluster));
  }
  return leases;
}

void Linker::DropUses(const LinkedRoutes* linked) {
  if (linked == nullptr) return;
  DropUses(linked->table->values().cluster_names);
  if (linked->table->names_clusters_by_request()) --cluster_namers_;
}

void Linker::DropUses(const ClusterNames& names) {
  for (const std::string& cluster : names) {
    if (cluster.empty()) continue;
    const auto uses = cluster_uses_.find(cluster);
    if (--uses->second == 0) cluster_uses_.erase(uses);
  }
}

std::optional<Waiting> Linker::ClusterToWaitFor(const ClusterNames& names,
                                                Duration unknown_wait_max) {
  std::optional<Waiting> first;
  for (const std::string& name : names) {
    if (name.empty() || ServingCluster(name) != nullptr) continue;
    const bool is_known = warming_clusters_.contains(name);
    if (!is_known && !takes_clusters_) continue;
    // The time of all of them runs, not only that of the first.
    const MonotonicTime until =
        AwaitedSince(name) + (is_known ? kEndpointsWaitMax : unknown_wait_max);
    if (first.has_value() || until <= clock_.Now()) continue;
    first = WaitFor(fmt::format("{}cluster {}", is_known ? "endpoints of " : "", name));
    first->until = until;
  }
  return first;
}

MonotonicTime Linker::AwaitedSince(const std::string& cluster) {
  Awaited& awaited = awaited_clusters_.try_emplace(cluster, clock_.Now()).first->second;
  awaited.link = links_;
  return awaited.since;
}

// Every Link looks again for what somebody waits for. One that serving routes have gone on without
// stays known as missing: their next version need not wait for it again.
void Linker::ForgetAwaited() {
  std::erase_if(awaited_clusters_, [this](const auto& entry) {
    const auto& [name, awaited] = entry;
    if (ServingCluster(name) != nullptr) return true;
    return awaited.link != links_ && !cluster_uses_.contains(name);
  });
}

Waiting Linker::WaitFor(std::string what) const {
  return {std::move(what), clock_.WallNow(), clock_.Now(), {}};
}

Waiting Linker::WaitFor(std::string what, MonotonicTime began,
                        std::optional<Duration> wait_max) const {
  Waiting wait = WaitFor(std::move(what));
  if (wait_max.has_value()) wait.until = began + *wait_max;
  return wait;
}

std::optional<Waiting> Linker::Longer(std::optional<Waiting> one, std::optional<Waiting> other) {
  if (!one.has_value()) return other;
  if (!other.has_value() || !one->until.has_value()) return one;
  return !other->until.has_value() || *one->until < *other->until ? other : one;
}

bool Linker::StillWaits(WaitingByName& waiting, const std::string& name, Waiting wait) {
  const auto it = waiting.find(name);
  if (it == waiting.end()) {
    waiting.emplace(name, std::move(wait));
    return true;
  }
  Waiting& known = it->second;
  known.what = std::move(wait.what);
  known.until = wait.until;
  return !known.until.has_value() || clock_.Now() < *known.until;
}

MonotonicTime Linker::BeganToWait(const WaitingByName& waiting, std::string_view name) const {
  const auto it = waiting.find(name);
  return it == waiting.end() ? clock_.Now() : it->second.began;
}

}  // namespace outrigger::compiler
