// What everything on the downstream side of one worker shares. Outlives all of it.
//
// Thread: worker.
#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "base/intrusive_list.h"
#include "base/random.h"
#include "downstream/exchange_list.h"
#include "filters/cluster_waits.h"
#include "filters/host_waits.h"
#include "filters/router/mirror_list.h"
#include "http/date.h"
#include "net/connection.h"
#include "net/connection_limit.h"
#include "snapshot/snapshot_slot.h"
#include "stats/scope.h"
#include "upstream/pools.h"

namespace outrigger {

class Listener;

struct WorkerContext {
  NetContext& net;
  SnapshotSlot& slot;
  Pools& pools;
  Random& random;
  stats::WriterIndex writer;
  ExchangeList& exchanges;
  http::DateCache& date;
  // Responses of these listeners end their connections: the process is going away (P33), or was
  // told so.
  DrainScope drain_scope = DrainScope::kNone;
  // The same of those that want it, while the process fails its health check; the health_check
  // filter answers so, and tells the clients of others.
  bool fails_health = false;
  // How long a connection without messages may go on when its listener is gone.
  Duration drain_time = std::chrono::seconds(600);
  // On the connections of clients, of the process; null: none but that of its sockets.
  ConnectionLimit* global_limit = nullptr;
  std::string log_line;  // the memory of the access log line being written
  MirrorList mirrors{net, slot, pools, writer};
  // Control is told of clusters that requests need and that nobody has sent; empty: nobody is.
  ClusterWaits::Ask ask_for_cluster;
  ClusterWaits cluster_waits{ask_for_cluster};
  // The same of virtual hosts that route tables do not know.
  HostWaits::Ask ask_for_host;
  HostWaits host_waits{ask_for_host};
  // Those with connections: a swap looks at no others.
  IntrusiveList<Listener> occupied_listeners;
  // TCP connections being relayed now.
  size_t relays = 0;
  // Downstream connections open now. Written here only, read by control.
  std::atomic<size_t> connections = 0;
};

}  // namespace outrigger
