// How sockets are that connect: where from, and with which options.
//
// Thread: any (values).
#pragma once

#include <utility>
#include <vector>

#include "net/address.h"
#include "net/socket_options.h"

namespace outrigger {

struct ClientSocket {
  Address source = {};         // unset: the kernel chooses
  SocketOptions options = {};  // those before bind count

  bool operator==(const ClientSocket&) const = default;
  template <typename H>
  friend H AbslHashValue(H state, const ClientSocket& socket) {  // STYLE: Abseil's protocol
    return H::combine(std::move(state), socket.source, socket.options);
  }
};

// By where the connection goes to. Requires: not empty.
using ClientSockets = std::vector<ClientSocket>;

// The first one whose source is of the destination's family. Where there is none, the first of
// all: what cannot be had by its source fails, rather than going out by another one.
const ClientSocket& SocketFor(const ClientSockets& sockets, const Address& destination);

}  // namespace outrigger
