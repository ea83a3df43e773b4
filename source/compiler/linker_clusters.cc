// The linker's part that is about clusters and their endpoints.
#include <algorithm>
#include <utility>

#include "cluster/circuit_use.h"
#include "compiler/endpoint_compiler.h"
#include "compiler/linker.h"
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
  clusters_by_eds_.ForEach(key, [&](const std::string& cluster) { clusters_.insert(cluster); });
}

std::shared_ptr<const EndpointSet> Linker::FindEndpoints(std::string_view cluster) const {
  return next_.endpoints.Slot(cluster_ids_.Find(cluster));
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
  std::vector<std::string> former;
  eds_by_cluster_.ForEach(name, [&](const std::string& key) { former.push_back(key); });
  for (const std::string& key : former) {
    eds_by_cluster_.Remove(name, key);
    clusters_by_eds_.Remove(key, name);
  }
  const auto note = [&](const Cluster* cluster) {
    if (cluster == nullptr || cluster->type != ClusterType::kEds) return;
    eds_by_cluster_.Add(name, cluster->endpoints_key());
    clusters_by_eds_.Add(cluster->endpoints_key(), name);
  };
  const auto* accepted = resources_.clusters.Find(name);
  if (accepted != nullptr) note(accepted->value.get());
  note(ServingCluster(name));
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

}  // namespace outrigger::compiler
