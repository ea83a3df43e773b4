// What the admin pages show, handed over by control as const values, so that a dump never touches
// what control is working on.
//
// Thread: made by control, read by service.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "snapshot/config_snapshot.h"
#include "stats/registry.h"

namespace outrigger::admin {

// Envoy's numbers (server.state).
enum class ServerState : int { kLive = 0, kDraining = 1, kPreInitializing = 2, kInitializing = 3 };

struct LedgerEntry {
  std::string name;
  std::string version;
  std::shared_ptr<const std::string> bytes;  // as received; null: never accepted
  WallTime updated_at{};
  std::string error;  // of the last rejected attempt, if it came after the accepted version
  std::string rejected_version;
  WallTime rejected_at{};
  bool is_static = false;
  std::string waits_for;  // warming: what is missing; else empty
  WallTime waits_since{};
};

// Each list is sorted by name.
struct ConfigLedger {
  std::vector<LedgerEntry> listeners;
  std::vector<LedgerEntry> routes;
  std::vector<LedgerEntry> clusters;
  std::vector<LedgerEntry> endpoints;
  std::vector<LedgerEntry> secrets;
  // Of the last responses that were taken; empty: none yet.
  std::string clusters_version;
  std::string listeners_version;
  std::shared_ptr<const ConfigSnapshot> snapshot;  // null before the first
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
  std::string version;  // VersionText
  std::string serialized_node;
  std::string serialized_bootstrap;
  CommandLineFacts command_line;
  uint32_t concurrency = 0;
  MonotonicTime started_at{};
  // POST /quitquitquit; called on service.
  std::function<void()> quit;
  // Asks control for the present ledger; `on_ledger` runs on service. Nothing is kept in between,
  // so that an idle process holds no second copy.
  std::function<void(std::function<void(std::shared_ptr<const ConfigLedger>)> on_ledger)>
      with_ledger;
};

}  // namespace outrigger::admin
