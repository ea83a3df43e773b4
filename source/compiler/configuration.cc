#include "compiler/configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/earlier.h"
#include "compiler/accept.h"
#include "compiler/cluster_uses.h"
#include "compiler/resource_kinds.h"
#include "compiler/wanted_names.h"
#include "stats/server_stats.h"
#include "xds/payload_name.h"

namespace outrigger::compiler {

namespace {

// The newest content of a resource's file, which is not used.
template <typename Value>
void NoteBadFile(xds::ResourceStore<Value>& store, const BadFile& file, WallTime now) {
  xds::ResourceRecord& record = store[file.key].record;
  if (record.first_seen == WallTime{}) record.first_seen = now;
  record.rejection = std::make_unique<xds::Rejection>(
      xds::Rejection{std::string(file.error), {}, std::nullopt, nullptr, now});
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
      discovered_filters_(resources_.extensions, stats, environment_.service_cluster,
                          &environment_.stream_clusters),
      linker_(resources_, clock, environment_.takes_clusters),
      ledger_(resources_, linker_, stats),
      updates_(stats),
      cluster_manager_(stats.Find(stats::kClusterManagerFamily, "")),
      listener_manager_(stats.Find(stats::kListenerManagerFamily, "")) {
  updates_.SetRuntimes(environment_.runtime_sources);
  ShowRuntime();
}

Outcome Configuration::AcceptOne(std::string_view type_url, const Incoming& incoming) {
  Outcome outcome = AcceptAs(type_url, incoming);
  if (const auto type = ResourceTypeOf(type_url)) ledger_.OnOutcome(*type, outcome);
  return outcome;
}

Outcome Configuration::AcceptAs(std::string_view type_url, const Incoming& incoming) {
  if (type_url == kClusterType) return AcceptCluster(incoming);
  if (type_url == kListenerType) return AcceptListener(incoming);
  if (type_url == kRouteType) return AcceptRoutes(incoming);
  if (type_url == kVirtualHostType) return AcceptHost(incoming);
  if (type_url == kScopeType) return AcceptScope(incoming);
  if (type_url == kSecretType) return AcceptSecret(incoming);
  if (type_url == kExtensionType) return AcceptExtension(incoming);
  if (type_url == kRuntimeType) return AcceptRuntime(incoming);
  Outcome outcome;
  if (type_url == kEndpointType) {
    EndpointKind kind;
    outcome = Accept(kind, resources_.endpoints, incoming, kResourceBytesMax);
    if (outcome.acceptance == Acceptance::kChanged) linker_.EndpointsChanged(outcome.name);
  } else {
    outcome.error = fmt::format("resources of type {} are not known here", type_url);
  }
  return outcome;
}

Outcome Configuration::AcceptCluster(const Incoming& incoming) {
  ClusterKind kind{{environment_, stats_, tls_}};
  Outcome outcome = Accept(kind, resources_.clusters, incoming, kResourceBytesMax,
                           [&](const Cluster* before, const Cluster& now) {
                             NoteAsksOf(before, now);
                             if (demand_.contains(now.name)) {
                               demand_.NoteCome(now.name, UsesOf(now), clock_.Now());
                             }
                           });
  if (outcome.acceptance != Acceptance::kChanged) return outcome;
  cluster_manager_->ForWriter(stats::kControlWriter)
      .Add(outcome.is_new ? stats::kClusterAdded : stats::kClusterModified);
  linker_.ClusterChanged(outcome.name);
  return outcome;
}

Outcome Configuration::AcceptListener(const Incoming& incoming) {
  ListenerKind kind{{{environment_, stats_, tls_}, discovered_filters_},
                    [this](const ListenerConfig& listener) { return Bind(listener); }};
  PrepareLimit(incoming.name);
  Outcome outcome = Accept(kind, resources_.listeners, incoming, kResourceBytesMax,
                           [&](const ListenerConfig* before, const ListenerConfig& now) {
                             addresses_.Replace(before, &now);
                             needs_wanted_ |= before == nullptr || !AskForTheSame(*before, now);
                           });
  if (outcome.is_new && outcome.acceptance == Acceptance::kRejected) ForgetLimit(incoming.name);
  if (outcome.acceptance != Acceptance::kChanged) return outcome;
  listener_manager_->ForWriter(stats::kControlWriter)
      .Add(outcome.is_new ? stats::kListenerAdded : stats::kListenerModified);
  linker_.ListenerChanged(outcome.name);
  return outcome;
}

Outcome Configuration::AcceptScope(const Incoming& incoming) {
  ScopeKind kind{environment_, [&](const RouteScope& scope) {
                   const std::string holder = scope_keys_.HolderOf(incoming.name, scope, leaving_);
                   if (holder.empty()) return absl::OkStatus();
                   return absl::AlreadyExistsError(
                       fmt::format("key: is that of scope {} already", NameInKey(holder)));
                 }};
  Outcome outcome = Accept(kind, resources_.scopes, incoming, kResourceBytesMax,
                           [&](const RouteScope* before, const RouteScope& now) {
                             scope_keys_.Set(std::string(incoming.name), now);
                             needs_wanted_ |= before == nullptr ||
                                              before->route_table_name != now.route_table_name;
                           });
  if (outcome.acceptance == Acceptance::kChanged) {
    linker_.ScopesChanged(SourceInKey(outcome.name));
  }
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

absl::Status Configuration::Bind(const ListenerConfig& listener) {
  const auto clash = addresses_.FindClash(listener, leaving_);
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
  if (!update_.has_value()) StartUpdate(UpdateSource::kBootstrap, {});
  const MonotonicTime begun = clock_.Now();
  const Outcome outcome =
      AcceptOne(type_url, {xds::NameInside(bytes), {}, bytes, true, clock_.WallNow()});
  update_->compile_time += clock_.Now() - begun;
  CountInUpdate(outcome);
  if (outcome.acceptance != Acceptance::kRejected) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format("{}: {}", outcome.name, outcome.error));
}

xds::Verdict Configuration::OnResponse(const xds::Response& response) {
  StartUpdate(response.file.empty() ? UpdateSource::kControlPlane : UpdateSource::kFile,
              response.type_url);
  bool has_changes = false;
  xds::Verdict verdict = Take(response, [&](const auto& resource, const Outcome& outcome) {
    CountOutcome(response, resource, outcome);
    NoteClusterFrom(response, outcome);
    has_changes |= outcome.acceptance == Acceptance::kChanged;
  });
  for (std::string_view name : response.removed) Remove(response, name);
  if (response.type_url == kListenerType) RemoveReplaced();
  NoteAnswered(response.type_url, response.source);
  JoinHosts(verdict);
  if (response.type_url == kVirtualHostType) {
    CountHosts(response, verdict);
    NoteHostAnswers(response);
  }
  CountResponse(response, !verdict.errors.empty(), has_changes);
  Settle();
  return verdict;
}

xds::Verdict Configuration::Restore(const xds::Response& response) {
  StartUpdate(UpdateSource::kSaved, response.type_url);
  xds::Verdict verdict = Take(response, [](const auto&, const Outcome&) {});
  for (const auto& resource : response.resources) {
    NoteAnswered(response.type_url, SourceInKey(resource.name));
  }
  JoinHosts(verdict);
  Settle();
  return verdict;
}

xds::Verdict Configuration::Take(const xds::Response& response, OnOutcome on_outcome) {
  ++revision_;
  xds::Verdict verdict;
  const WallTime now = clock_.WallNow();
  const MonotonicTime begun = clock_.Now();
  if (response.type_url == kListenerType || response.type_url == kScopeType ||
      response.type_url == kVirtualHostType) {
    for (const auto& resource : response.resources) leaving_.emplace(resource.name);
    leaving_.insert(response.removed.begin(), response.removed.end());
  }
  if (response.type_url == kListenerType) {
    leaving_.insert(undeleted_listeners_.begin(), undeleted_listeners_.end());
  }
  const auto take = [&](const xds::ReceivedResource& resource) {
    if (auto it = leaving_.find(resource.name); it != leaving_.end()) {
      leaving_.erase(it);
    }
    Outcome outcome = AcceptOne(response.type_url, {resource.name, resource.version, resource.bytes,
                                                    false, now, resource.expires});
    ForgetDeletion(response.type_url, resource.name);
    CountInUpdate(outcome);
    on_outcome(resource, outcome);
    return outcome;
  };
  std::vector<Ahead> ahead = TakeNewClusters(response, take);
  auto next = ahead.begin();
  for (size_t i = 0; i < response.resources.size(); ++i) {
    const bool is_taken = next != ahead.end() && next->position == i;
    Outcome outcome = is_taken ? std::move((next++)->outcome) : take(response.resources[i]);
    if (outcome.acceptance == Acceptance::kRejected) {
      verdict.errors.push_back(
          {std::move(outcome.name), std::move(outcome.error), outcome.is_noted});
    } else {
      verdict.accepted.push_back(std::move(outcome.name));
    }
  }
  leaving_.clear();
  update_->version = response.version();
  update_->file = response.file;
  update_->removed = static_cast<uint32_t>(response.removed.size());
  update_->compile_time = clock_.Now() - begun;
  return verdict;
}

void Configuration::OnFailure(std::string_view type_url, std::string_view source) {
  if (type_url == kClusterType && !source.empty()) return;  // as in CountResponse
  if (const auto type = UpdateStats::TypeOf(type_url)) updates_.Fail(*type, source);
}

void Configuration::OnFetchTimeout(std::string_view type_url) {
  if (const auto type = UpdateStats::TypeOf(type_url)) updates_.TimeOut(*type);
}

void Configuration::OnResolution(const DnsLookup& lookup, DnsResolution resolution) {
  const std::vector<std::string> changed =
      resources_.resolved.OnResolution(lookup, std::move(resolution));
  if (changed.empty()) return;
  StartUpdate(UpdateSource::kNames, kClusterType).changed = static_cast<uint32_t>(changed.size());
  for (const std::string& cluster : changed) linker_.ClusterChanged(cluster);
  Settle();
}

void Configuration::OnBadFile(const BadFile& file) {
  ++revision_;
  if (file.type_url == kEndpointType) NoteBadFile(resources_.endpoints, file, clock_.WallNow());
  if (file.type_url == kRouteType) NoteBadFile(resources_.routes, file, clock_.WallNow());
  if (file.type_url == kSecretType) NoteBadFile(resources_.secrets, file, clock_.WallNow());
  if (file.type_url == kExtensionType) NoteBadFile(resources_.extensions, file, clock_.WallNow());
  if (file.type_url == kRuntimeType) NoteBadFile(resources_.runtimes, file, clock_.WallNow());
  const auto count = [&](const UpdateStats::Subscription& subscription) {
    if (file.is_readable) return subscription.Reject();
    subscription.Fail();
    subscription.NoteUseless();
  };
  if (const auto type = *UpdateStats::TypeOf(file.type_url); UpdateStats::IsNamed(type)) {
    ledger_.Touch(*ResourceTypeOf(file.type_url), file.key);
    updates_.ForEach(type, file.key, count);
  } else {
    updates_.ForEachOf(type, SourceInKey(file.key), count);
  }
  StartUpdate(UpdateSource::kFile, file.type_url).rejected = 1;
  Settle();
}

void Configuration::Settle() {
  const MonotonicTime begun = clock_.Now();
  if (std::exchange(has_other_runtime_, false)) LoadRuntime();
  LetGoOfIdleClusters();
  const bool has_new_users = SettleWanted();
  TlsProfiles::Changes changes = tls_.profiles().TakeChanges();
  const bool has_other_users = has_new_users || !changes.empty();
  for (auto& [id, context] : changes) linker_.TlsChanged(id, std::move(context));
  if (has_other_users) ShowReceivedCertificates();
  for (auto& [id, filter] : discovered_filters_.TakeChanges()) {
    linker_.FilterChanged(id, std::move(filter));
  }
  for (const std::string& key : discovered_filters_.TakeConflicts()) updates_.NoteConflict(key);
  if (auto snapshot = linker_.Link()) {
    snapshot_ = std::move(snapshot);
    if (!update_.has_value()) StartUpdate(UpdateSource::kExpiry, {});
    update_->snapshot = snapshot_->version;
    hooks_.publish(snapshot_);
  }
  if (linker_.TakeAsksForLess()) UpdateWanted();
  ledger_.Settle(linker_.TakeLooked(), clock_.WallNow());
  UpdateGauges();
  CountFetchTimeouts();
  const Duration link_time = clock_.Now() - begun;
  SettleDemand();
  SettleHostDemand();
  if (hooks_.settled) {
    hooks_.settled(Earlier(linker_.NextDeadline(),
                           Earlier(demand_.NextDeadline(), host_demand_.NextDeadline())));
  }
  EndUpdate(link_time);
}

void Configuration::BeginUpdates(bool takes_clusters, bool takes_listeners) {
  if (takes_clusters) updates_.Begin(UpdateStats::Type::kClusters);
  if (takes_listeners) updates_.Begin(UpdateStats::Type::kListeners);
  UpdateWanted();
}

void Configuration::CountOutcome(const xds::Response& response,
                                 const xds::ReceivedResource& resource, const Outcome& outcome) {
  const auto type = UpdateStats::TypeOf(response.type_url);
  if (!type.has_value() || !UpdateStats::IsNamed(*type)) return;
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
  const auto type = UpdateStats::TypeOf(response.type_url);
  if (!type.has_value() || !UpdateStats::IsWhole(*type)) return;
  if (response.type_url == kClusterType && !response.source.empty()) return;  // those of CDS count
  updates_.ForEachOf(*type, response.source, [&](const UpdateStats::Subscription& subscription) {
    if (is_rejected) return subscription.Reject();
    subscription.Accept(response.version(), clock_.WallNow());
    if (has_changes) subscription.NoteReload();
  });
}

}  // namespace outrigger::compiler
