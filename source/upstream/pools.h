// Everything one worker knows of upstream: for each cluster it has used, the balancer's cursors and
// the pools of its endpoints.
//
// Keyed by ClusterId and PoolKey, never by a version: adopting a snapshot compares pointers,
// touches only clusters whose endpoints changed, and moves no connection whose endpoint stays.
// Pools of endpoints that are gone drain.
//
// Owned by the worker. Thread: worker.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/random.h"
#include "cluster/lb/balancer.h"
#include "cluster/lb/subset_balancer.h"
#include "http/error.h"
#include "snapshot/adoption.h"
#include "snapshot/config_snapshot.h"
#include "upstream/connection_pool.h"

namespace outrigger {

class Pools {
 public:
  Pools(NetContext& net, Random& random, stats::WriterIndex writer)
      : net_(net), random_(random), writer_(writer) {}
  ~Pools();

  struct Acquired {
    ConnectionPool* pool = nullptr;    // where a wait can be cancelled
    UpstreamStream* stream = nullptr;  // ready now; null: `waiter` waits, or `error` says why
    const http::Error* error = nullptr;
  };
  // Where a request is to go.
  struct Target {
    ClusterId cluster;
    EndpointCriteria criteria = {};
    http::Version version = http::Version::kHttp11;  // that it came by
  };
  // Picks an endpoint of the cluster and a connection to it. Requires: the cluster is in
  // `snapshot`, which is the current one.
  Acquired Acquire(const Target& target, const ConfigSnapshot& snapshot, ConnectionWaiter& waiter);

  // An endpoint of the cluster for one more connection that is no pool's; nothing, and counted,
  // when there is none. Requires: as above.
  struct Picked {
    const Endpoint* endpoint = nullptr;
    std::shared_ptr<stats::Scope> stats;    // of the endpoint
    std::shared_ptr<const TlsContext> tls;  // null: plaintext
  };
  Picked PickEndpoint(const Target& target, const ConfigSnapshot& snapshot);

  // The block of a cluster's stats for this worker. Requires: the cluster is in the current
  // snapshot.
  stats::Block& StatsOf(const Cluster& cluster) { return cluster.stats->ForWriter(writer_); }

  void OnAdopt(const ConfigSnapshot& snapshot, Adoption& adoption);
  // Closes every idle connection and lets busy ones end (the process is going away).
  void DrainAll();
  bool is_empty() const;

 private:
  struct LiveCluster {
    std::shared_ptr<stats::Scope> scope;
    std::shared_ptr<stats::Scope> http2_scope;
    const EndpointSet* endpoints = nullptr;  // of the current snapshot
    PoolOptions options;
    UpstreamCodec codec;
    TlsProfilePointer tls;
    ClientSockets sockets;
    SubsetBalancer subsets;
    LbCursors cursors;
    // What is used of an endpoint: a pool for each protocol that requests may need, of which most
    // clusters have one; null: not used yet.
    struct LiveEndpoint {
      std::array<ConnectionPool*, 2> pools = {};
      std::shared_ptr<stats::Scope> stats;
    };
    std::vector<LiveEndpoint> by_endpoint;  // parallel to endpoints->endpoints
    absl::flat_hash_map<PoolKey, std::unique_ptr<ConnectionPool>> pools;
    bool is_gone = false;  // from the configuration
    std::vector<std::unique_ptr<ConnectionPool>> draining;
  };

  // A cluster and the position of the endpoint whose turn it is.
  struct Pick {
    LiveCluster* live = nullptr;
    std::optional<uint32_t> endpoint;  // unset, and counted: there is none
  };
  static uint32_t RequestsUnderWay(const LiveCluster& live, uint32_t endpoint);
  Pick PickFrom(const Target& target, const ConfigSnapshot& snapshot);
  Balanced BalanceIn(LiveCluster& live, const Cluster& cluster, const EndpointCriteria& criteria);
  LiveCluster& LiveFor(ClusterId id, const ConfigSnapshot& snapshot);
  ConnectionPool& PoolFor(LiveCluster& live, size_t endpoint_index, http::Version version);
  static const std::shared_ptr<stats::Scope>& StatsOf(LiveCluster& live, size_t endpoint_index);
  static PoolKey KeyOf(const LiveCluster& live, size_t endpoint_index, UpstreamProtocol protocol);
  static DrainCause CauseOf(const LiveCluster& live, const PoolKey& key);
  static void Refresh(LiveCluster& live, ClusterId id, const ConfigSnapshot& snapshot,
                      Adoption& adoption);
  static void DrainUnlisted(LiveCluster& live, Adoption& adoption);
  static void Sweep(LiveCluster& live);

  NetContext& net_;
  Random& random_;
  const stats::WriterIndex writer_;
  std::vector<std::unique_ptr<LiveCluster>> live_;     // by ClusterId; null: not used yet
  std::vector<ClusterId> used_;                        // those that are there
  std::vector<std::unique_ptr<LiveCluster>> removed_;  // their connections still end
};

}  // namespace outrigger
