// The numbers that the process says about itself: server.*, workers_started, connected_state.
//
// Thread: control.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "admin/admin_sources.h"
#include "base/clock.h"
#include "server/heap.h"
#include "stats/registry.h"

namespace outrigger {

struct ServerFigures {
  admin::ServerState state = admin::ServerState::kPreInitializing;
  size_t workers = 0;
  size_t connections = 0;         // downstream
  size_t connections_open = 0;    // those to services, too
  size_t connections_max = 0;     // of these
  size_t listeners_draining = 0;  // with the process, once every worker has been told
  Duration uptime{};
  std::optional<Duration> initialization;  // how long it took; set once, when it is over
  uint64_t connected_state = 0;            // to the control plane; 2: to its failover
  std::string control_plane;               // what it calls itself; empty: nothing yet
  size_t pending_requests = 0;             // to it, that wait for tokens
  uint64_t rate_limit_enforced = 0;
  std::optional<Duration> silence;                // since its last message; unset: there was none
  uint32_t days_until_first_expiry = UINT32_MAX;  // of a certificate in use
  std::optional<Heap> heap;                       // looked at now and then
};

void SetServerGauges(stats::Registry& registry, const ServerFigures& figures);

}  // namespace outrigger
