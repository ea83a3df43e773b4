// Binding of listening addresses, with errors that name the address.
//
// IP sockets share their address by SO_REUSEPORT, one for each worker. With it the kernel would
// also let two processes of one user share a port without a word, so a bind without it is tried
// first.
//
// Thread: control.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "net/address.h"
#include "net/socket.h"
#include "net/socket_options.h"

namespace outrigger {

struct BindOptions {
  // A socket of ours is bound to this port already (the next worker's, or on an overlapping
  // address): the search for strangers would only find that one, and is left out.
  bool is_port_ours = false;
  // Off: an IPv6 wildcard takes IPv4 connections too.
  bool is_v6_only = true;
  // Off: one socket serves all workers.
  bool reuses_port = true;
  // Permissions of a Unix socket's file; 0: as the umask has it.
  uint32_t file_mode = 0;
  // Those for sockets that listen are set, too: what the kernel does not take is to show now.
  SocketOptions socket_options = {};
};

// A bound, not yet listening descriptor. Port 0 is chosen by the kernel (see
// Sockets::LocalAddress). A Unix socket file that nobody listens behind is replaced; a file that is
// no socket never is. Error: "cannot bind 127.0.0.1:80: Address already in use", "cannot set socket
// option 1/9999 of 127.0.0.1:80: Protocol not available".
absl::StatusOr<int> BindListenSocket(Sockets& sockets, const Address& address,
                                     const BindOptions& options = {});

}  // namespace outrigger
