// Resources -> ConfigSnapshot: names become dense ids, listeners that are not complete stay out.
//
// A listener is complete when its route table is known and each cluster that this names is either
// usable (static, or its endpoints have come), or absent. Until then its last complete version
// keeps serving (warming). An EDS cluster takes part once its endpoints are known, an empty set
// included (X13, X50). The next snapshot is made from the last one by setting slots that differ: a
// change of one endpoint set copies one chunk.
//
// Owned by Configuration. Thread: control.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "compiler/id_table.h"
#include "compiler/resources.h"
#include "snapshot/config_snapshot.h"

namespace outrigger::compiler {

class Linker {
 public:
  explicit Linker(const Resources& resources) : resources_(resources) {}

  // What changed since the last Link; Link looks at nothing else.
  void ClusterChanged(std::string_view name) { clusters_.insert(std::string(name)); }
  void EndpointsChanged(std::string_view eds_name);
  void RoutesChanged(std::string_view name) { routes_.insert(std::string(name)); }
  void ListenerChanged(std::string_view name) { listeners_.insert(std::string(name)); }

  // The next snapshot; null when nothing a worker could see has changed.
  std::shared_ptr<const ConfigSnapshot> Link();

  // Where the server listens for this address.
  ListenSocketId SocketFor(const Address& address) { return sockets_.Get(address.ToString()); }
  // The same without making one; unset when nothing listens there.
  ListenSocketId FindSocket(const Address& address) const {
    return sockets_.Find(address.ToString());
  }
  // Listeners accepted but not serving their newest version, with what they wait for.
  const std::map<std::string, std::string>& warming_listeners() const { return warming_; }
  size_t warming_clusters() const { return warming_clusters_.size(); }
  // Every worker has left snapshots older than `version`.
  void Collect(uint64_t version);

 private:
  void LinkCluster(const std::string& name);
  void LinkRoutes(const std::string& table_name, std::shared_ptr<const routing::RouteTable> table);
  void LinkListener(const std::string& name);
  void RemoveListener(const std::string& name);
  std::string WhatIsMissing(const ListenerConfig& listener) const;
  static std::string TableNameOf(const ListenerConfig& listener);

  const Resources& resources_;
  IdTable<ClusterId> cluster_ids_;
  IdTable<RouteTableId> table_ids_;
  IdTable<ListenerId> listener_ids_;
  IdTable<ListenSocketId> sockets_;

  // Changed since the last Link, by name.
  std::set<std::string> clusters_;
  std::set<std::string> routes_;
  std::set<std::string> listeners_;
  // EDS name -> clusters that take their endpoints from it.
  std::map<std::string, std::set<std::string>, std::less<>> clusters_by_eds_;
  std::map<std::string, std::string> eds_by_cluster_;
  std::map<std::string, std::string> warming_;
  std::set<std::string> warming_clusters_;
  std::map<std::string, std::shared_ptr<const ListenerConfig>> serving_;

  ConfigSnapshot next_;
  bool has_changes_ = false;
};

}  // namespace outrigger::compiler
