// What the admin pages show, handed over by control as const values, so that a dump never touches
// what control is working on.
//
// Thread: made by control, read by service.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "compiler/runtime_layers.h"
#include "compiler/update.h"
#include "snapshot/adoption.h"
#include "snapshot/config_snapshot.h"
#include "stats/registry.h"
#include "stats/stats_options.h"
#include "xds/resource.h"
#include "xds/resource_store.h"

namespace outrigger::admin {

// Envoy's numbers (server.state).
enum class ServerState : int { kLive = 0, kDraining = 1, kPreInitializing = 2, kInitializing = 3 };

// A live process that fails its health check says that it drains, as in Envoy.
inline ServerState ShownState(ServerState state, bool fails_health) {
  return state == ServerState::kLive && fails_health ? ServerState::kDraining : state;
}

// POST /drain_listeners.
struct ListenerDrain {
  bool inbound_only = false;
  bool is_graceful = false;  // clients are sent away first, for the drain time
  bool keeps_accepting = false;
};

struct LedgerEntry {
  std::string name;
  std::string version;                       // the last accepted one
  std::shared_ptr<const std::string> bytes;  // as received; null: never accepted
  WallTime first_seen{};
  WallTime updated_at{};
  WallTime effective_at{};                   // unset: it does not serve yet
  std::optional<xds::FormerVersion> former;  // what serves meanwhile
  xds::ResourceState state = xds::ResourceState::kNew;
  std::string error;  // of the last rejected attempt, if it came after the accepted version
  std::string rejected_version;
  std::shared_ptr<const std::string> rejected_bytes;  // null: too large to be kept
  WallTime rejected_at{};
  bool is_static = false;
  std::string file;       // that it comes from; empty: from the bootstrap or the control plane
  std::string waits_for;  // warming: what is missing; else empty
  WallTime waits_since{};
  std::optional<xds::Absence> absence;  // why the server has none of it
};

// One change of the configuration, and what it moved.
struct UpdateEntry {
  uint64_t number = 0;  // counted from the start of the process
  compiler::Update update;
  uint64_t sockets_bound = 0;  // listening ones, by address
  uint64_t sockets_closed = 0;
  uint32_t workers_adopted = 0;
  uint32_t workers_passed_over = 0;  // they took a later snapshot instead
  Adoption moved;                    // by those that adopted it
};

// Each list is sorted by name.
struct ConfigLedger {
  std::vector<LedgerEntry> listeners;
  std::vector<LedgerEntry> scopes;  // of routes
  std::vector<LedgerEntry> routes;
  std::vector<LedgerEntry> hosts;  // that are discovered
  std::vector<LedgerEntry> clusters;
  std::vector<LedgerEntry> endpoints;
  std::vector<LedgerEntry> secrets;
  std::vector<LedgerEntry> extensions;
  std::vector<LedgerEntry> runtimes;
  std::vector<LedgerEntry> kept_clusters;  // removed, and still used
  std::vector<UpdateEntry> updates;        // oldest first
  // Of the last responses that were taken; empty: none yet.
  std::string clusters_version;
  std::string listeners_version;
  std::vector<std::shared_ptr<const TlsContext>> tls_contexts;  // in use
  std::shared_ptr<const ConfigSnapshot> snapshot;               // null before the first
  // Where the listeners of `snapshot` listen, by name: with the ports that the kernel chose.
  std::map<std::string, std::vector<Address>, std::less<>> bound_addresses;
};

// The flags that have an effect, as /server_info shows them.
struct CommandLineFacts {
  std::string config_path;
  // Not the text itself: it may hold keys, and there is no telling where.
  bool has_config_yaml = false;
  bool allows_unknown_static_fields = false;
  std::string log_level;
  std::string service_cluster;
  std::string service_node;
  Duration drain_time{};
  std::string mode;  // "Serve", "InitOnly"
};

struct AdminSources {
  stats::Registry& stats;
  const std::atomic<ServerState>& state;
  const std::atomic<bool>& fails_health;  // POST /healthcheck/fail
  // When the configuration was saved that the process runs on (server/last_good), in seconds since
  // 1970; 0: it runs on what the control plane says.
  const std::atomic<int64_t>& running_on_saved;
  std::string version;  // VersionText
  std::string serialized_node;
  std::string serialized_bootstrap;
  // Never null; another one when a layer changes.
  std::shared_ptr<const std::vector<compiler::RuntimeLayer>> runtime_layers =
      std::make_shared<const std::vector<compiler::RuntimeLayer>>();
  stats::StatsOptions stats_options;
  CommandLineFacts command_line;
  uint32_t concurrency = 0;
  MonotonicTime started_at{};
  // POST /quitquitquit; called on service.
  std::function<void()> quit;
  // POST /healthcheck/fail and ok: `fails_health` says so when this returns; on service.
  std::function<void(bool fails)> set_fails_health;
  std::function<void(const ListenerDrain& drain)> drain_listeners;  // on service
  // Asks control for the present ledger; `on_ledger` runs on service. Nothing is kept in between,
  // so that an idle process holds no second copy.
  std::function<void(std::function<void(std::shared_ptr<const ConfigLedger>)> on_ledger)>
      with_ledger;
};

}  // namespace outrigger::admin
