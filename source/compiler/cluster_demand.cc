#include "compiler/cluster_demand.h"

#include <algorithm>

namespace outrigger::compiler {

ClusterDemand::Answer ClusterDemand::Ask(const std::string& cluster, MonotonicTime until) {
  const bool is_known = names_.contains(cluster);
  if (!is_known && names_.size() >= kNamesMax) return Answer::kTooMany;
  names_.insert(cluster);
  const std::optional<MonotonicTime> before = deadlines_.Find(cluster);
  deadlines_.Set(cluster, std::max(until, before.value_or(until)));
  return is_known ? Answer::kKnown : Answer::kNew;
}

bool ClusterDemand::Drop(const std::string& cluster) {
  deadlines_.Clear(cluster);
  return names_.erase(cluster) > 0;
}

}  // namespace outrigger::compiler
