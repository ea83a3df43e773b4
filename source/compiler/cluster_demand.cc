#include "compiler/cluster_demand.h"

#include <algorithm>

namespace outrigger::compiler {

ClusterDemand::Answer ClusterDemand::Ask(const std::string& cluster, const ClusterFetch& how,
                                         MonotonicTime now) {
  const auto known = clusters_.find(cluster);
  if (known == clusters_.end() && clusters_.size() >= kNamesMax) return Answer::kTooMany;
  SourcesByKey& keys = known == clusters_.end() ? clusters_[cluster] : known->second;
  const bool is_new = keys.emplace(ResourceKey(cluster, how.source), how.source).second;
  const MonotonicTime until = now + how.wait_max;
  const std::optional<MonotonicTime> before = deadlines_.Find(cluster);
  deadlines_.Set(cluster, std::max(until, before.value_or(until)));
  return is_new ? Answer::kNew : Answer::kKnown;
}

bool ClusterDemand::Drop(std::string_view cluster) {
  const auto known = clusters_.find(cluster);
  if (known == clusters_.end()) return false;
  clusters_.erase(known);
  deadlines_.Clear(cluster);
  return true;
}

bool ClusterDemand::Drop(std::string_view cluster, std::string_view source) {
  const auto known = clusters_.find(cluster);
  if (known == clusters_.end()) return false;
  std::erase_if(known->second, [&](const auto& key) { return SourceInKey(key.first) == source; });
  return known->second.empty() && Drop(cluster);
}

SourcesByKey ClusterDemand::Wanted() const {
  SourcesByKey wanted;
  for (const auto& [cluster, keys] : clusters_) wanted.insert(keys.begin(), keys.end());
  return wanted;
}

}  // namespace outrigger::compiler
