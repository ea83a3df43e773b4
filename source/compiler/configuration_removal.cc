// The configuration's half that is about what ceases: removed, expired, never there.
#include <utility>

#include "compiler/configuration.h"
#include "compiler/endpoint_compiler.h"
#include "stats/server_stats.h"

namespace outrigger::compiler {

namespace {

// What was accepted of it before stays.
template <typename Value>
bool NoteAbsence(xds::ResourceStore<Value>& store, const xds::Absence& absence) {
  auto* entry = store.Find(absence.name);
  if (entry == nullptr || entry->record.is_static) return false;
  entry->record.absence = std::make_unique<const xds::Absence>(absence);
  return true;
}

constexpr std::string_view kExpired = "its time to live is over";
constexpr std::string_view kRemoved = "the server has removed it";
constexpr std::string_view kIgnored =
    "the server has removed it, which --ignore-resource-deletion ignores";

// False: it does not run, or there are too many of the kind.
template <typename Value>
bool KeepRunning(xds::ResourceStore<Value>& store, std::string_view name,
                 std::set<std::string, std::less<>>& undeleted) {
  auto* entry = store.Find(name);
  if (entry == nullptr || entry->record.is_static) return false;
  xds::ResourceRecord& record = entry->record;
  if (!record.is_effective() && record.former == nullptr) return false;
  if (undeleted.size() >= Configuration::kIgnoredDeletionsMax && !undeleted.contains(name)) {
    return false;
  }
  undeleted.emplace(name);
  record.rejection.reset();
  record.absence = std::make_unique<const xds::Absence>(
      xds::Absence{std::string(name), xds::Absence::Kind::kDoesNotExist, std::string(kIgnored)});
  return true;
}

// As if the server had sent an empty one. The same bytes are a change when they come again.
template <typename Value>
bool Empty(xds::ResourceStore<Value>& store, std::string_view name,
           std::shared_ptr<const Value> empty, std::string_view why = kExpired) {
  auto* entry = store.Find(name);
  if (entry == nullptr) return false;
  entry->value = std::move(empty);
  xds::ResourceRecord& record = entry->record;
  record.version.clear();
  record.bytes = std::make_shared<const std::string>();
  record.bytes_hash = 0;
  record.former.reset();
  record.rejection.reset();
  record.expires = false;
  record.absence = std::make_unique<const xds::Absence>(
      xds::Absence{std::string(name), xds::Absence::Kind::kDoesNotExist, std::string(why)});
  return true;
}

}  // namespace

void Configuration::OnAbsent(std::string_view type_url, const std::vector<xds::Absence>& absences) {
  for (const xds::Absence& absence : absences) NoteAbsent(type_url, absence);
  Settle();
}

void Configuration::NoteAbsent(std::string_view type_url, const xds::Absence& absence) {
  ++revision_;
  bool is_noted = false;
  if (type_url == kClusterType) {
    is_noted = NoteAbsence(resources_.clusters, absence);
    GiveUpCluster(NameInKey(absence.name), SourceInKey(absence.name));
  }
  if (type_url == kListenerType) is_noted = NoteAbsence(resources_.listeners, absence);
  if (type_url == kScopeType) is_noted = NoteAbsence(resources_.scopes, absence);
  if (type_url == kVirtualHostType) {
    is_noted = NoteAbsence(resources_.hosts, absence);
    GiveUpHost(absence.name);
  }
  if (type_url == kEndpointType) is_noted = NoteAbsence(resources_.endpoints, absence);
  if (type_url == kRouteType) is_noted = NoteAbsence(resources_.routes, absence);
  if (type_url == kSecretType) is_noted = NoteAbsence(resources_.secrets, absence);
  if (type_url == kExtensionType) is_noted = NoteAbsence(resources_.extensions, absence);
  if (type_url == kRuntimeType) is_noted = NoteAbsence(resources_.runtimes, absence);
  if (is_noted) ledger_.Touch(*ResourceTypeOf(type_url), absence.name);
}

void Configuration::OnExpired(std::string_view type_url, const std::vector<std::string>& names) {
  ++revision_;
  StartUpdate(UpdateSource::kExpiry, type_url).removed = static_cast<uint32_t>(names.size());
  for (const std::string& name : names) Expire(type_url, name);
  xds::Verdict verdict;  // nothing comes
  JoinHosts(verdict);
  Settle();
}

void Configuration::Expire(std::string_view type_url, std::string_view name) {
  ledger_.Touch(*ResourceTypeOf(type_url), name);
  if (type_url == kEndpointType) {
    if (Empty(resources_.endpoints, name, NoEndpoints())) linker_.EndpointsChanged(name);
  } else if (type_url == kRouteType) {
    if (Empty(resources_.routes, name, routing::RouteTable::Build({}))) {
      resources_.host_tables.Set(std::string(name), *resources_.routes.Find(name)->value);
      needs_wanted_ = true;
      linker_.RoutesChanged(name);
    }
  } else if (type_url == kRuntimeType) {
    has_other_runtime_ |=
        Empty(resources_.runtimes, name, std::make_shared<const RuntimeContent>());
  } else if (type_url == kClusterType) {
    RemoveCluster(NameInKey(name), SourceInKey(name));
  } else if (type_url == kListenerType) {
    RemoveListener(name);
  } else if (type_url == kExtensionType) {
    DropExtension(name, kExpired);
  } else if (type_url == kScopeType) {
    RemoveScope(name);
  } else if (type_url == kVirtualHostType) {
    RemoveHost(name);
  }
}

// Filters without it are what they are by default, as in Envoy.
void Configuration::DropExtension(std::string_view key, std::string_view why) {
  if (!Empty(resources_.extensions, key, {}, why)) return;
  // Of an empty one something serves.
  xds::ResourceRecord& record = resources_.extensions.Find(key)->record;
  record.bytes.reset();
  record.effective_at = {};
  ledger_.Touch(ResourceType::kExtensions, key);
  discovered_filters_.Drop(key);
  RecompileWith(key);
}

// What a file says is its operator's own word.
bool Configuration::IgnoresDeletion(const xds::Response& response, std::string_view name) {
  if (!environment_.ignores_deletion || !response.file.empty()) return false;
  const bool is_ignored = (response.type_url == kClusterType &&
                           KeepRunning(resources_.clusters, name, undeleted_clusters_)) ||
                          (response.type_url == kListenerType &&
                           KeepRunning(resources_.listeners, name, undeleted_listeners_));
  if (!is_ignored) return false;
  --update_->removed;
  ledger_.Touch(*ResourceTypeOf(response.type_url), name);
  return true;
}

void Configuration::ForgetDeletion(std::string_view type_url, std::string_view name) {
  Names* undeleted = type_url == kClusterType    ? &undeleted_clusters_
                     : type_url == kListenerType ? &undeleted_listeners_
                                                 : nullptr;
  if (undeleted == nullptr) return;
  if (auto it = undeleted->find(name); it != undeleted->end()) undeleted->erase(it);
}

// By a listener that the server has put where a deleted one listens on.
void Configuration::RemoveReplaced() {
  const Names undeleted = undeleted_listeners_;
  for (const std::string& name : undeleted) {
    const ListenerConfig* listener = resources_.listeners.Find(name)->value.get();
    if (listener != nullptr && addresses_.IsShared(*listener)) RemoveListener(name);
  }
}

void Configuration::Remove(const xds::Response& response, std::string_view name) {
  if (IgnoresDeletion(response, name)) return;
  if (response.type_url == kClusterType) {
    RemoveCluster(name, response.source);
  } else if (response.type_url == kListenerType) {
    RemoveListener(name);
  } else if (response.type_url == kScopeType) {
    RemoveScope(name);
  } else if (response.type_url == kVirtualHostType) {
    RemoveHost(name);
  } else if (response.type_url == kRuntimeType) {
    // Its values are those of the layers before it, as in Envoy.
    ledger_.Touch(ResourceType::kRuntimes, name);
    has_other_runtime_ |=
        Empty(resources_.runtimes, name, std::make_shared<const RuntimeContent>(), kRemoved);
  } else if (const auto type = UpdateStats::TypeOf(response.type_url)) {
    // Endpoints, routes and secrets end with whatever refers to them, not before: the last good
    // ones serve on (P17), as in Envoy.
    if (response.type_url == kExtensionType && !IsFileKey(name)) {
      DropExtension(name, kRemoved);
    } else if (response.type_url == kExtensionType || !IsFileKey(name)) {
      NoteAbsent(response.type_url,
                 {std::string(name), xds::Absence::Kind::kDoesNotExist, std::string(kRemoved)});
    }
    updates_.ForEach(*type, name, [&](const UpdateStats::Subscription& subscription) {
      subscription.NoteEmpty();
      // A file without it has been read well.
      if (IsFileKey(name)) subscription.Accept(response.system_version, clock_.WallNow());
    });
  }
}

// `source`, which says so, as it stands in keys.
void Configuration::RemoveCluster(std::string_view name, std::string_view source) {
  GiveUpCluster(name, source);
  ForgetDeletion(kClusterType, name);
  const auto* entry = resources_.clusters.Find(name);
  if (entry == nullptr || entry->record.is_static || !IsClusterFrom(source, name)) return;
  EraseCluster(name);
}

// Requires: it is there.
void Configuration::EraseCluster(std::string_view name) {
  auto* entry = resources_.clusters.Find(name);
  if (const auto fetched = fetched_clusters_.find(name); fetched != fetched_clusters_.end()) {
    fetched_clusters_.erase(fetched);
  }
  if (entry->value != nullptr) {
    cluster_manager_->ForWriter(stats::kControlWriter).Add(stats::kClusterRemoved);
  }
  // The linker says when it has ceased to serve.
  needs_wanted_ |=
      linker_.warming_clusters().contains(name) || linker_.FindEndpoints(name) == nullptr;
  ledger_.KeepCluster(std::string(name), std::move(entry->record));
  resources_.clusters.Erase(name);
  linker_.ClusterChanged(name);
}

void Configuration::RemoveListener(std::string_view name) {
  const auto* entry = resources_.listeners.Find(name);
  if (entry == nullptr || entry->record.is_static) return;
  ForgetDeletion(kListenerType, name);
  if (entry->value != nullptr) {
    listener_manager_->ForWriter(stats::kControlWriter).Add(stats::kListenerRemoved);
  }
  ledger_.Forget(ResourceType::kListeners, entry->record);
  addresses_.Replace(entry->value.get(), nullptr);
  resources_.listeners.Erase(name);
  ForgetLimit(name);
  linker_.ListenerChanged(name);
  needs_wanted_ = true;
}

void Configuration::RemoveScope(std::string_view key) {
  const auto* entry = resources_.scopes.Find(key);
  if (entry == nullptr) return;
  ledger_.Forget(ResourceType::kScopes, entry->record);
  scope_keys_.Remove(key);
  resources_.scopes.Erase(key);
  linker_.ScopesChanged(SourceInKey(key));
  needs_wanted_ = true;
}

// Of sources that nobody takes them from any more. Those of the aggregated stream stay, since it
// cannot be told that they are wanted no longer.
void Configuration::ForgetScopes(const SourcesByKey& wanted) {
  const auto is_kept = [&](std::string_view key) {
    const std::string_view source = SourceInKey(key);
    return source.empty() || wanted.contains(source);
  };
  resources_.scopes.EraseUnless([&](const std::string& key, const auto& entry) {
    if (is_kept(key)) return true;
    ledger_.Forget(ResourceType::kScopes, entry.record);
    scope_keys_.Remove(key);
    return false;
  });
  std::erase_if(resources_.answered_scopes, [&](const auto& source) { return !is_kept(source); });
}

}  // namespace outrigger::compiler
