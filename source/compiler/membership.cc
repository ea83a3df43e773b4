#include "compiler/membership.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/absl_view.h"
#include "cluster/cluster_update_stats.h"

namespace outrigger::compiler {

namespace {

// Somebody is in one and not in the other; weight and health are no matter of membership.
bool HasOtherMembers(const EndpointSet& before, const EndpointSet& after) {
  if (before.endpoints.size() != after.endpoints.size()) return true;
  using Member = std::pair<Address, std::string_view>;  // and its hostname
  absl::flat_hash_set<Member> members;
  members.reserve(before.endpoints.size());
  for (const Endpoint& each : before.endpoints) members.emplace(each.address, each.hostname);
  return !std::all_of(after.endpoints.begin(), after.endpoints.end(), [&](const Endpoint& each) {
    return members.contains(Member(each.address, each.hostname));
  });
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

void ForgetEndpoints(const Cluster& cluster, const EndpointSet* after) {
  const stats::ScopeParts* parts = cluster.stats->FindParts();
  const size_t count = after == nullptr ? 0 : after->endpoints.size();
  if (parts == nullptr || parts->size() <= count) return;
  absl::flat_hash_set<std::string> kept;
  if (after != nullptr) {
    for (const Endpoint& endpoint : after->endpoints) kept.insert(endpoint.address.ToString());
  }
  cluster.stats->Parts().Keep(
      [&kept](std::string_view name) { return kept.contains(AbslView(name)); });
}

}  // namespace outrigger::compiler
