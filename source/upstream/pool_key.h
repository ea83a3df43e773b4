// What makes two upstream connections of one cluster interchangeable. A change of any other field
// of the configuration moves no connection (design 6).
//
// Thread: worker.
#pragma once

#include <string>
#include <utility>

#include "cluster/cluster.h"
#include "net/address.h"
#include "net/client_socket.h"

namespace outrigger {

struct PoolKey {
  Address address;
  std::string hostname;
  UpstreamCodec codec;
  TlsProfilePointer tls;  // equal content is one object
  ClientSocket socket;

  bool operator==(const PoolKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H state, const PoolKey& key) {  // STYLE: Abseil's hashing protocol
    return H::combine(std::move(state), key.address, key.hostname, key.codec.protocol,
                      key.tls.get(), key.socket);
  }
};

}  // namespace outrigger
