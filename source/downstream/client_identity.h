// Who sent a request: what the proxy believes of the fields that say so, and what it writes there
// itself (R49, R50).
//
// A request is internal when it comes from an internal address and through no proxy; at the edge
// when it is not and the peer's address counts. An edge request loses the fields by which our own
// side speaks to itself; any request that is not internal loses those that would change retries and
// timeouts. All of it as a running Envoy 1.40 does for the same configuration.
//
// Thread: worker (pure).
#pragma once

#include <optional>
#include <string_view>

#include "base/arena.h"
#include "http/message.h"
#include "net/address.h"
#include "snapshot/request_rules.h"

namespace outrigger {

// The two ends of the connection that a request came by.
struct ClientConnection {
  const Address& peer;
  const Address& local;
  bool is_tls = false;
};

struct ClientIdentity {
  std::optional<Address> address;  // without one, that of the peer
  bool is_internal = false;
  bool is_edge = false;
};

// Reads and rewrites x-forwarded-for, -proto, -port and -client-cert, and x-envoy-*.
ClientIdentity IdentifyClient(const ClientTrust& trust, const ClientConnection& connection,
                              http::HeaderMap& headers, Arena& arena);

}  // namespace outrigger
