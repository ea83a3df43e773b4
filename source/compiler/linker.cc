#include "compiler/linker.h"

#include <fmt/format.h>

#include <utility>

namespace outrigger::compiler {

void Linker::EndpointsChanged(std::string_view eds_name) {
  const auto it = clusters_by_eds_.find(eds_name);
  if (it != clusters_by_eds_.end()) clusters_.insert(it->second.begin(), it->second.end());
}

std::shared_ptr<const ConfigSnapshot> Linker::Link() {
  for (const std::string& name : std::exchange(clusters_, {})) LinkCluster(name);
  for (const std::string& name : std::exchange(routes_, {})) {
    const auto* entry = resources_.routes.Find(name);
    if (entry != nullptr && entry->value != nullptr) LinkRoutes(name, entry->value);
  }
  // Clusters or routes may be what a warming listener waits for.
  for (const auto& [name, missing] : warming_) listeners_.insert(name);
  for (const std::string& name : std::exchange(listeners_, {})) LinkListener(name);
  if (!std::exchange(has_changes_, false)) return nullptr;
  ++next_.version;
  return std::make_shared<const ConfigSnapshot>(next_);
}

void Linker::LinkCluster(const std::string& name) {
  const auto* entry = resources_.clusters.Find(name);
  const std::shared_ptr<const Cluster> cluster = entry == nullptr ? nullptr : entry->value;
  const ClusterId id = cluster_ids_.Get(name);
  if (auto old = eds_by_cluster_.find(name); old != eds_by_cluster_.end()) {
    clusters_by_eds_[old->second].erase(name);
    eds_by_cluster_.erase(old);
  }
  warming_clusters_.erase(name);
  std::shared_ptr<const EndpointSet> endpoints;
  if (cluster != nullptr && cluster->type == ClusterType::kStatic) {
    endpoints = cluster->static_endpoints;
  } else if (cluster != nullptr) {
    clusters_by_eds_[cluster->eds_name].insert(name);
    eds_by_cluster_[name] = cluster->eds_name;
    const auto* set = resources_.endpoints.Find(cluster->eds_name);
    if (set != nullptr) endpoints = set->value;
    // Not usable before its endpoints are known; a version that serves already goes on (X50).
    if (endpoints == nullptr) {
      warming_clusters_.insert(name);
      if (next_.clusters.Get(id) == nullptr) return;
    }
  }
  if (next_.clusters.Slot(id) == cluster && next_.endpoints.Slot(id) == endpoints) return;
  if (cluster != nullptr && endpoints == nullptr) endpoints = next_.endpoints.Slot(id);
  next_.clusters.Set(id, cluster);
  next_.endpoints.Set(id, endpoints);
  has_changes_ = true;
}

void Linker::LinkRoutes(const std::string& table_name,
                        std::shared_ptr<const routing::RouteTable> table) {
  const RouteTableId id = table_ids_.Get(table_name);
  const LinkedRoutes* current = next_.routes.Get(id);
  if (current != nullptr && current->table == table) return;
  auto linked = std::make_shared<LinkedRoutes>();
  for (const std::string& cluster : table->values().cluster_names) {
    linked->cluster_ids.push_back(cluster_ids_.Get(cluster));
  }
  linked->table = std::move(table);
  next_.routes.Set(id, std::move(linked));
  has_changes_ = true;
}

// Inline routes get a table of their own; a name with a control character cannot come from RDS.
std::string Linker::TableNameOf(const ListenerConfig& listener) {
  const HttpOptions& http = listener.chain.http;
  return http.inline_routes == nullptr ? http.route_table_name : "\x01" + listener.name;
}

std::string Linker::WhatIsMissing(const ListenerConfig& listener) const {
  const HttpOptions& http = listener.chain.http;
  std::shared_ptr<const routing::RouteTable> table = http.inline_routes;
  if (table == nullptr) {
    const auto* entry = resources_.routes.Find(http.route_table_name);
    if (entry == nullptr || entry->value == nullptr) {
      return fmt::format("route configuration {}", http.route_table_name);
    }
    table = entry->value;
  }
  for (const std::string& cluster : table->values().cluster_names) {
    if (warming_clusters_.contains(cluster)) return fmt::format("endpoints of cluster {}", cluster);
  }
  return {};
}

void Linker::LinkListener(const std::string& name) {
  const auto* entry = resources_.listeners.Find(name);
  if (entry == nullptr || entry->value == nullptr) {
    RemoveListener(name);
    return;
  }
  const std::shared_ptr<const ListenerConfig>& config = entry->value;
  if (std::string missing = WhatIsMissing(*config); !missing.empty()) {
    warming_[name] = std::move(missing);
    return;
  }
  warming_.erase(name);
  if (serving_[name] == config) return;
  const std::string table_name = TableNameOf(*config);
  if (config->chain.http.inline_routes != nullptr) {
    LinkRoutes(table_name, config->chain.http.inline_routes);
  } else {
    LinkRoutes(table_name, resources_.routes.Find(table_name)->value);
  }
  RemoveListener(name);  // its address may be another now
  serving_[name] = config;
  auto linked = std::make_shared<LinkedListener>();
  linked->config = config;
  linked->socket = SocketFor(config->address);
  linked->routes = table_ids_.Get(table_name);
  const ListenerId id = listener_ids_.Get(name);
  next_.listener_by_socket.Set(linked->socket, std::make_shared<ListenerId>(id));
  next_.listeners.Set(id, std::move(linked));
  has_changes_ = true;
}

void Linker::RemoveListener(const std::string& name) {
  warming_.erase(name);
  serving_.erase(name);
  const ListenerId id = listener_ids_.Get(name);
  const LinkedListener* old = next_.listeners.Get(id);
  if (old == nullptr) return;
  const ListenSocketId socket = old->socket;
  const ListenerId* holder = next_.listener_by_socket.Get(socket);
  if (holder != nullptr && *holder == id) next_.listener_by_socket.Set(socket, nullptr);
  next_.listeners.Set(id, nullptr);
  has_changes_ = true;
}

}  // namespace outrigger::compiler
