#include "filters/cluster_waits.h"

namespace outrigger {

bool ClusterWaits::Begin(ClusterWaiter& waiter, std::string_view cluster, const ClusterFetch& how) {
  if (!ask_ || waiters_ >= kWaitersMax) return false;
  const auto entry = waiting_.try_emplace(std::string(cluster)).first;
  entry->second.insert(&waiter);
  ++waiters_;
  ask_(entry->first, how);
  return true;
}

void ClusterWaits::End(ClusterWaiter& waiter, std::string_view cluster) {
  const auto entry = waiting_.find(cluster);
  if (entry == waiting_.end() || entry->second.erase(&waiter) == 0) return;
  --waiters_;
  if (entry->second.empty()) waiting_.erase(entry);
}

void ClusterWaits::OnAdopt(const ConfigSnapshot& snapshot) {
  if (snapshot.cluster_index == nullptr) return;
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    const auto& [cluster, waiters] = *it;
    if (!snapshot.cluster_index->Find(cluster).id.is_set()) {
      ++it;
      continue;
    }
    Release(waiters, true);
    it = waiting_.erase(it);
  }
}

void ClusterWaits::OnDenied(const std::string& cluster) {
  const auto entry = waiting_.find(cluster);
  if (entry == waiting_.end()) return;
  Release(entry->second, false);
  waiting_.erase(entry);
}

void ClusterWaits::Release(const Waiters& waiters, bool serves) {
  waiters_ -= waiters.size();
  for (ClusterWaiter* waiter : waiters) waiter->OnClusterSettled(serves);
}

}  // namespace outrigger
