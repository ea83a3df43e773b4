// The configuration's part that is about clusters which requests and connections ask for (ODCDS).
#include "compiler/cluster_uses.h"
#include "compiler/configuration.h"
#include "stats/server_stats.h"

namespace outrigger::compiler {

void Configuration::OnClusterNeeded(const std::string& cluster, const ClusterFetch& how) {
  const auto* entry = resources_.clusters.Find(cluster);
  if (entry != nullptr && entry->value != nullptr) return;  // it is on its way to the workers
  switch (demand_.Ask(cluster, how, clock_.Now())) {
    case ClusterDemand::Answer::kKnown:
      return;
    case ClusterDemand::Answer::kNew:
      has_other_demand_ = true;
      Settle();
      return;
    case ClusterDemand::Answer::kTooMany:
      cluster_manager_->ForWriter(stats::kControlWriter).Add(stats::kOnDemandRefused);
      if (hooks_.deny_cluster) hooks_.deny_cluster(cluster);
      return;
  }
}

// What its last sender says counts: who sends nothing of it removes nothing.
void Configuration::NoteClusterFrom(const xds::Response& response, const Outcome& outcome) {
  if (response.type_url != kClusterType || outcome.acceptance == Acceptance::kRejected) return;
  if (response.source.empty()) {
    fetched_clusters_.erase(outcome.name);
  } else {
    fetched_clusters_[outcome.name] = response.source;
  }
}

bool Configuration::IsClusterFrom(std::string_view source, std::string_view name) const {
  const auto fetched = fetched_clusters_.find(name);
  return source == (fetched == fetched_clusters_.end() ? std::string_view() : fetched->second);
}

// Whoever asks for it again asks anew.
void Configuration::GiveUpCluster(std::string_view name, std::string_view source) {
  if (!demand_.contains(name)) return;
  has_other_demand_ = true;
  if (demand_.Drop(name, source) && hooks_.deny_cluster) hooks_.deny_cluster(std::string(name));
}

// What a route or a TCP proxy names is as many as there are of these, and serves them. Where all
// clusters are taken as well, the control plane says whether one is there without being asked for.
void Configuration::LetGoOfIdleClusters() {
  for (const auto& [name, uses] : demand_.TakeResting(clock_.Now())) {
    const auto* entry = resources_.clusters.Find(name);
    if (entry == nullptr || entry->value == nullptr) continue;
    const Cluster& cluster = *entry->value;
    if (linker_.IsNamed(name) || IsInUse(cluster) || UsesOf(cluster) != uses) {
      demand_.NoteCome(name, UsesOf(cluster), clock_.Now());
      continue;
    }
    has_other_demand_ |= demand_.Drop(name);
    cluster_manager_->ForWriter(stats::kControlWriter).Add(stats::kOnDemandIdle);
    const bool is_told_of = environment_.takes_clusters && IsClusterFrom({}, name);
    if (!is_told_of && !entry->record.is_static) EraseCluster(name);
  }
}

void Configuration::SettleDemand() {
  // Whoever waited has noticed that its time is over.
  for (const std::string& cluster : demand_.TakeOverdue(clock_.Now())) {
    has_other_demand_ |= demand_.Drop(cluster);
  }
  if (!std::exchange(has_other_demand_, false)) return;
  cluster_manager_->ForWriter(stats::kControlWriter).Set(stats::kOnDemandClusters, demand_.size());
  if (hooks_.want_clusters) hooks_.want_clusters(demand_.Wanted());
}

}  // namespace outrigger::compiler
