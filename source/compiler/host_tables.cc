#include "compiler/host_tables.h"

#include <optional>
#include <utility>

#include "base/resource_source.h"

namespace outrigger::compiler {

void HostTables::Set(const std::string& key, const routing::RouteTable& table) {
  Forget(key);
  const std::optional<routing::HostDiscovery>& discovery = table.values().host_discovery;
  if (!discovery.has_value()) return;
  std::string hosts_key = HostsKeyOf(key, *discovery);
  tables_[hosts_key].insert(key);
  hosts_keys_[key] = std::move(hosts_key);
}

void HostTables::Forget(const std::string& key) {
  const auto known = hosts_keys_.find(key);
  if (known == hosts_keys_.end()) return;
  const auto tables = tables_.find(known->second);
  tables->second.erase(key);
  if (tables->second.empty()) tables_.erase(tables);
  hosts_keys_.erase(known);
}

const HostTables::Keys& HostTables::TablesOf(std::string_view hosts_key) const {
  static const Keys kNone;
  const auto tables = tables_.find(hosts_key);
  return tables == tables_.end() ? kNone : tables->second;
}

std::string HostsKeyOf(std::string_view table_key, const routing::HostDiscovery& discovery) {
  return ResourceKey(NameInKey(table_key), discovery.source);
}

}  // namespace outrigger::compiler
