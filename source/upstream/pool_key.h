// What makes two upstream connections of one cluster interchangeable. A change of any other field
// of the configuration moves no connection (design 6).
//
// Transport and codec fingerprints join with TLS and HTTP/2; a plain HTTP/1 connection is
// identified by its endpoint alone. Thread: worker.
#pragma once

#include <string>
#include <utility>

#include "cluster/endpoint_set.h"
#include "net/address.h"

namespace outrigger {

struct PoolKey {
  Address address;
  std::string hostname;

  static PoolKey For(const Endpoint& endpoint) { return {endpoint.address, endpoint.hostname}; }
  bool operator==(const PoolKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H state, const PoolKey& key) {  // STYLE: Abseil's hashing protocol
    return H::combine(std::move(state), key.address, key.hostname);
  }
};

}  // namespace outrigger
