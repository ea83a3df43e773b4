#include "compiler/membership.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "cluster/cluster_update_stats.h"
#include "upstream/pool_key.h"

namespace outrigger::compiler {

namespace {

// Somebody is in one and not in the other; weight and health are no matter of membership.
bool HasOtherMembers(const EndpointSet& before, const EndpointSet& after) {
  if (before.endpoints.size() != after.endpoints.size()) return true;
  absl::flat_hash_set<PoolKey> keys;
  keys.reserve(before.endpoints.size());
  for (const Endpoint& endpoint : before.endpoints) keys.insert(PoolKey::For(endpoint));
  return !std::all_of(
      after.endpoints.begin(), after.endpoints.end(),
      [&](const Endpoint& endpoint) { return keys.contains(PoolKey::For(endpoint)); });
}

}  // namespace

void CountMembership(const Cluster& cluster, const EndpointSet* before, const EndpointSet* after) {
  static const EndpointSet kNobody;
  if (before == nullptr) before = &kNobody;
  if (after == nullptr) after = &kNobody;
  const auto healthy = [](const Endpoint& endpoint) {
    return endpoint.is_eligible() && endpoint.eds_health != EdsHealth::kDegraded;
  };
  const auto degraded = [](const Endpoint& endpoint) {
    return endpoint.eds_health == EdsHealth::kDegraded;
  };
  const auto count = [&](auto is_counted) {
    return static_cast<uint64_t>(
        std::count_if(after->endpoints.begin(), after->endpoints.end(), is_counted));
  };
  stats::Block& block = cluster.update_stats->ForWriter(stats::kControlWriter);
  block.Set(kMembershipTotal, after->endpoints.size());
  block.Set(kMembershipHealthy, count(healthy));
  block.Set(kMembershipDegraded, count(degraded));
  if (before != after && HasOtherMembers(*before, *after)) block.Add(kMembershipChange);
}

}  // namespace outrigger::compiler
