// The configuration's part that is about what is told of it: counts, gauges, the update under way.
#include <utility>

#include "cluster/cluster_stats.h"
#include "compiler/certificate_scopes.h"
#include "compiler/configuration.h"
#include "snapshot/listener_stats.h"
#include "stats/server_stats.h"

namespace outrigger::compiler {

// Each filter chain has a context of its own in Envoy.
void Configuration::CountUpdateOf(std::string_view secret) {
  for (const auto& [name, entry] : resources_.listeners.entries()) {
    if (entry.value == nullptr) continue;
    stats::Block& listener = entry.value->stats->ForWriter(stats::kControlWriter);
    for (const FilterChain& chain : entry.value->chains) {
      if (chain.tls != nullptr && chain.tls->Takes(secret)) listener.Add(kListenerTlsUpdateBySds);
    }
  }
}

Update& Configuration::StartUpdate(UpdateSource source, std::string_view type_url) {
  Update& update = update_.emplace();
  update.at = clock_.WallNow();
  update.source = source;
  if (const auto type = ResourceTypeOf(type_url)) update.type = PluralOf(*type);
  return update;
}

void Configuration::CountInUpdate(const Outcome& outcome) {
  switch (outcome.acceptance) {
    case Acceptance::kUnchanged:
      ++update_->unchanged;
      break;
    case Acceptance::kChanged:
      ++(outcome.is_new ? update_->added : update_->changed);
      break;
    case Acceptance::kRejected:
      ++update_->rejected;
      break;
  }
}

void Configuration::EndUpdate(Duration link_time) {
  if (!update_.has_value()) return;
  update_->link_time = link_time;
  const Update update = *std::exchange(update_, std::nullopt);
  if (hooks_.updated) hooks_.updated(update);
}

// Those that do not come with a resource, and so are not shown by it.
void Configuration::ShowReceivedCertificates() {
  CertificateScopes scopes;
  const auto add = [&](const stats::Family& family, std::string_view owner,
                       const TlsProfilePointer& profile) {
    if (profile == nullptr || !profile->takes_secrets()) return;
    AddCertificateScopes(family, owner, linker_.FindTls(*profile).get(), stats_, scopes);
  };
  for (const auto& [name, entry] : resources_.clusters.entries()) {
    if (entry.value == nullptr) continue;
    add(kClusterCertificateFamily, entry.value->stat_name, entry.value->tls);
  }
  for (const auto& [name, entry] : resources_.listeners.entries()) {
    if (entry.value == nullptr) continue;
    for (const FilterChain& chain : entry.value->chains) {
      add(kListenerCertificateFamily, entry.value->stats->name(), chain.tls);
    }
  }
  received_certificates_ = std::move(scopes);
}

void Configuration::CountFetchTimeouts() {
  const auto count = [](const auto& subscription) { subscription.TimeOut(); };
  const Linker::Overdue overdue = linker_.TakeOverdue();
  for (const std::string& name : overdue.endpoints) {
    updates_.ForEach(UpdateStats::Type::kEndpoints, name, count);
  }
  for (const std::string& name : overdue.routes) {
    updates_.ForEach(UpdateStats::Type::kRoutes, name, count);
  }
  for (const std::string& hosts : overdue.hosts) {
    updates_.ForEach(UpdateStats::Type::kHosts, hosts, count);
  }
  for (const std::string& source : overdue.scopes) {
    updates_.ForEachOf(UpdateStats::Type::kScopes, source, count);
  }
  for (const std::string& name : overdue.secrets) {
    updates_.ForEach(UpdateStats::Type::kSecrets, name, count);
  }
  for (const std::string& name : overdue.extensions) {
    updates_.ForEach(UpdateStats::Type::kExtensions, name, count);
  }
}

void Configuration::UpdateGauges() {
  stats::Block& clusters = cluster_manager_->ForWriter(stats::kControlWriter);
  clusters.Set(stats::kActiveClusters, resources_.clusters.entries().size());
  clusters.Set(stats::kWarmingClusters, linker_.warming_clusters().size());
  stats::Block& listeners = listener_manager_->ForWriter(stats::kControlWriter);
  const size_t warming = linker_.warming_listeners().size();
  listeners.Set(stats::kTotalListenersWarming, warming);
  listeners.Set(stats::kTotalListenersActive, resources_.listeners.entries().size() - warming);
  listeners.Set(stats::kListenerCreateSuccess, linker_.listeners_placed());
}

}  // namespace outrigger::compiler
