#include "upstream/pools.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "cluster/endpoint_stats.h"

namespace outrigger {

namespace {

constexpr http::Error kNoEndpoint = {http::ErrorKind::kNoHealthyUpstream, http::Side::kUpstream,
                                     "no endpoint", true};
constexpr http::Error kNoSecret = {http::ErrorKind::kConnectFailure, http::Side::kUpstream,
                                   "secrets not there yet", true};
constexpr http::Error kPendingOverflow = {http::ErrorKind::kUpstreamOverflow, http::Side::kUpstream,
                                          "too many pending requests", true};

// Nothing is said in plaintext instead.
bool LacksSecrets(const Cluster& cluster, const ConfigSnapshot& snapshot) {
  return cluster.tls != nullptr && snapshot.TlsOf(*cluster.tls) == nullptr;
}

PoolOptions OptionsOf(const Cluster& cluster, const ConfigSnapshot& snapshot) {
  return {cluster.connect_timeout,
          cluster.idle_timeout,
          cluster.connection_duration_max,
          cluster.max_requests_per_connection,
          cluster.buffer_bytes_high,
          cluster.limits.max_connections,
          cluster.limits.max_pending_requests,
          cluster.limits.max_requests,
          cluster.tls == nullptr ? nullptr : snapshot.TlsOf(*cluster.tls)};
}

size_t ColumnOf(UpstreamProtocol protocol) { return protocol == UpstreamProtocol::kHttp2 ? 1 : 0; }

}  // namespace

Pools::~Pools() { OUTRIGGER_CHECK(is_empty()); }

Pools::Acquired Pools::Acquire(const Target& target, const ConfigSnapshot& snapshot,
                               ConnectionWaiter& waiter) {
  Acquired acquired;
  const Pick pick = PickFrom(target, snapshot);
  if (!pick.endpoint.has_value()) {
    acquired.error = &kNoEndpoint;
    return acquired;
  }
  const Cluster& cluster = *snapshot.clusters.Get(target.cluster);
  if (LacksSecrets(cluster, snapshot)) {
    StatsOf(cluster).Add(kUpstreamTlsSecretsNotReady);
    acquired.error = &kNoSecret;
    return acquired;
  }
  acquired.pool = &PoolFor(*pick.live, *pick.endpoint, target.version);
  bool overflow = false;
  acquired.stream = acquired.pool->Acquire(waiter, overflow);
  if (overflow) acquired.error = &kPendingOverflow;
  return acquired;
}

Pools::Picked Pools::PickEndpoint(const Target& target, const ConfigSnapshot& snapshot) {
  const Pick pick = PickFrom(target, snapshot);
  if (!pick.endpoint.has_value()) return {};
  return {&pick.live->endpoints->endpoints[*pick.endpoint], StatsOf(*pick.live, *pick.endpoint),
          pick.live->options.tls};
}

// Asked for once in a version of the endpoints: it takes a lock.
const std::shared_ptr<stats::Scope>& Pools::StatsOf(LiveCluster& live, size_t endpoint_index) {
  std::shared_ptr<stats::Scope>& scope = live.by_endpoint[endpoint_index].stats;
  if (scope == nullptr) {
    scope = EndpointScope(*live.scope, live.endpoints->endpoints[endpoint_index].address);
  }
  return scope;
}

Pools::Pick Pools::PickFrom(const Target& target, const ConfigSnapshot& snapshot) {
  const Cluster* cluster = snapshot.clusters.Get(target.cluster);
  OUTRIGGER_CHECK(cluster != nullptr);
  Pick pick;
  if (snapshot.endpoints.Get(target.cluster) != nullptr) {
    pick.live = &LiveFor(target.cluster, snapshot);
    const Balanced balanced = BalanceIn(*pick.live, *cluster, target.criteria);
    pick.endpoint = balanced.endpoint;
    if (balanced.is_panic) StatsOf(*cluster).Add(kLbHealthyPanic);
  }
  if (!pick.endpoint.has_value()) StatsOf(*cluster).Add(kUpstreamCxNoneHealthy);
  return pick;
}

Balanced Pools::BalanceIn(LiveCluster& live, const Cluster& cluster,
                          const EndpointCriteria& criteria) {
  const auto requests = [&live](uint32_t endpoint) { return RequestsUnderWay(live, endpoint); };
  const auto balance = [&](const PickTable& picks) {
    return Balance(picks, cluster.lb, live.cursors, random_, requests);
  };
  if (!live.subsets.is_on()) return balance(*live.endpoints->picks);
  return live.subsets.Pick(criteria, balance, StatsOf(cluster));
}

uint32_t Pools::RequestsUnderWay(const LiveCluster& live, uint32_t endpoint) {
  size_t requests = 0;
  for (const ConnectionPool* pool : live.by_endpoint[endpoint].pools) {
    if (pool != nullptr) requests += pool->requests_under_way();
  }
  return static_cast<uint32_t>(requests);
}

Pools::LiveCluster& Pools::LiveFor(ClusterId id, const ConfigSnapshot& snapshot) {
  if (id.value >= live_.size()) live_.resize(id.value + 1);
  std::unique_ptr<LiveCluster>& live = live_[id.value];
  if (live == nullptr) {
    live = std::make_unique<LiveCluster>();
    used_.push_back(id);
    live->scope = snapshot.clusters.Get(id)->stats;
    Adoption of_a_new_one;
    Refresh(*live, id, snapshot, of_a_new_one);
  }
  return *live;
}

ConnectionPool& Pools::PoolFor(LiveCluster& live, size_t endpoint_index, http::Version version) {
  const UpstreamProtocol protocol = live.codec.For(version);
  ConnectionPool*& pool = live.by_endpoint[endpoint_index].pools[ColumnOf(protocol)];
  if (pool != nullptr) return *pool;
  const PoolKey key = KeyOf(live, endpoint_index, protocol);
  std::unique_ptr<ConnectionPool>& owned = live.pools[key];
  if (owned == nullptr) {
    owned = std::make_unique<ConnectionPool>(
        net_, key, PoolStats{live.scope, StatsOf(live, endpoint_index), live.http2_scope, writer_});
    owned->SetOptions(live.options);
  }
  pool = owned.get();
  return *pool;
}

PoolKey Pools::KeyOf(const LiveCluster& live, size_t endpoint_index, UpstreamProtocol protocol) {
  const Endpoint& endpoint = live.endpoints->endpoints[endpoint_index];
  PoolKey key = {endpoint.address, endpoint.hostname, live.codec, live.tls,
                 SocketFor(live.sockets, endpoint.address)};
  key.codec.protocol = protocol;
  return key;
}

void Pools::Refresh(LiveCluster& live, ClusterId id, const ConfigSnapshot& snapshot,
                    Adoption& adoption) {
  static const EndpointSet kNoEndpoints;
  const Cluster& cluster = *snapshot.clusters.Get(id);
  const EndpointSet* known = snapshot.endpoints.Get(id);
  const EndpointSet& endpoints = known != nullptr ? *known : kNoEndpoints;
  live.subsets.OnAdopt(snapshot.subsets.Get(id));
  live.options = OptionsOf(cluster, snapshot);
  // Those that are secured in another way end as they are.
  for (auto& [key, pool] : live.pools) {
    if (key.tls == cluster.tls) pool->SetOptions(live.options);
  }
  if (live.endpoints == &endpoints && live.codec == cluster.codec && live.tls == cluster.tls &&
      live.sockets == cluster.sockets) {
    return;
  }
  live.codec = cluster.codec;
  live.http2_scope = cluster.http2_stats;
  live.tls = cluster.tls;
  live.sockets = cluster.sockets;
  live.endpoints = &endpoints;
  live.by_endpoint.assign(endpoints.endpoints.size(), {});
  const auto list = [&live](size_t endpoint_index, UpstreamProtocol protocol) {
    const auto it = live.pools.find(KeyOf(live, endpoint_index, protocol));
    if (it == live.pools.end()) return;
    live.by_endpoint[endpoint_index].pools[ColumnOf(protocol)] = it->second.get();
  };
  const UpstreamProtocol first = live.codec.For(http::Version::kHttp11);
  const UpstreamProtocol second = live.codec.For(http::Version::kHttp2);
  for (size_t i = 0; i < endpoints.endpoints.size() && !live.pools.empty(); ++i) {
    list(i, first);
    if (second != first) list(i, second);
  }
  DrainUnlisted(live, adoption);
}

// Why no endpoint has a pool of that key any more.
DrainCause Pools::CauseOf(const LiveCluster& live, const PoolKey& key) {
  if (live.is_gone) return DrainCause::kClusterGone;
  if (key.tls != live.tls) return DrainCause::kTransport;
  UpstreamCodec codec = live.codec;
  codec.protocol = key.codec.protocol;
  const bool is_spoken = key.codec.protocol == live.codec.For(http::Version::kHttp11) ||
                         key.codec.protocol == live.codec.For(http::Version::kHttp2);
  if (!is_spoken || key.codec != codec) return DrainCause::kProtocol;
  return key.socket != SocketFor(live.sockets, key.address) ? DrainCause::kSocketOptions
                                                            : DrainCause::kEndpointGone;
}

// Pools that no endpoint points to: their endpoint is gone, or is spoken to in another way now.
void Pools::DrainUnlisted(LiveCluster& live, Adoption& adoption) {
  std::vector<ConnectionPool*> listed;
  for (const LiveCluster::LiveEndpoint& endpoint : live.by_endpoint) {
    listed.insert(listed.end(), endpoint.pools.begin(), endpoint.pools.end());
  }
  std::sort(listed.begin(), listed.end());
  for (auto it = live.pools.begin(); it != live.pools.end();) {
    const auto current = it++;
    if (std::binary_search(listed.begin(), listed.end(), current->second.get())) continue;
    const DrainCause cause = CauseOf(live, current->first);
    Adoption::Count(adoption.drained_pools, cause);
    Adoption::Count(adoption.drained_upstream, cause, current->second->connections());
    current->second->Drain();
    live.draining.push_back(std::move(current->second));
    live.pools.erase(current);
  }
}

void Pools::Sweep(LiveCluster& live) {
  std::erase_if(live.draining, [](const auto& pool) { return pool->is_empty(); });
}

void Pools::OnAdopt(const ConfigSnapshot& snapshot, Adoption& adoption) {
  std::erase_if(used_, [&](ClusterId id) {
    std::unique_ptr<LiveCluster>& live = live_[id.value];
    const Cluster* cluster = snapshot.clusters.Get(id);
    Sweep(*live);
    // Stats scopes are found by name: another scope means that the id now stands for another
    // cluster.
    const bool is_same = cluster != nullptr && cluster->stats == live->scope;
    if (is_same) {
      Refresh(*live, id, snapshot, adoption);
      return false;
    }
    live->by_endpoint.clear();
    live->is_gone = true;
    DrainUnlisted(*live, adoption);
    removed_.push_back(std::move(live));
    return true;
  });
  std::erase_if(removed_, [](const auto& live) {
    Sweep(*live);
    return live->draining.empty();
  });
}

void Pools::DrainAll() {
  for (ClusterId id : used_) {
    for (auto& [key, pool] : live_[id.value]->pools) pool->Drain();
  }
}

bool Pools::is_empty() const {
  const auto is_idle = [](const std::unique_ptr<LiveCluster>& live) {
    return std::all_of(live->pools.begin(), live->pools.end(),
                       [](const auto& entry) { return entry.second->is_empty(); }) &&
           std::all_of(live->draining.begin(), live->draining.end(),
                       [](const auto& pool) { return pool->is_empty(); });
  };
  return std::all_of(used_.begin(), used_.end(),
                     [&](ClusterId id) { return is_idle(live_[id.value]); }) &&
         std::all_of(removed_.begin(), removed_.end(), is_idle);
}

}  // namespace outrigger
