#include "compiler/resolved_endpoints.h"

#include <algorithm>
#include <utility>

#include "cluster/cluster_update_stats.h"
#include "cluster/dns_stats.h"

namespace outrigger::compiler {

namespace {

// Puts the address of the one endpoint before the others, if it is among them: while name servers
// turn the order of their answers, connections stay.
void PreferPresent(const EndpointSet& present, DnsResolution& resolution) {
  if (present.endpoints.empty()) return;
  const std::string ip = present.endpoints.front().address.ip();
  const auto found = std::find_if(resolution.addresses.begin(), resolution.addresses.end(),
                                  [&ip](const Address& each) { return each.ip() == ip; });
  if (found != resolution.addresses.end()) std::swap(*found, resolution.addresses.front());
}

}  // namespace

void ResolvedEndpoints::SetClusters(const xds::ResourceStore<Cluster>& clusters) {
  auto before = std::exchange(by_cluster_, {});
  auto known = std::exchange(names_, {});
  for (const auto& [name, entry] : clusters.entries()) {
    if (entry.value == nullptr || entry.value->dns == nullptr) continue;
    for (const DnsTarget& target : entry.value->dns->targets) {
      if (!target.is_name()) continue;
      const auto [place, is_new] = names_.try_emplace(target.lookup);
      std::vector<std::string>& users = place->second.clusters;
      if (users.empty() || users.back() != name) users.push_back(name);
      if (!is_new) continue;
      const auto old = known.find(target.lookup);
      if (old != known.end()) place->second.resolution = std::move(old->second.resolution);
    }
  }
  for (const auto& [name, entry] : clusters.entries()) {
    if (entry.value == nullptr || entry.value->dns == nullptr) continue;
    Resolved& resolved = by_cluster_[name];
    if (const auto old = before.find(name); old != before.end()) {
      resolved = std::move(old->second);
      if (resolved.cluster == entry.value) continue;
    }
    resolved.cluster = entry.value;
    Update(resolved);
  }
}

std::vector<DnsLookup> ResolvedEndpoints::Lookups() const {
  std::vector<DnsLookup> lookups;
  lookups.reserve(names_.size());
  for (const auto& [lookup, name] : names_) lookups.push_back(lookup);
  return lookups;
}

const DnsResolution* ResolvedEndpoints::ResolutionOf(const DnsLookup& lookup) const {
  const auto name = names_.find(lookup);
  return name == names_.end() ? nullptr : name->second.resolution.get();
}

bool ResolvedEndpoints::Update(Resolved& resolved) const {
  const DnsEndpoints& dns = *resolved.cluster->dns;
  const auto of = [this](const DnsLookup& lookup) { return ResolutionOf(lookup); };
  if (dns.waits_for_names && !dns.IsComplete(of)) {
    resolved.endpoints = nullptr;
    return false;
  }
  DnsResolution preferred;
  const auto of_one = [&](const DnsLookup& lookup) -> const DnsResolution* {
    const DnsResolution* resolution = of(lookup);
    if (resolution == nullptr || resolved.endpoints == nullptr) return resolution;
    preferred = *resolution;
    PreferPresent(*resolved.endpoints, preferred);
    return &preferred;
  };
  std::shared_ptr<const EndpointSet> endpoints =
      dns.is_logical ? dns.Resolve(of_one) : dns.Resolve(of);
  if (resolved.endpoints != nullptr && *resolved.endpoints == *endpoints) return false;
  resolved.endpoints = std::move(endpoints);
  return true;
}

void ResolvedEndpoints::OnAttempt(const DnsLookup& lookup) {
  const auto name = names_.find(lookup);
  if (name == names_.end()) return;
  for (const std::string& cluster : name->second.clusters) {
    by_cluster_[cluster]
        .cluster->update_stats->ForWriter(stats::kControlWriter)
        .Add(kClusterUpdateAttempt);
  }
}

std::vector<std::string> ResolvedEndpoints::OnResolution(const DnsLookup& lookup,
                                                         DnsResolution resolution) {
  std::vector<std::string> changed;
  const auto name = names_.find(lookup);
  if (name == names_.end()) return changed;  // nobody asks any more
  name->second.resolution = std::make_unique<const DnsResolution>(std::move(resolution));
  for (const std::string& cluster : name->second.clusters) {
    Resolved& resolved = by_cluster_[cluster];
    const bool has_changed = Update(resolved);
    Count(*resolved.cluster, *name->second.resolution, has_changed);
    if (has_changed) changed.push_back(cluster);
  }
  return changed;
}

void ResolvedEndpoints::Count(const Cluster& cluster, const DnsResolution& resolution,
                              bool has_changed) const {
  stats::Block& block = cluster.update_stats->ForWriter(stats::kControlWriter);
  block.Add(resolution.is_success ? kClusterUpdateSuccess : kClusterUpdateFailure);
  stats::Block& dns = cluster.dns_stats->ForWriter(stats::kControlWriter);
  if (resolution.is_success && !has_changed) dns.Add(kClusterUpdateNoRebuild);
  const auto& targets = cluster.dns->targets;
  const auto is_stale = [this](const DnsTarget& target) {
    const DnsResolution* known = target.is_name() ? ResolutionOf(target.lookup) : nullptr;
    return known != nullptr && known->is_stale;
  };
  dns.Set(kClusterDnsStaleNames,
          static_cast<uint64_t>(std::count_if(targets.begin(), targets.end(), is_stale)));
}

std::shared_ptr<const EndpointSet> ResolvedEndpoints::Find(std::string_view cluster) const {
  const auto resolved = by_cluster_.find(cluster);
  return resolved == by_cluster_.end() ? nullptr : resolved->second.endpoints;
}

bool ResolvedEndpoints::has_waiting() const {
  return std::any_of(by_cluster_.begin(), by_cluster_.end(),
                     [](const auto& entry) { return entry.second.endpoints == nullptr; });
}

}  // namespace outrigger::compiler
