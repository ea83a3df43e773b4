#include "filters/cluster_waits.h"

#include "filters/filter_pipeline.h"

namespace outrigger {

bool ClusterWaits::Begin(FilterPipeline& pipeline, std::string_view cluster, Duration wait_max) {
  if (!ask_ || requests_ >= kRequestsMax) return false;
  const auto entry = waiting_.try_emplace(std::string(cluster)).first;
  entry->second.insert(&pipeline);
  ++requests_;
  ask_(entry->first, wait_max);
  return true;
}

void ClusterWaits::End(FilterPipeline& pipeline, std::string_view cluster) {
  const auto entry = waiting_.find(cluster);
  if (entry == waiting_.end() || entry->second.erase(&pipeline) == 0) return;
  --requests_;
  if (entry->second.empty()) waiting_.erase(entry);
}

void ClusterWaits::OnAdopt(const ConfigSnapshot& snapshot) {
  if (snapshot.cluster_index == nullptr) return;
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    const auto& [cluster, pipelines] = *it;
    if (!snapshot.cluster_index->Find(cluster).id.is_set()) {
      ++it;
      continue;
    }
    Release(pipelines);
    it = waiting_.erase(it);
  }
}

void ClusterWaits::OnDenied(const std::string& cluster) {
  const auto entry = waiting_.find(cluster);
  if (entry == waiting_.end()) return;
  Release(entry->second);
  waiting_.erase(entry);
}

// Not from here: in a turn of its own, as when its time is over.
void ClusterWaits::Release(const Pipelines& pipelines) {
  requests_ -= pipelines.size();
  for (FilterPipeline* pipeline : pipelines) pipeline->PauseFor(Duration::zero());
}

}  // namespace outrigger
