#include "compiler/configuration.h"

#include <fmt/format.h>

#include <utility>

#include "cluster/cluster_stats.h"
#include "compiler/accept.h"
#include "compiler/certificate_scopes.h"
#include "compiler/resource_kinds.h"
#include "compiler/wanted_names.h"
#include "snapshot/listener_stats.h"
#include "stats/server_stats.h"
#include "xds/payload_name.h"

namespace outrigger::compiler {

namespace {

std::optional<UpdateStats::Type> TypeOf(std::string_view type_url) {
  if (type_url == kClusterType) return UpdateStats::Type::kClusters;
  if (type_url == kEndpointType) return UpdateStats::Type::kEndpoints;
  if (type_url == kRouteType) return UpdateStats::Type::kRoutes;
  if (type_url == kListenerType) return UpdateStats::Type::kListeners;
  if (type_url == kSecretType) return UpdateStats::Type::kSecrets;
  return std::nullopt;
}

template <typename Value>
std::shared_ptr<const Value> ValueOf(const xds::ResourceStore<Value>& store,
                                     std::string_view name) {
  const auto* entry = store.Find(name);
  return entry == nullptr ? nullptr : entry->value;
}

// The newest content of a resource's file, which is not used.
template <typename Value>
void NoteBadFile(xds::ResourceStore<Value>& store, const BadFile& file, WallTime now) {
  xds::ResourceRecord& record = store[file.key].record;
  record.error = file.error;
  record.rejected_version.clear();
  record.rejected_hash.reset();
  record.rejected_at = now;
}

// What was accepted of it before stays.
template <typename Value>
void NoteAbsence(xds::ResourceStore<Value>& store, const xds::Absence& absence, bool is_awaited) {
  if (store.Find(absence.name) == nullptr && !is_awaited) return;
  xds::ResourceRecord& record = store[absence.name].record;
  if (!record.is_static) record.absence = absence;
}

// As if the server had sent an empty one. The same bytes are a change when they come again.
template <typename Value>
bool Empty(xds::ResourceStore<Value>& store, std::string_view name,
           std::shared_ptr<const Value> empty) {
  if (store.Find(name) == nullptr) return false;
  auto& entry = store[name];
  entry.value = std::move(empty);
  entry.record = {};
  entry.record.bytes = std::make_shared<const std::string>();
  entry.record.absence = {std::string(name), xds::Absence::Kind::kDoesNotExist,
                          "its time to live is over"};
  return true;
}

bool IsNamed(UpdateStats::Type type) {
  return type != UpdateStats::Type::kClusters && type != UpdateStats::Type::kListeners;
}

std::string DescribeClash(const ListenerConfig& listener, const ListenAddresses::Clash& clash) {
  const std::string field =
      clash.address == 0 ? "address"
                         : fmt::format("additional_addresses[{}].address", clash.address - 1);
  return fmt::format("{}: {} is that of listener {}", field,
                     listener.addresses[clash.address].address.ToString(), clash.holder);
}

}  // namespace

Configuration::Configuration(stats::Registry& stats, const Clock& clock, Hooks hooks,
                             CompileEnvironment environment)
    : stats_(stats),
      clock_(clock),
      hooks_(std::move(hooks)),
      environment_(std::move(environment)),
      tls_(resources_.own_secrets, resources_.secrets, environment_.stream_clusters),
      linker_(resources_, clock),
      updates_(stats),
      cluster_manager_(stats.Find(stats::kClusterManagerFamily, "")),
      listener_manager_(stats.Find(stats::kListenerManagerFamily, "")) {}

Outcome Configuration::AcceptOne(std::string_view type_url, const Incoming& incoming) {
  if (type_url == kClusterType) return AcceptCluster(incoming);
  if (type_url == kListenerType) return AcceptListener(incoming);
  if (type_url == kSecretType) return AcceptSecret(incoming);
  Outcome outcome;
  if (type_url == kEndpointType) {
    EndpointKind kind;
    outcome = Accept(kind, resources_.endpoints, incoming, kResourceBytesMax);
    if (outcome.acceptance == Acceptance::kChanged) linker_.EndpointsChanged(outcome.name);
  } else if (type_url == kRouteType) {
    const auto before = ValueOf(resources_.routes, incoming.name);
    RouteKind kind{environment_.runtime, before.get()};
    outcome = Accept(kind, resources_.routes, incoming, kResourceBytesMax);
    if (outcome.acceptance == Acceptance::kChanged) linker_.RoutesChanged(outcome.name);
  } else {
    outcome.error = fmt::format("resources of type {} are not known here", type_url);
  }
  return outcome;
}

Outcome Configuration::AcceptCluster(const Incoming& incoming) {
  ClusterKind kind{{environment_, stats_, tls_}};
  const auto before = ValueOf(resources_.clusters, incoming.name);
  Outcome outcome = Accept(kind, resources_.clusters, incoming, kResourceBytesMax);
  if (outcome.acceptance != Acceptance::kChanged) return outcome;
  cluster_manager_->ForWriter(stats::kControlWriter)
      .Add(outcome.is_new ? stats::kClusterAdded : stats::kClusterModified);
  linker_.ClusterChanged(outcome.name);
  needs_wanted_ |=
      before == nullptr || !AskForTheSame(*before, *ValueOf(resources_.clusters, outcome.name));
  return outcome;
}

Outcome Configuration::AcceptListener(const Incoming& incoming) {
  ListenerKind kind{{environment_, stats_, tls_},
                    [this](const ListenerConfig& listener) { return Bind(listener); }};
  const auto before = ValueOf(resources_.listeners, incoming.name);
  Outcome outcome = Accept(kind, resources_.listeners, incoming, kResourceBytesMax);
  if (outcome.acceptance != Acceptance::kChanged) return outcome;
  listener_manager_->ForWriter(stats::kControlWriter)
      .Add(outcome.is_new ? stats::kListenerAdded : stats::kListenerModified);
  const auto now = ValueOf(resources_.listeners, outcome.name);
  addresses_.Set(*now);
  linker_.ListenerChanged(outcome.name);
  needs_wanted_ |= before == nullptr || !AskForTheSame(*before, *now);
  return outcome;
}

// Those of the bootstrap have names of their own: one of the same name may come from elsewhere.
Outcome Configuration::AcceptSecret(const Incoming& incoming) {
  if (incoming.is_static) {
    SecretKind kind;
    return Accept(kind, resources_.own_secrets, incoming, kResourceBytesMax);
  }
  SecretKind kind{
      [&](const Secret& secret) { return tls_.profiles().Take(incoming.name, secret); }};
  Outcome outcome = Accept(kind, resources_.secrets, incoming, kResourceBytesMax);
  if (outcome.acceptance == Acceptance::kChanged) CountUpdateOf(outcome.name);
  return outcome;
}

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

absl::Status Configuration::Bind(const ListenerConfig& listener) {
  const auto clash = addresses_.FindClash(listener, leaving_listeners_);
  absl::Status status = clash.has_value()
                            ? absl::AlreadyExistsError(DescribeClash(listener, *clash))
                            : hooks_.bind(listener);
  if (!status.ok()) {
    listener_manager_->ForWriter(stats::kControlWriter).Add(stats::kListenerCreateFailure);
  }
  return status;
}

absl::Status Configuration::AddStatic(std::string_view type_url, std::string_view bytes) {
  ++revision_;
  const Outcome outcome =
      AcceptOne(type_url, {xds::NameInside(bytes), {}, bytes, true, clock_.WallNow()});
  if (outcome.acceptance != Acceptance::kRejected) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format("{}: {}", outcome.name, outcome.error));
}

xds::Verdict Configuration::OnResponse(const xds::Response& response) {
  bool has_changes = false;
  xds::Verdict verdict = Take(response, [&](const auto& resource, const Outcome& outcome) {
    CountOutcome(response, resource, outcome);
    has_changes |= outcome.acceptance == Acceptance::kChanged;
  });
  for (std::string_view name : response.removed) Remove(response, name);
  CountResponse(response, !verdict.errors.empty(), has_changes);
  Settle();
  return verdict;
}

xds::Verdict Configuration::Restore(const xds::Response& response) {
  xds::Verdict verdict = Take(response, [](const auto&, const Outcome&) {});
  Settle();
  return verdict;
}

xds::Verdict Configuration::Take(const xds::Response& response, OnOutcome on_outcome) {
  ++revision_;
  xds::Verdict verdict;
  const WallTime now = clock_.WallNow();
  if (response.type_url == kListenerType) {
    for (const auto& resource : response.resources) leaving_listeners_.emplace(resource.name);
    leaving_listeners_.insert(response.removed.begin(), response.removed.end());
  }
  for (const xds::ReceivedResource& resource : response.resources) {
    if (auto it = leaving_listeners_.find(resource.name); it != leaving_listeners_.end()) {
      leaving_listeners_.erase(it);
    }
    Outcome outcome = AcceptOne(response.type_url, {resource.name, resource.version, resource.bytes,
                                                    false, now, resource.expires});
    on_outcome(resource, outcome);
    if (outcome.acceptance == Acceptance::kRejected) {
      verdict.errors.push_back({std::move(outcome.name), std::move(outcome.error)});
    } else {
      verdict.accepted.push_back(std::move(outcome.name));
    }
  }
  leaving_listeners_.clear();
  return verdict;
}

void Configuration::OnFailure(std::string_view type_url, std::string_view source) {
  if (const auto type = TypeOf(type_url)) updates_.Fail(*type, source);
}

void Configuration::OnAbsent(std::string_view type_url, const std::vector<xds::Absence>& absences) {
  ++revision_;
  for (const xds::Absence& absence : absences) {
    if (type_url == kClusterType) NoteAbsence(resources_.clusters, absence, false);
    if (type_url == kListenerType) NoteAbsence(resources_.listeners, absence, false);
    if (type_url == kEndpointType) NoteAbsence(resources_.endpoints, absence, true);
    if (type_url == kRouteType) NoteAbsence(resources_.routes, absence, true);
    if (type_url == kSecretType) NoteAbsence(resources_.secrets, absence, true);
  }
}

void Configuration::OnExpired(std::string_view type_url, const std::vector<std::string>& names) {
  ++revision_;
  for (const std::string& name : names) Expire(type_url, name);
  Settle();
}

void Configuration::Expire(std::string_view type_url, std::string_view name) {
  if (type_url == kEndpointType) {
    if (Empty(resources_.endpoints, name, NoEndpoints())) linker_.EndpointsChanged(name);
  } else if (type_url == kRouteType) {
    if (Empty(resources_.routes, name, routing::RouteTable::Build({}))) {
      linker_.RoutesChanged(name);
    }
  } else if (type_url == kClusterType) {
    RemoveCluster(name);
  } else if (type_url == kListenerType) {
    RemoveListener(name);
  }
}

void Configuration::OnFetchTimeout(std::string_view type_url) {
  if (const auto type = TypeOf(type_url)) updates_.TimeOut(*type);
}

void Configuration::OnResolution(const DnsLookup& lookup, DnsResolution resolution) {
  const std::vector<std::string> changed =
      resources_.resolved.OnResolution(lookup, std::move(resolution));
  if (changed.empty()) return;
  for (const std::string& cluster : changed) linker_.ClusterChanged(cluster);
  Settle();
}

void Configuration::OnBadFile(const BadFile& file) {
  ++revision_;
  const auto type = TypeOf(file.type_url);
  if (file.type_url == kEndpointType) NoteBadFile(resources_.endpoints, file, clock_.WallNow());
  if (file.type_url == kRouteType) NoteBadFile(resources_.routes, file, clock_.WallNow());
  if (file.type_url == kSecretType) NoteBadFile(resources_.secrets, file, clock_.WallNow());
  const auto count = [&](const UpdateStats::Subscription& subscription) {
    file.is_readable ? subscription.Reject() : subscription.Fail();
  };
  if (IsNamed(*type)) return updates_.ForEach(*type, file.key, count);
  count(updates_.Of(*type));
}

void Configuration::Remove(const xds::Response& response, std::string_view name) {
  if (response.type_url == kClusterType) {
    RemoveCluster(name);
  } else if (response.type_url == kListenerType) {
    RemoveListener(name);
  } else if (const auto type = TypeOf(response.type_url)) {
    // Endpoints, routes and secrets end with whatever refers to them, not before: the last good
    // ones serve on (P17), as in Envoy.
    if (!IsFileKey(name)) {
      OnAbsent(response.type_url, {{std::string(name), xds::Absence::Kind::kDoesNotExist,
                                    "the server has removed it"}});
    }
    updates_.ForEach(*type, name, [&](const UpdateStats::Subscription& subscription) {
      subscription.NoteEmpty();
      // A file without it has been read well.
      if (IsFileKey(name)) subscription.Accept(response.system_version, clock_.WallNow());
    });
  }
}

void Configuration::RemoveCluster(std::string_view name) {
  const auto* entry = resources_.clusters.Find(name);
  if (entry == nullptr || entry->record.is_static) return;
  if (entry->value != nullptr) {
    cluster_manager_->ForWriter(stats::kControlWriter).Add(stats::kClusterRemoved);
  }
  resources_.clusters.Erase(name);
  linker_.ClusterChanged(name);
  needs_wanted_ = true;
}

void Configuration::RemoveListener(std::string_view name) {
  const auto* entry = resources_.listeners.Find(name);
  if (entry == nullptr || entry->record.is_static) return;
  if (entry->value != nullptr) {
    listener_manager_->ForWriter(stats::kControlWriter).Add(stats::kListenerRemoved);
  }
  resources_.listeners.Erase(name);
  addresses_.Remove(name);
  linker_.ListenerChanged(name);
  needs_wanted_ = true;
}

void Configuration::Settle() {
  const bool asks_for_others = std::exchange(needs_wanted_, false);
  if (asks_for_others) UpdateWanted();
  TlsProfiles::Changes changes = tls_.profiles().TakeChanges();
  const bool has_other_users = asks_for_others || !changes.empty();
  for (auto& [id, context] : changes) linker_.TlsChanged(id, std::move(context));
  if (has_other_users) ShowReceivedCertificates();
  if (auto snapshot = linker_.Link()) {
    snapshot_ = std::move(snapshot);
    hooks_.publish(snapshot_);
  }
  UpdateGauges();
  CountFetchTimeouts();
  if (hooks_.settled) hooks_.settled(linker_.NextDeadline());
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
  for (const std::string& name : overdue.secrets) {
    updates_.ForEach(UpdateStats::Type::kSecrets, name, count);
  }
}

void Configuration::BeginUpdates(bool takes_clusters, bool takes_listeners) {
  if (takes_clusters) updates_.Begin(UpdateStats::Type::kClusters);
  if (takes_listeners) updates_.Begin(UpdateStats::Type::kListeners);
  UpdateWanted();
}

// Names that some cluster or listener refers to. What nobody refers to any more is forgotten (X21).
void Configuration::UpdateWanted() {
  WantedNames wanted;
  for (const auto& [name, entry] : resources_.clusters.entries()) {
    if (entry.value != nullptr) NoteWanted(*entry.value, wanted);
  }
  for (const auto& [name, entry] : resources_.listeners.entries()) {
    if (entry.value != nullptr) NoteWanted(*entry.value, wanted);
  }
  resources_.endpoints.EraseUnless(
      [&](const std::string& key) { return wanted.endpoints.contains(key); });
  resources_.routes.EraseUnless(
      [&](const std::string& key) { return wanted.routes.contains(key); });
  resources_.secrets.EraseUnless(
      [&](const std::string& key) { return wanted.secrets.contains(key); });
  tls_.profiles().Sweep();
  updates_.SetWanted(resources_, wanted.secrets);
  resources_.resolved.SetClusters(resources_.clusters);
  if (hooks_.look_up) hooks_.look_up(resources_.resolved.Lookups());
  hooks_.want(kEndpointType, wanted.endpoints);
  hooks_.want(kRouteType, wanted.routes);
  hooks_.want(kSecretType, wanted.secrets);
}

void Configuration::CountOutcome(const xds::Response& response,
                                 const xds::ReceivedResource& resource, const Outcome& outcome) {
  const auto type = TypeOf(response.type_url);
  if (!type.has_value() || !IsNamed(*type)) return;
  const std::string_view version =
      response.system_version.empty() ? resource.version : response.system_version;
  updates_.ForEach(*type, outcome.name, [&](const UpdateStats::Subscription& subscription) {
    if (outcome.acceptance == Acceptance::kRejected) return subscription.Reject();
    subscription.Accept(version, clock_.WallNow());
    if (outcome.acceptance == Acceptance::kChanged) subscription.NoteReload();
  });
}

void Configuration::CountResponse(const xds::Response& response, bool is_rejected,
                                  bool has_changes) {
  const auto type = TypeOf(response.type_url);
  if (!type.has_value() || IsNamed(*type)) return;
  if (is_rejected) return updates_.Reject(*type);
  std::string_view version = response.system_version;
  if (version.empty() && !response.resources.empty()) version = response.resources.back().version;
  updates_.Accept(*type, version, clock_.WallNow());
  if (has_changes) updates_.Of(*type).NoteReload();
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
