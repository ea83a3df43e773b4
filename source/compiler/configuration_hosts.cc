// The configuration's part that is about virtual hosts that are discovered (VHDS): they are joined
// to the tables that ask for them.
//
// As in Envoy, those of a table stay when the table itself is sent anew.
#include <fmt/format.h>

#include <utility>

#include "absl/strings/numbers.h"
#include "base/absl_view.h"
#include "base/log.h"
#include "compiler/accept.h"
#include "compiler/configuration.h"
#include "compiler/resource_kinds.h"
#include "envoy/config/route/v3/route.pb.h"
#include "xds/message_cut.h"

namespace outrigger::compiler {

namespace {

using envoy::config::route::v3::RouteConfiguration;

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

// How often a table is compiled again without those that do not go with it.
constexpr int kJoinRoundsMax = 10;

struct HostError {
  size_t position;
  std::string what;  // with the field's path within the host
};

// Of a message about a table, if it is about one of its virtual hosts.
std::optional<HostError> HostErrorIn(std::string_view message) {
  constexpr std::string_view kField = "virtual_hosts[";
  const size_t end = message.find(']');
  if (!message.starts_with(kField) || end == message.npos) return std::nullopt;
  HostError error;
  const auto number = message.substr(kField.size(), end - kField.size());
  if (!absl::SimpleAtoi(AbslView(number), &error.position)) return std::nullopt;
  message.remove_prefix(end + 1);
  if (message.starts_with(".")) message.remove_prefix(1);
  error.what = std::string(message);
  return error;
}

}  // namespace

void Configuration::AddHosts(std::string_view table_key, std::string& bytes) const {
  if (resources_.hosts.entries().empty()) return;
  const auto discovery = DiscoveryIn(bytes, environment_);
  if (!discovery.has_value()) return;
  ForEachHost(resources_.hosts, HostsKeyOf(table_key, *discovery),
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
  resources_.host_tables.Set(outcome.name, *now);
  needs_wanted_ |= now->values().host_discovery.has_value() ||
                   (before != nullptr && before->values().host_discovery.has_value());
  return outcome;
}

Outcome Configuration::AcceptHost(const Incoming& incoming) {
  FormerHost former;
  if (const auto* entry = resources_.hosts.Find(incoming.name)) {
    const xds::ResourceRecord& record = entry->record;
    former = {entry->value,
              {record.version, record.bytes, record.updated_at, record.effective_at},
              record.bytes_hash,
              true};
  }
  HostKind kind{environment_,
                [&](const DiscoveredHost& host) { return CheckDomains(incoming.name, host); }};
  Outcome outcome = Accept(kind, resources_.hosts, incoming, kResourceBytesMax);
  if (outcome.acceptance == Acceptance::kChanged) {
    NoteHostChanged(outcome.name);
    former_hosts_.emplace(outcome.name, std::move(former));
  }
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

void Configuration::JoinHosts(xds::Verdict& verdict) {
  domain_holders_.clear();
  for (const std::string& hosts_key : std::exchange(changed_hosts_, {})) {
    bool has_joined = false;
    for (const std::string& table_key : resources_.host_tables.TablesOf(hosts_key)) {
      has_joined |= JoinHostsOf(table_key, verdict);
    }
    if (!has_joined) continue;
    updates_.ForEach(UpdateStats::Type::kHosts, hosts_key,
                     [](const auto& subscription) { subscription.NoteReload(); });
  }
  former_hosts_.clear();
}

bool Configuration::JoinHostsOf(const std::string& table_key, xds::Verdict& verdict) {
  auto& entry = *resources_.routes.Find(table_key);
  ValidationErrors errors;
  for (int round = 0; round < kJoinRoundsMax; ++round) {
    std::string bytes = *entry.record.bytes;
    AddHosts(table_key, bytes);
    errors = {};
    auto joined = CompileRouteBytes(bytes, entry.value.get(), environment_, errors);
    if (joined != nullptr) {
      entry.value = std::move(joined);
      linker_.RoutesChanged(table_key);
      return true;
    }
    if (!RefuseHosts(table_key, errors, verdict)) break;
  }
  Log(LogLevel::kWarning, "virtual hosts of {} are not used: {}", NameInKey(table_key),
      std::string(errors.ToStatus().message()));
  return false;
}

// Those of the changed ones that the errors are about. False: about none.
bool Configuration::RefuseHosts(const std::string& table_key, const ValidationErrors& errors,
                                xds::Verdict& verdict) {
  const auto& entry = *resources_.routes.Find(table_key);
  const auto own =
      xds::CutMessage(*entry.record.bytes, RouteConfiguration::kVirtualHostsFieldNumber);
  std::vector<std::string> keys(own->parts.size());  // of all, by position; its own have none
  ForEachHost(resources_.hosts, HostsKeyOf(table_key, *entry.value->values().host_discovery),
              [&](const std::string& key, const auto&) { keys.push_back(key); });
  bool has_refused = false;
  for (const std::string& message : errors.messages()) {
    const auto found = HostErrorIn(message);
    if (!found.has_value() || found->position >= keys.size()) continue;
    const std::string& key = keys[found->position];
    if (!former_hosts_.contains(key)) continue;
    RefuseHost(key, found->what);
    std::erase(verdict.accepted, key);
    verdict.errors.push_back({key, found->what, /*is_noted=*/true});
    has_refused = true;
  }
  return has_refused;
}

// What it was before goes on. The same bytes may do with another version of the table.
void Configuration::RefuseHost(const std::string& key, const std::string& error) {
  auto& [record, value] = *resources_.hosts.Find(key);
  FormerHost former = std::move(former_hosts_.extract(key).mapped());
  record.rejection = NewRejection({key, record.version, *record.bytes, false, record.updated_at},
                                  error, std::nullopt);
  value = std::move(former.value);
  record.version = std::move(former.version.version);
  record.bytes = std::move(former.version.bytes);
  record.bytes_hash = former.bytes_hash;
  record.updated_at = former.version.updated_at;
  record.effective_at = former.version.effective_at;
  record.former.reset();
  Outcome outcome;
  outcome.name = key;
  outcome.error = error;
  outcome.is_new = !former.is_known;
  outcome.is_noted = outcome.is_news = true;
  ledger_.OnOutcome(ResourceType::kHosts, outcome);
}

void Configuration::NoteHostsWanted(WantedNames& wanted) const {
  for (const auto& [hosts_key, tables] : resources_.host_tables.all()) {
    const auto* entry = resources_.routes.Find(*tables.begin());
    const SourcePointer& source = entry->value->values().host_discovery->source;
    wanted.hosts[ResourceKey("", source)] = source;
  }
  for (const auto& [key, turn] : host_demand_.hosts()) {
    const auto source = wanted.hosts.find(SourceInKey(key));
    if (source != wanted.hosts.end()) wanted.hosts[key] = source->second;
  }
}

// Of each table that it is about, once.
void Configuration::CountHosts(const xds::Response& response, const xds::Verdict& verdict) {
  std::map<std::string_view, bool> rejected;  // by what the keys of its hosts begin with
  for (const auto& resource : response.resources) rejected[TableOfHost(resource.name)];
  for (std::string_view name : response.removed) rejected[TableOfHost(name)];
  for (const auto& error : verdict.errors) rejected[TableOfHost(error.name)] = true;
  for (const auto& [hosts_key, is_rejected] : rejected) {
    updates_.ForEach(UpdateStats::Type::kHosts, hosts_key, [&](const auto& subscription) {
      if (is_rejected) return subscription.Reject();
      subscription.Accept(response.version(), clock_.WallNow());
    });
  }
  if (!rejected.empty()) return;
  updates_.ForEachFrom(UpdateStats::Type::kHosts, response.source, [&](const auto& subscription) {
    subscription.Accept(response.version(), clock_.WallNow());
    subscription.NoteEmpty();
  });
}

}  // namespace outrigger::compiler
