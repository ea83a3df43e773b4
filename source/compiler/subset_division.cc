#include "compiler/subset_division.h"

#include <utility>

#include "base/log.h"
#include "cluster/cluster_update_stats.h"

namespace outrigger::compiler {

std::shared_ptr<const SubsetTable> DivideEndpoints(const Cluster& cluster,
                                                   std::shared_ptr<const EndpointSet> endpoints,
                                                   std::shared_ptr<const SubsetTable> before) {
  if (cluster.subsets == nullptr || endpoints == nullptr) return nullptr;
  if (before != nullptr && &before->endpoints() == endpoints.get() &&
      before->options() == *cluster.subsets) {
    return before;
  }
  return std::make_shared<const SubsetTable>(cluster.subsets, std::move(endpoints));
}

void CountSubsets(const Cluster& cluster, const SubsetTable* before, const SubsetTable* after) {
  if (before == after) return;
  stats::Block& block = cluster.update_stats->ForWriter(stats::kControlWriter);
  block.Set(kLbSubsetsActive, after == nullptr ? 0 : after->size());
  block.Set(kLbSubsetsDuplicates, after == nullptr ? 0 : after->duplicates());
  if (after != nullptr) block.Add(kLbSubsetsCreated, after->CountNew(before));
  if (before != nullptr) block.Add(kLbSubsetsRemoved, before->CountNew(after));
  if (after == nullptr || !after->is_cut()) return;
  block.Add(kLbSubsetsOverflow);
  Log(LogLevel::kWarning,
      "cluster {}: its endpoints have labels for more than {} subsets, or are in more than {}: "
      "requests for the others fall back",
      cluster.name, SubsetTable::kSubsetsMax, SubsetTable::kMembersMax);
}

}  // namespace outrigger::compiler
