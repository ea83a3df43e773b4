#include "server/config_ledger.h"

#include <algorithm>
#include <iterator>

#include "base/resource_source.h"
#include "compiler/resource_waits.h"
#include "stats/server_stats.h"

namespace outrigger {

namespace {

using compiler::ResourceType;

admin::LedgerEntry EntryOf(const std::string& name, const xds::ResourceRecord& record) {
  admin::LedgerEntry entry;
  entry.name = name;
  entry.version = record.version;
  entry.bytes = record.bytes;
  entry.first_seen = record.first_seen;
  entry.updated_at = record.updated_at;
  entry.effective_at = record.effective_at;
  if (record.former != nullptr) entry.former = *record.former;
  entry.state = record.state;
  if (record.rejection != nullptr) {
    entry.error = record.rejection->error;
    entry.rejected_version = record.rejection->version;
    entry.rejected_bytes = record.rejection->bytes;
    entry.rejected_at = record.rejection->at;
  }
  entry.is_static = record.is_static;
  if (record.absence != nullptr) entry.absence = *record.absence;
  return entry;
}

template <typename Value>
std::vector<admin::LedgerEntry> EntriesOf(const xds::ResourceStore<Value>& store, ResourceType type,
                                          const compiler::Linker& linker) {
  std::vector<admin::LedgerEntry> entries;
  entries.reserve(store.entries().size());
  for (const auto& [name, stored] : store.entries()) {
    admin::LedgerEntry& entry = entries.emplace_back(EntryOf(name, stored.record));
    auto wait = compiler::WaitOf(linker, type, name, stored.record);
    if (!wait.has_value()) continue;
    entry.waits_for = std::move(wait->what);
    entry.waits_since = wait->since;
  }
  return entries;
}

// Those that come from files are kept by key, and shown by name.
void NameByName(std::vector<admin::LedgerEntry>& entries) {
  for (admin::LedgerEntry& entry : entries) {
    entry.file = PathInKey(entry.name);
    entry.name = std::string(NameInKey(entry.name));
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return a.name < b.name; });
}

// Only the kernel knows what port 0 has become. A socket that is gone has what was asked for.
void NoteBoundAddresses(const ConfigSnapshot& snapshot, const ListenSockets& sockets,
                        admin::ConfigLedger& ledger) {
  for (uint32_t i = 0; i < snapshot.listeners.slot_end(); ++i) {
    const LinkedListener* listener = snapshot.listeners.Get(ListenerId{i});
    if (listener == nullptr) continue;
    std::vector<Address>& bound = ledger.bound_addresses[listener->config->name];
    for (size_t j = 0; j < listener->sockets.size(); ++j) {
      const Address& asked = listener->config->addresses[j].address;
      const bool is_any_port = asked.is_ip() && asked.port() == 0;
      bound.push_back(is_any_port ? sockets.BoundAddress(*listener->sockets[j]) : asked);
      if (!bound.back().is_set()) bound.back() = asked;
    }
  }
}

}  // namespace

std::shared_ptr<const admin::ConfigLedger> MakeConfigLedger(
    const compiler::Configuration& configuration, const ListenSockets& sockets,
    const UpdateHistory& history, stats::Registry& stats) {
  auto ledger = std::make_shared<admin::ConfigLedger>();
  const compiler::Resources& resources = configuration.resources();
  const compiler::Linker& linker = configuration.linker();
  ledger->listeners = EntriesOf(resources.listeners, ResourceType::kListeners, linker);
  ledger->scopes = EntriesOf(resources.scopes, ResourceType::kScopes, linker);
  ledger->routes = EntriesOf(resources.routes, ResourceType::kRoutes, linker);
  ledger->hosts = EntriesOf(resources.hosts, ResourceType::kHosts, linker);
  ledger->clusters = EntriesOf(resources.clusters, ResourceType::kClusters, linker);
  ledger->endpoints = EntriesOf(resources.endpoints, ResourceType::kEndpoints, linker);
  ledger->secrets = EntriesOf(resources.own_secrets, ResourceType::kSecrets, linker);
  std::ranges::move(EntriesOf(resources.secrets, ResourceType::kSecrets, linker),
                    std::back_inserter(ledger->secrets));
  ledger->extensions = EntriesOf(resources.extensions, ResourceType::kExtensions, linker);
  ledger->runtimes = EntriesOf(resources.runtimes, ResourceType::kRuntimes, linker);
  for (const auto& [name, record] : configuration.ledger().kept_clusters()) {
    ledger->kept_clusters.push_back(EntryOf(name, record));
  }
  ledger->updates.assign(history.entries().begin(), history.entries().end());
  ledger->clusters_version =
      stats.Find(stats::kClusterManagerFamily, "")->Text(stats::kCdsVersionText);
  ledger->listeners_version =
      stats.Find(stats::kListenerManagerFamily, "")->Text(stats::kLdsVersionText);
  ledger->tls_contexts = configuration.tls().profiles().Contexts();
  NameByName(ledger->scopes);
  NameByName(ledger->routes);
  NameByName(ledger->hosts);
  NameByName(ledger->endpoints);
  NameByName(ledger->secrets);
  NameByName(ledger->extensions);
  NameByName(ledger->runtimes);
  ledger->snapshot = configuration.snapshot();
  if (ledger->snapshot != nullptr) NoteBoundAddresses(*ledger->snapshot, sockets, *ledger);
  return ledger;
}

}  // namespace outrigger
