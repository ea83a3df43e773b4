#include "compiler/configuration.h"

#include <fmt/format.h>

#include <utility>

#include "cluster/cluster_stats.h"
#include "compiler/accept.h"
#include "compiler/cluster_compiler.h"
#include "compiler/endpoint_compiler.h"
#include "compiler/listener_compiler.h"
#include "compiler/route_compiler.h"
#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/config/endpoint/v3/endpoint.pb.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "envoy/config/route/v3/route.pb.h"
#include "stats/server_stats.h"

namespace outrigger::compiler {

namespace {

struct ClusterKind {
  using Proto = envoy::config::cluster::v3::Cluster;
  using Value = Cluster;
  static const std::string& NameOf(const Proto& proto) { return proto.name(); }
  std::shared_ptr<const Value> Compile(const Proto& proto, ValidationErrors& errors) {
    return CompileCluster(proto, stats, errors);
  }
  absl::Status Admit(const Value&) { return absl::OkStatus(); }
  stats::Registry& stats;
};

struct EndpointKind {
  using Proto = envoy::config::endpoint::v3::ClusterLoadAssignment;
  using Value = EndpointSet;
  static const std::string& NameOf(const Proto& proto) { return proto.cluster_name(); }
  std::shared_ptr<const Value> Compile(const Proto& proto, ValidationErrors& errors) {
    return CompileEndpoints(proto, errors);
  }
  absl::Status Admit(const Value&) { return absl::OkStatus(); }
};

struct RouteKind {
  using Proto = envoy::config::route::v3::RouteConfiguration;
  using Value = routing::RouteTable;
  static const std::string& NameOf(const Proto& proto) { return proto.name(); }
  std::shared_ptr<const Value> Compile(const Proto& proto, ValidationErrors& errors) {
    return CompileRoutes(proto, errors);
  }
  absl::Status Admit(const Value&) { return absl::OkStatus(); }
};

struct ListenerKind {
  using Proto = envoy::config::listener::v3::Listener;
  using Value = ListenerConfig;
  static const std::string& NameOf(const Proto& proto) { return proto.name(); }
  std::shared_ptr<const Value> Compile(const Proto& proto, ValidationErrors& errors) {
    return CompileListener(proto, stats, errors);
  }
  absl::Status Admit(const Value& value) { return bind(value); }
  stats::Registry& stats;
  const std::function<absl::Status(const ListenerConfig&)>& bind;
};

}  // namespace

Configuration::Configuration(stats::Registry& stats, const Clock& clock, Hooks hooks)
    : stats_(stats),
      clock_(clock),
      hooks_(std::move(hooks)),
      linker_(resources_),
      cluster_manager_(stats.Find(stats::kClusterManagerFamily, "")),
      listener_manager_(stats.Find(stats::kListenerManagerFamily, "")) {}

Outcome Configuration::AcceptOne(std::string_view type_url, const Incoming& incoming) {
  Outcome outcome;
  if (type_url == kClusterType) {
    ClusterKind kind{stats_};
    outcome = Accept(kind, resources_.clusters, incoming, kResourceBytesMax);
    if (outcome.acceptance != Acceptance::kChanged) return outcome;
    linker_.ClusterChanged(outcome.name);
    needs_wanted_ = true;
  } else if (type_url == kEndpointType) {
    EndpointKind kind;
    outcome = Accept(kind, resources_.endpoints, incoming, kResourceBytesMax);
    if (outcome.acceptance == Acceptance::kChanged) linker_.EndpointsChanged(outcome.name);
  } else if (type_url == kRouteType) {
    RouteKind kind;
    outcome = Accept(kind, resources_.routes, incoming, kResourceBytesMax);
    if (outcome.acceptance == Acceptance::kChanged) linker_.RoutesChanged(outcome.name);
  } else if (type_url == kListenerType) {
    ListenerKind kind{stats_, hooks_.bind};
    outcome = Accept(kind, resources_.listeners, incoming, kResourceBytesMax);
    if (outcome.acceptance != Acceptance::kChanged) return outcome;
    linker_.ListenerChanged(outcome.name);
    needs_wanted_ = true;
  } else {
    outcome.error = fmt::format("resources of type {} are not known here", type_url);
  }
  return outcome;
}

absl::Status Configuration::AddStatic(std::string_view type_url, std::string_view bytes) {
  ++revision_;
  const Outcome outcome = AcceptOne(type_url, {{}, {}, bytes, true, clock_.WallNow()});
  if (outcome.acceptance == Acceptance::kRejected) return absl::InvalidArgumentError(outcome.error);
  return absl::OkStatus();
}

xds::Verdict Configuration::OnResponse(const xds::Response& response) {
  ++revision_;
  xds::Verdict verdict;
  const WallTime now = clock_.WallNow();
  for (const xds::ReceivedResource& resource : response.resources) {
    Outcome outcome =
        AcceptOne(response.type_url, {resource.name, resource.version, resource.bytes, false, now});
    if (outcome.acceptance == Acceptance::kRejected) {
      verdict.errors.push_back({std::move(outcome.name), std::move(outcome.error)});
    } else {
      verdict.accepted.push_back(std::move(outcome.name));
    }
  }
  for (std::string_view name : response.removed) Remove(response.type_url, name);
  CountUpdate(response.type_url, !verdict.errors.empty());
  Settle();
  return verdict;
}

void Configuration::Remove(std::string_view type_url, std::string_view name) {
  if (type_url == kClusterType) {
    const auto* entry = resources_.clusters.Find(name);
    if (entry == nullptr || entry->record.is_static) return;
    resources_.clusters.Erase(name);
    linker_.ClusterChanged(name);
    needs_wanted_ = true;
  } else if (type_url == kEndpointType) {
    if (resources_.endpoints.Erase(name)) linker_.EndpointsChanged(name);
  } else if (type_url == kRouteType) {
    if (resources_.routes.Erase(name)) linker_.RoutesChanged(name);
  } else if (type_url == kListenerType) {
    const auto* entry = resources_.listeners.Find(name);
    if (entry == nullptr || entry->record.is_static) return;
    resources_.listeners.Erase(name);
    linker_.ListenerChanged(name);
    needs_wanted_ = true;
  }
}

void Configuration::Settle() {
  if (std::exchange(needs_wanted_, false)) UpdateWanted();
  if (auto snapshot = linker_.Link()) {
    snapshot_ = std::move(snapshot);
    hooks_.publish(snapshot_);
  }
  UpdateGauges();
}

// Names that some cluster or listener refers to. What nobody refers to any more is forgotten (X21).
void Configuration::UpdateWanted() {
  std::set<std::string> endpoints;
  for (const auto& [name, entry] : resources_.clusters.entries()) {
    if (entry.value != nullptr && entry.value->type == ClusterType::kEds) {
      endpoints.insert(entry.value->eds_name);
    }
  }
  std::set<std::string> routes;
  for (const auto& [name, entry] : resources_.listeners.entries()) {
    if (entry.value == nullptr || entry.value->chain.http.inline_routes != nullptr) continue;
    routes.insert(entry.value->chain.http.route_table_name);
  }
  resources_.endpoints.EraseUnless(
      [&](const std::string& name) { return endpoints.contains(name); });
  resources_.routes.EraseUnless([&](const std::string& name) { return routes.contains(name); });
  hooks_.want(kEndpointType, std::move(endpoints));
  hooks_.want(kRouteType, std::move(routes));
}

void Configuration::CountUpdate(std::string_view type_url, bool is_rejected) {
  if (type_url == kClusterType) {
    stats::Block& block = cluster_manager_->ForWriter(stats::kControlWriter);
    block.Add(is_rejected ? stats::kCdsUpdateRejected : stats::kCdsUpdateSuccess);
  } else if (type_url == kListenerType) {
    stats::Block& block = listener_manager_->ForWriter(stats::kControlWriter);
    block.Add(is_rejected ? stats::kLdsUpdateRejected : stats::kLdsUpdateSuccess);
  }
}

void Configuration::UpdateGauges() {
  stats::Block& clusters = cluster_manager_->ForWriter(stats::kControlWriter);
  clusters.Set(stats::kActiveClusters, resources_.clusters.entries().size());
  clusters.Set(stats::kWarmingClusters, linker_.warming_clusters());
  stats::Block& listeners = listener_manager_->ForWriter(stats::kControlWriter);
  const size_t warming = linker_.warming_listeners().size();
  listeners.Set(stats::kTotalListenersWarming, warming);
  listeners.Set(stats::kTotalListenersActive, resources_.listeners.entries().size() - warming);
}

}  // namespace outrigger::compiler
