#include "server/config_ledger.h"

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
                       {}});
  }
  return entries;
}

}  // namespace

std::shared_ptr<const admin::ConfigLedger> MakeConfigLedger(
    const compiler::Configuration& configuration) {
  auto ledger = std::make_shared<admin::ConfigLedger>();
  const compiler::Resources& resources = configuration.resources();
  ledger->listeners = EntriesOf(resources.listeners);
  ledger->routes = EntriesOf(resources.routes);
  ledger->clusters = EntriesOf(resources.clusters);
  ledger->endpoints = EntriesOf(resources.endpoints);
  const auto& warming = configuration.linker().warming_listeners();
  for (admin::LedgerEntry& entry : ledger->listeners) {
    if (auto it = warming.find(entry.name); it != warming.end()) entry.waits_for = it->second;
  }
  ledger->snapshot = configuration.snapshot();
  return ledger;
}

}  // namespace outrigger
