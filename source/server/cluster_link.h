// The way to a gRPC service that a cluster is: a link that goes where the cluster's endpoints are
// now, secured as it says.
//
// Owned by whoever speaks over it. Thread: control.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cluster/cluster.h"
#include "compiler/linker.h"
#include "grpc_link/link.h"
#include "server/service.h"

namespace outrigger {

class ClusterLink {
 public:
  // Control and service outlive this; `cluster` as SetCluster has it.
  ClusterLink(EventLoop& control, Service& service, std::string authority,
              std::shared_ptr<const Cluster> cluster);

  // The cluster as it is now; null: there is none. Of another one the endpoints are not known yet.
  void SetCluster(std::shared_ptr<const Cluster> cluster);
  // Where it is may have changed. True: it can be reached, and could not before.
  bool OnPublish(const compiler::Linker& linker);
  // Its names are looked up anew: it may have moved.
  void HurryNames();

  bool is_reachable() const { return endpoints_ != nullptr; }
  // Requires: there has been a cluster. It stays where it is when there is another one.
  Link& link() { return *link_; }

 private:
  EventLoop& control_;
  Service& service_;
  const std::string authority_;
  std::shared_ptr<const Cluster> cluster_;
  std::shared_ptr<const EndpointSet> endpoints_;  // null: they, or its secrets, have not come
  std::optional<Link> link_;
};

}  // namespace outrigger
