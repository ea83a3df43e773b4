// The configuration's part that is about clusters which requests ask for (ODCDS).
#include "compiler/configuration.h"
#include "stats/server_stats.h"

namespace outrigger::compiler {

void Configuration::OnClusterNeeded(const std::string& cluster, Duration wait_max) {
  const auto* entry = resources_.clusters.Find(cluster);
  if (entry != nullptr && entry->value != nullptr) return;  // it is on its way to the workers
  switch (demand_.Ask(cluster, clock_.Now() + wait_max)) {
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

// Whoever asks for it again asks anew.
void Configuration::GiveUpCluster(std::string_view name) {
  const std::string cluster(name);
  if (!demand_.Drop(cluster)) return;
  has_other_demand_ = true;
  if (hooks_.deny_cluster) hooks_.deny_cluster(cluster);
}

void Configuration::SettleDemand() {
  for (const std::string& cluster : demand_.TakeOverdue(clock_.Now())) GiveUpCluster(cluster);
  if (!std::exchange(has_other_demand_, false)) return;
  cluster_manager_->ForWriter(stats::kControlWriter)
      .Set(stats::kOnDemandClusters, demand_.names().size());
  if (hooks_.want_clusters) hooks_.want_clusters(demand_.names());
}

}  // namespace outrigger::compiler
