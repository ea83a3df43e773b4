// `outriggerctl drain`: asks a proxy to drain its listeners, and says what becomes of their
// connections until none is left or the proxy has ended.
//
// Thread: any one; blocks.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "ctl/admin_client.h"

namespace outrigger::ctl {

struct DrainOptions {
  bool inbound_only = false;  // outbound listeners go on, and are not waited for
  bool skip_exit = false;     // listeners go on taking connections
  bool graceful = false;      // connections end between requests, within the drain time
  bool waits = true;
  std::chrono::seconds wait_max{600};
};

struct DrainHooks {
  std::function<void(std::string_view line)> say;
  std::function<void(std::chrono::milliseconds)> sleep;
};

// The exit status. 0: drained, or not waited for; 1: refused, or connections are left; 2: nobody
// answers.
int Drain(const AdminClient& admin, const DrainOptions& options, const DrainHooks& hooks);

// "/drain_listeners?inboundonly&graceful".
std::string DrainTarget(const DrainOptions& options);

// Connections of listeners, by the lines of /stats; admin's own and those of listeners whose names
// in stats are in `left_out` are not counted.
uint64_t CountConnections(std::string_view stats, const std::set<std::string>& left_out);
// Names in stats of the listeners of a /config_dump whose traffic is outbound.
std::set<std::string> OutboundListeners(std::string_view config_dump);

}  // namespace outrigger::ctl
