// One connection to an endpoint that serves one downstream connection alone, and ends with it.
//
// Its bytes and its end are its filter's to handle, the TCP relay's; here is what it counts against
// its cluster, as Envoy's TCP pools do. It goes on whatever becomes of its endpoint or its cluster
// in the configuration: it keeps what it needs of them.
//
// Owned by its relay. Thread: worker.
#pragma once

#include <memory>

#include "cluster/circuit_use.h"
#include "cluster/cluster.h"
#include "net/connection.h"
#include "net/network_filter.h"
#include "upstream/pools.h"

namespace outrigger {

class TcpUpstream {
 public:
  // Starts connecting; null, and counted, when a limit of the cluster is reached, or
  // its secrets have not come.
  static std::unique_ptr<TcpUpstream> Start(NetContext& net, const Cluster& cluster,
                                            const Pools::Picked& picked, stats::WriterIndex writer,
                                            NetworkFilter& filter);

  Connection& connection() { return *connection_; }
  bool is_connected() const { return is_connected_; }
  stats::Block& stats() { return stats_; }

  // From the filter: what its connection told it.
  void OnConnected();
  void OnClosed(CloseReason reason);

 private:
  TcpUpstream(NetContext& net, const Cluster& cluster, const Pools::Picked& picked,
              stats::WriterIndex writer);

  void CountNeverConnected(CloseReason reason);

  const std::shared_ptr<stats::Scope> scope_;  // keeps stats_ and the circuit counts alive
  const std::shared_ptr<stats::Scope> endpoint_scope_;
  stats::Block& stats_;
  stats::Block& endpoint_stats_;
  CircuitUse connection_use_;
  CircuitUse pending_use_;  // until it is connected
  std::unique_ptr<Connection> connection_;
  bool is_connected_ = false;
};

}  // namespace outrigger
