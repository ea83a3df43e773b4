// The configuration's part that is about virtual hosts that are discovered (VHDS): they are joined
// to the tables that ask for them.
//
// As in Envoy, those of a table stay when the table itself is sent anew.
#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "compiler/accept.h"
#include "compiler/configuration.h"
#include "compiler/resource_kinds.h"
#include "envoy/config/route/v3/route.pb.h"
#include "xds/message_cut.h"

namespace outrigger::compiler {

namespace {

using envoy::config::route::v3::RouteConfiguration;

// What the keys of the table's hosts begin with, up to the last slash.
std::string HostsKey(std::string_view table_name, const SourcePointer& source) {
  return ResourceKey(table_name, source);
}

// Where the table that these bytes are takes its hosts from; unset: from nowhere, or it says so
// wrongly, which its compiler tells.
std::optional<routing::HostDiscovery> DiscoveryIn(std::string_view bytes,
                                                  const CompileEnvironment& environment) {
  const auto cut = xds::CutMessage(bytes, RouteConfiguration::kVhdsFieldNumber);
  if (!cut.has_value() || cut->parts.empty()) return std::nullopt;
  envoy::config::route::v3::Vhds proto;
  const std::string_view part = cut->parts.back();
  if (!proto.ParseFromArray(part.data(), static_cast<int>(part.size()))) return std::nullopt;
  ValidationErrors errors;
  routing::HostDiscovery discovery = CompileHostDiscovery(proto, environment, errors);
  return errors.ok() ? std::optional(std::move(discovery)) : std::nullopt;
}

// Calls on_host(key, host) for each of that table.
template <typename OnHost>
void ForEachHost(const xds::ResourceStore<DiscoveredHost>& hosts, const std::string& hosts_key,
                 OnHost on_host) {
  const auto& entries = hosts.entries();
  const std::string begin = hosts_key + "/";
  for (auto it = entries.lower_bound(begin); it != entries.end(); ++it) {
    if (!it->first.starts_with(begin)) return;
    if (it->second.value != nullptr && TableOfHost(it->first) == hosts_key) {
      on_host(it->first, *it->second.value);
    }
  }
}

}  // namespace

void Configuration::AddHosts(std::string_view table_key, std::string& bytes) const {
  if (resources_.hosts.entries().empty()) return;
  const auto discovery = DiscoveryIn(bytes, environment_);
  if (!discovery.has_value()) return;
  ForEachHost(resources_.hosts, HostsKey(NameInKey(table_key), discovery->source),
              [&](const std::string&, const DiscoveredHost& host) {
                xds::AppendPart(RouteConfiguration::kVirtualHostsFieldNumber, host.bytes, bytes);
              });
}

Outcome Configuration::AcceptRoutes(const Incoming& incoming) {
  const auto* entry = resources_.routes.Find(incoming.name);
  const auto before = entry == nullptr ? nullptr : entry->value;
  RouteKind kind{environment_, before.get(),
                 [&](std::string& bytes) { AddHosts(incoming.name, bytes); }};
  Outcome outcome = Accept(kind, resources_.routes, incoming, kResourceBytesMax);
  if (outcome.acceptance != Acceptance::kChanged) return outcome;
  linker_.RoutesChanged(outcome.name);
  const auto now = resources_.routes.Find(outcome.name)->value;
  needs_wanted_ |= now->values().host_discovery.has_value() ||
                   (before != nullptr && before->values().host_discovery.has_value());
  return outcome;
}

Outcome Configuration::AcceptHost(const Incoming& incoming) {
  HostKind kind{environment_,
                [&](const DiscoveredHost& host) { return CheckDomains(incoming.name, host); }};
  Outcome outcome = Accept(kind, resources_.hosts, incoming, kResourceBytesMax);
  if (outcome.acceptance == Acceptance::kChanged) NoteHostChanged(outcome.name);
  if (outcome.acceptance == Acceptance::kUnchanged) {
    // It goes on: later ones of the response must leave its domains alone.
    const auto value = resources_.hosts.Find(outcome.name)->value;
    static_cast<void>(CheckDomains(outcome.name, *value));
  }
  return outcome;
}

absl::Status Configuration::CheckDomains(std::string_view key, const DiscoveredHost& host) {
  const std::string_view hosts_key = TableOfHost(key);
  if (TableOfHost(NameInKey(key)).empty()) {
    return absl::InvalidArgumentError("name: must be <route configuration>/<virtual host>");
  }
  const auto [known, is_new] = domain_holders_.try_emplace(std::string(hosts_key));
  DomainHolders& holders = known->second;
  if (is_new) {
    ForEachHost(resources_.hosts, known->first, [&](const std::string& name, const auto& other) {
      if (name == key || leaving_.contains(name)) return;
      for (const std::string& domain : other.domains) holders[domain] = name;
    });
  }
  for (size_t i = 0; i < host.domains.size(); ++i) {
    const auto holder = holders.find(host.domains[i]);
    if (holder == holders.end() || holder->second == key) continue;
    return absl::AlreadyExistsError(fmt::format("domains[{}]: \"{}\" is a domain of {} already", i,
                                                host.domains[i], NameInKey(holder->second)));
  }
  for (const std::string& domain : host.domains) holders[domain] = std::string(key);
  return absl::OkStatus();
}

void Configuration::NoteHostChanged(std::string_view key) {
  changed_hosts_.emplace(TableOfHost(key));
}

void Configuration::RemoveHost(std::string_view key) {
  const auto* entry = resources_.hosts.Find(key);
  if (entry == nullptr) return;
  NoteHostChanged(key);
  ledger_.Forget(ResourceType::kHosts, entry->record);
  resources_.hosts.Erase(key);
}

// As of scopes.
void Configuration::ForgetHosts(const SourcesByKey& wanted) {
  const auto is_kept = [&](std::string_view key) {
    const std::string_view source = SourceInKey(key);
    return source.empty() || wanted.contains(source);
  };
  resources_.hosts.EraseUnless([&](const std::string& key, const auto& entry) {
    if (is_kept(key)) return true;
    ledger_.Forget(ResourceType::kHosts, entry.record);
    return false;
  });
  std::erase_if(resources_.answered_hosts, [&](const auto& source) { return !is_kept(source); });
}

void Configuration::NoteAnswered(std::string_view type_url, std::string_view source) {
  if (type_url == kScopeType) resources_.answered_scopes.emplace(source);
  if (type_url == kVirtualHostType) resources_.answered_hosts.emplace(source);
}

// What fits together with nothing (a body that is too large for its table) leaves the table as it
// is.
void Configuration::JoinHosts() {
  domain_holders_.clear();
  if (changed_hosts_.empty()) return;
  std::vector<std::string> keys;
  for (const auto& [key, entry] : resources_.routes.entries()) {
    if (entry.value == nullptr || !entry.value->values().host_discovery.has_value()) continue;
    const auto& discovery = *entry.value->values().host_discovery;
    if (changed_hosts_.contains(HostsKey(NameInKey(key), discovery.source))) keys.push_back(key);
  }
  changed_hosts_.clear();
  for (const std::string& key : keys) {
    auto& entry = *resources_.routes.Find(key);
    std::string bytes = *entry.record.bytes;
    AddHosts(key, bytes);
    ValidationErrors errors;
    auto joined = CompileRouteBytes(bytes, entry.value.get(), environment_, errors);
    if (joined == nullptr) {
      Log(LogLevel::kWarning, "virtual hosts of {} are not used: {}", NameInKey(key),
          std::string(errors.ToStatus().message()));
      continue;
    }
    entry.value = std::move(joined);
    linker_.RoutesChanged(key);
  }
}

void Configuration::NoteHostsWanted(WantedNames& wanted) const {
  for (const auto& [key, entry] : resources_.routes.entries()) {
    if (entry.value == nullptr || !entry.value->values().host_discovery.has_value()) continue;
    const SourcePointer& source = entry.value->values().host_discovery->source;
    wanted.hosts[ResourceKey("", source)] = source;
  }
}

}  // namespace outrigger::compiler
