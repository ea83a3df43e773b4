// The linker's part that is about what is waited for, and how long.
#include <fmt/format.h>

#include <utility>

#include "compiler/linker.h"
#include "compiler/listener_discoveries.h"

namespace outrigger::compiler {

std::optional<Waiting> Linker::MissingFor(const Cluster& cluster,
                                          const EndpointSet* endpoints) const {
  const MonotonicTime began = BeganToWait(warming_clusters_, cluster.name);
  std::optional<Waiting> wait = MissingSecret(cluster.tls, began);
  if (endpoints != nullptr) return wait;
  if (cluster.type == ClusterType::kDns) return WaitFor("names to be resolved");
  return Longer(std::move(wait),
                WaitFor(fmt::format("endpoints {}",
                                    DescribeResource(cluster.eds_name, cluster.endpoints_source)),
                        began, cluster.eds_wait_max));
}

std::optional<Waiting> Linker::MissingSecret(const TlsProfilePointer& profile,
                                             MonotonicTime began) const {
  if (profile == nullptr || next_.TlsOf(*profile) != nullptr) return std::nullopt;
  std::optional<Waiting> longest;
  for (const SecretUse& use : profile->secrets) {
    const auto* entry = resources_.secrets.Find(use.key());
    if (entry != nullptr && entry->value != nullptr) continue;
    longest = Longer(std::move(longest),
                     WaitFor(fmt::format("secret {}", DescribeResource(use.name, use.source)),
                             began, use.wait_max));
  }
  return longest;
}

void Linker::NoteOverdueSecrets(const TlsProfilePointer& profile) {
  if (profile == nullptr || next_.TlsOf(*profile) != nullptr) return;
  for (const SecretUse& use : profile->secrets) {
    const auto* entry = resources_.secrets.Find(use.key());
    if (entry == nullptr || entry->value == nullptr) overdue_.secrets.insert(use.key());
  }
}

// No answer about it has come: one that it is wrong, or not there, is an answer (P12).
bool Linker::IsMissing(const ExtensionDiscovery& discovery) const {
  if (!discovery.is_waited_for) return false;
  const auto* entry = resources_.extensions.Find(discovery.key());
  return entry == nullptr || (entry->value == nullptr && entry->record.rejection == nullptr &&
                              entry->record.absence == nullptr);
}

std::optional<Waiting> Linker::MissingFilters(const ListenerConfig& listener, MonotonicTime began,
                                              bool has_default) const {
  std::optional<Waiting> longest;
  ForEachDiscovery(listener, [&](const ExtensionDiscovery& discovery) {
    if (discovery.has_default != has_default || !IsMissing(discovery)) return;
    longest = Longer(std::move(longest),
                     WaitFor(fmt::format("filter configuration {}",
                                         DescribeResource(discovery.name, discovery.source)),
                             began, discovery.wait_max));
  });
  return longest;
}

bool Linker::LacksHosts(const routing::RouteTable& table) const {
  const auto& discovery = table.values().host_discovery;
  return discovery.has_value() &&
         !resources_.answered_hosts.contains(ResourceKey("", discovery->source));
}

std::optional<Waiting> Linker::MissingHosts(const routing::RouteTable& table,
                                            MonotonicTime began) const {
  if (!LacksHosts(table)) return std::nullopt;
  const routing::HostDiscovery& discovery = *table.values().host_discovery;
  return WaitFor(
      fmt::format("virtual hosts of {}", DescribeResource(table.values().name, discovery.source)),
      began, discovery.wait_max);
}

std::optional<Waiting> Linker::ClusterToWaitFor(const ClusterNames& names,
                                                Duration unknown_wait_max) {
  std::optional<Waiting> first;
  for (const std::string& name : names) {
    if (name.empty() || ServingCluster(name) != nullptr) continue;
    const bool is_known = warming_clusters_.contains(name);
    if (!is_known && !takes_clusters_) continue;
    // The time of all of them runs, not only that of the first.
    const MonotonicTime until =
        AwaitedSince(name) + (is_known ? kEndpointsWaitMax : unknown_wait_max);
    if (first.has_value() || until <= clock_.Now()) continue;
    first = WaitFor(fmt::format("{}cluster {}", is_known ? "endpoints of " : "", name));
    first->until = until;
  }
  return first;
}

MonotonicTime Linker::AwaitedSince(const std::string& cluster) {
  Awaited& awaited = awaited_clusters_.try_emplace(cluster, clock_.Now()).first->second;
  awaited.link = links_;
  return awaited.since;
}

// Every Link looks again for what somebody waits for. One that serving routes have gone on without
// stays known as missing: their next version need not wait for it again.
void Linker::ForgetAwaited() {
  std::erase_if(awaited_clusters_, [this](const auto& entry) {
    const auto& [name, awaited] = entry;
    if (ServingCluster(name) != nullptr) return true;
    return awaited.link != links_ && !cluster_uses_.contains(name);
  });
}

Waiting Linker::WaitFor(std::string what) const {
  return {std::move(what), clock_.WallNow(), clock_.Now(), {}};
}

Waiting Linker::WaitFor(std::string what, MonotonicTime began,
                        std::optional<Duration> wait_max) const {
  Waiting wait = WaitFor(std::move(what));
  if (wait_max.has_value()) wait.until = began + *wait_max;
  return wait;
}

std::optional<Waiting> Linker::Longer(std::optional<Waiting> one, std::optional<Waiting> other) {
  if (!one.has_value()) return other;
  if (!other.has_value() || !one->until.has_value()) return one;
  return !other->until.has_value() || *one->until < *other->until ? other : one;
}

bool Linker::StillWaits(WaitingByName& waiting, const std::string& name, Waiting wait) {
  const auto it = waiting.find(name);
  if (it == waiting.end()) {
    waiting.emplace(name, std::move(wait));
    return true;
  }
  Waiting& known = it->second;
  known.what = std::move(wait.what);
  known.until = wait.until;
  return !known.until.has_value() || clock_.Now() < *known.until;
}

MonotonicTime Linker::BeganToWait(const WaitingByName& waiting, std::string_view name) const {
  const auto it = waiting.find(name);
  return it == waiting.end() ? clock_.Now() : it->second.began;
}

}  // namespace outrigger::compiler
