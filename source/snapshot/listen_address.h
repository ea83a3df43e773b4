// Where a listener listens.
//
// Thread: any (a value).
#pragma once

#include <cstdint>

#include "base/rare.h"
#include "net/kept_address.h"
#include "net/socket_options.h"

namespace outrigger {

// One of the addresses of a listener, and how its sockets are.
struct ListenAddress {
  KeptAddress address;
  uint32_t file_mode = 0;  // of its Unix socket; 0: as the umask has it
  Rare<SocketOptions> options = {};

  bool operator==(const ListenAddress&) const = default;
};

}  // namespace outrigger
