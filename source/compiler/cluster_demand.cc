#include "compiler/cluster_demand.h"

#include <algorithm>
#include <utility>

#include "base/earlier.h"

namespace outrigger::compiler {

ClusterDemand::Answer ClusterDemand::Ask(const std::string& cluster, const ClusterFetch& how,
                                         MonotonicTime now) {
  const auto known = clusters_.find(cluster);
  if (known == clusters_.end() && clusters_.size() >= kNamesMax) return Answer::kTooMany;
  SourcesByKey& keys = known == clusters_.end() ? clusters_[cluster].keys : known->second.keys;
  const bool is_new = keys.emplace(ResourceKey(cluster, how.source), how.source).second;
  rests_.Clear(cluster);
  const MonotonicTime until = now + how.wait_max;
  const std::optional<MonotonicTime> before = deadlines_.Find(cluster);
  deadlines_.Set(cluster, std::max(until, before.value_or(until)));
  return is_new ? Answer::kNew : Answer::kKnown;
}

void ClusterDemand::NoteCome(std::string_view cluster, uint64_t uses, MonotonicTime now) {
  const auto known = clusters_.find(cluster);
  if (known == clusters_.end()) return;
  known->second.uses = uses;
  deadlines_.Clear(cluster);
  rests_.Set(cluster, now + kIdleMax);
}

std::vector<ClusterDemand::Resting> ClusterDemand::TakeResting(MonotonicTime now) {
  std::vector<Resting> resting;
  for (std::string& cluster : rests_.TakeDue(now)) {
    const uint64_t uses = clusters_.find(cluster)->second.uses;
    resting.push_back({std::move(cluster), uses});
  }
  return resting;
}

std::optional<MonotonicTime> ClusterDemand::NextDeadline() const {
  return Earlier(deadlines_.first(), rests_.first());
}

bool ClusterDemand::Drop(std::string_view cluster) {
  const auto known = clusters_.find(cluster);
  if (known == clusters_.end()) return false;
  clusters_.erase(known);
  deadlines_.Clear(cluster);
  rests_.Clear(cluster);
  return true;
}

bool ClusterDemand::Drop(std::string_view cluster, std::string_view source) {
  const auto known = clusters_.find(cluster);
  if (known == clusters_.end()) return false;
  SourcesByKey& keys = known->second.keys;
  std::erase_if(keys, [&](const auto& key) { return SourceInKey(key.first) == source; });
  return keys.empty() && Drop(cluster);
}

SourcesByKey ClusterDemand::Wanted() const {
  SourcesByKey wanted;
  for (const auto& [cluster, demand] : clusters_) {
    wanted.insert(demand.keys.begin(), demand.keys.end());
  }
  return wanted;
}

}  // namespace outrigger::compiler
