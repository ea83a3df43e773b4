// The configuration's part that is about what is asked for: names that clusters and listeners refer
// to.
#include <utility>

#include "compiler/configuration.h"
#include "compiler/wanted_names.h"

namespace outrigger::compiler {

namespace {

template <typename Value>
void NoteMoreAskedFor(xds::ResourceStore<Value>& store, const SourcesByKey& wanted,
                      ResourceType type, WallTime now, ResourceLedger& ledger) {
  for (const auto& [name, source] : wanted) {
    if (store.Find(name) != nullptr) continue;
    store[name].record.first_seen = now;
    ledger.Touch(type, name);
  }
}

// They are asked for from now on, and no others.
template <typename Value>
void NoteAskedFor(xds::ResourceStore<Value>& store, const SourcesByKey& wanted, ResourceType type,
                  WallTime now, ResourceLedger& ledger) {
  store.EraseUnless([&](const std::string& name, const auto& entry) {
    if (wanted.contains(name)) return true;
    ledger.Forget(type, entry.record);
    return false;
  });
  NoteMoreAskedFor(store, wanted, type, now, ledger);
}

}  // namespace

// Of a new cluster nobody needs to look at all the others.
void Configuration::NoteAsksOf(const Cluster* before, const Cluster& now) {
  if (before == nullptr && hooks_.want_more && ComesAggregated(now)) {
    added_clusters_.push_back(now.name);
  } else {
    needs_wanted_ |= before == nullptr || !AskForTheSame(*before, now);
  }
}

// Whether others may use secrets now.
bool Configuration::SettleWanted() {
  if (std::exchange(needs_wanted_, false)) {
    UpdateWanted();
    return true;
  }
  WantMore();
  return std::exchange(has_new_secret_users_, false);
}

// Of clusters that change and new ones the latter come first: what these name is asked for before
// the others are compiled (P4).
std::vector<Configuration::Ahead> Configuration::TakeNewClusters(const xds::Response& response,
                                                                 TakeOne take) {
  std::vector<Ahead> ahead;
  if (response.type_url != kClusterType || !hooks_.want_more) return ahead;
  std::vector<size_t> positions;
  for (size_t i = 0; i < response.resources.size(); ++i) {
    if (resources_.clusters.Find(response.resources[i].name) == nullptr) positions.push_back(i);
  }
  if (positions.size() == response.resources.size()) return ahead;
  for (const size_t position : positions) {
    ahead.push_back({position, take(response.resources[position])});
  }
  WantMore();
  return ahead;
}

// Names that some cluster or listener refers to. What nobody refers to any more is forgotten (X21).
void Configuration::UpdateWanted() {
  added_clusters_.clear();
  WantedNames wanted;
  for (const auto& [name, entry] : resources_.clusters.entries()) {
    if (entry.value != nullptr) NoteWanted(*entry.value, wanted);
  }
  for (const auto& [name, entry] : resources_.listeners.entries()) {
    if (entry.value == nullptr) continue;
    NoteWanted(*entry.value, wanted);
    NoteScopedRoutes(resources_, *entry.value, wanted);
  }
  linker_.NoteServingWanted(wanted);
  ForgetScopes(wanted.scopes);
  const WallTime now = clock_.WallNow();
  NoteAskedFor(resources_.endpoints, wanted.endpoints, ResourceType::kEndpoints, now, ledger_);
  NoteAskedFor(resources_.routes, wanted.routes, ResourceType::kRoutes, now, ledger_);
  NoteAskedFor(resources_.secrets, wanted.secrets, ResourceType::kSecrets, now, ledger_);
  NoteAskedFor(resources_.extensions, wanted.extensions, ResourceType::kExtensions, now, ledger_);
  resources_.host_tables.ForgetUnless(
      [this](const auto& key) { return resources_.routes.Find(key) != nullptr; });
  ForgetHostDemand();
  NoteHostsWanted(wanted);
  ForgetHosts(wanted.hosts);
  NoteAskedFor(resources_.runtimes, environment_.runtime_sources, ResourceType::kRuntimes, now,
               ledger_);
  tls_.profiles().Sweep();
  discovered_filters_.Sweep();
  updates_.SetWanted(resources_, wanted);
  resources_.resolved.SetClusters(resources_.clusters);
  if (hooks_.look_up) hooks_.look_up(resources_.resolved.Lookups());
  hooks_.want(kRuntimeType, environment_.runtime_sources);
  hooks_.want(kEndpointType, wanted.endpoints);
  hooks_.want(kScopeType, wanted.scopes);
  hooks_.want(kRouteType, wanted.routes);
  hooks_.want(kVirtualHostType, wanted.hosts);
  hooks_.want(kSecretType, wanted.secrets);
  hooks_.want(kExtensionType, wanted.extensions);
}

// The same, where clusters have come and nothing has gone.
void Configuration::WantMore() {
  if (added_clusters_.empty()) return;
  WantedNames wanted;
  for (const std::string& name : std::exchange(added_clusters_, {})) {
    const auto* entry = resources_.clusters.Find(name);
    if (entry == nullptr || entry->value == nullptr) continue;
    NoteWanted(*entry->value, wanted);
    updates_.AddWanted(*entry->value);
  }
  const WallTime now = clock_.WallNow();
  NoteMoreAskedFor(resources_.endpoints, wanted.endpoints, ResourceType::kEndpoints, now, ledger_);
  NoteMoreAskedFor(resources_.secrets, wanted.secrets, ResourceType::kSecrets, now, ledger_);
  hooks_.want_more(kEndpointType, wanted.endpoints);
  if (wanted.secrets.empty()) return;
  hooks_.want_more(kSecretType, wanted.secrets);
  has_new_secret_users_ = true;
}

}  // namespace outrigger::compiler
