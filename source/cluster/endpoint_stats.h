// What is counted of one endpoint, as /clusters shows it: a part of its cluster's scope, by
// address.
//
// Thread: any (constants). Source: envoy/admin/v3/clusters.proto, HostStatus.stats.
#pragma once

#include <memory>

#include "net/address.h"
#include "stats/scope.h"

namespace outrigger {

// In the order in which pages list them.
enum EndpointStat : size_t {
  kEndpointCxActive,
  kEndpointCxConnectFail,
  kEndpointCxTotal,
  kEndpointRqActive,
  kEndpointRqError,
  kEndpointRqPendingActive,
  kEndpointRqSuccess,
  kEndpointRqTimeout,
  kEndpointRqTotal,
  kEndpointStatCount,
};
extern const stats::Family kEndpointFamily;

// Takes a lock: to be asked for once by whoever begins to use the endpoint.
inline std::shared_ptr<stats::Scope> EndpointScope(stats::Scope& cluster, const Address& address) {
  return cluster.Parts().Get(kEndpointFamily, address.ToString());
}

}  // namespace outrigger
