#include "server/config_ledger.h"

#include <algorithm>
#include <iterator>

#include "base/resource_source.h"
#include "stats/server_stats.h"

namespace outrigger {

namespace {

template <typename Value>
std::vector<admin::LedgerEntry> EntriesOf(const xds::ResourceStore<Value>& store) {
  std::vector<admin::LedgerEntry> entries;
  entries.reserve(store.entries().size());
  for (const auto& [name, entry] : store.entries()) {
    const xds::ResourceRecord& record = entry.record;
    entries.push_back({name,
                       record.version,
                       record.bytes,
                       record.updated_at,
                       record.error,
                       record.rejected_version,
                       record.rejected_at,
                       record.is_static,
                       {},
                       {},
                       record.absence});
  }
  return entries;
}

void NoteWaits(const compiler::Linker::WaitingByName& waiting,
               std::vector<admin::LedgerEntry>& entries) {
  for (admin::LedgerEntry& entry : entries) {
    const auto wait = waiting.find(entry.name);
    if (wait == waiting.end()) continue;
    entry.waits_for = wait->second.what;
    entry.waits_since = wait->second.since;
  }
}

// Those that come from files are kept by key, and shown by name.
void NameByName(std::vector<admin::LedgerEntry>& entries) {
  for (admin::LedgerEntry& entry : entries) entry.name = std::string(NameInKey(entry.name));
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
    stats::Registry& stats) {
  auto ledger = std::make_shared<admin::ConfigLedger>();
  const compiler::Resources& resources = configuration.resources();
  ledger->listeners = EntriesOf(resources.listeners);
  ledger->routes = EntriesOf(resources.routes);
  ledger->clusters = EntriesOf(resources.clusters);
  ledger->endpoints = EntriesOf(resources.endpoints);
  ledger->secrets = EntriesOf(resources.own_secrets);
  std::ranges::move(EntriesOf(resources.secrets), std::back_inserter(ledger->secrets));
  ledger->clusters_version =
      stats.Find(stats::kClusterManagerFamily, "")->Text(stats::kCdsVersionText);
  ledger->listeners_version =
      stats.Find(stats::kListenerManagerFamily, "")->Text(stats::kLdsVersionText);
  const compiler::Linker& linker = configuration.linker();
  NoteWaits(linker.warming_listeners(), ledger->listeners);
  NoteWaits(linker.warming_clusters(), ledger->clusters);
  NoteWaits(linker.waiting_routes(), ledger->routes);
  ledger->tls_contexts = configuration.tls().profiles().Contexts();
  NameByName(ledger->routes);
  NameByName(ledger->endpoints);
  NameByName(ledger->secrets);
  ledger->snapshot = configuration.snapshot();
  if (ledger->snapshot != nullptr) NoteBoundAddresses(*ledger->snapshot, sockets, *ledger);
  return ledger;
}

}  // namespace outrigger
