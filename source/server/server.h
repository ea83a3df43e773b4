// The whole proxy: builds the world in reading order, runs it, drains it, takes it apart.
//
// Construction order is the design: seams, stats, service, workers, configuration, its files, the
// link to the control plane. Used by main and by the integration tests alike.
//
// Thread: control (the thread that calls Run).
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/admin_sources.h"
#include "compiler/configuration.h"
#include "logging/access_log_writer.h"
#include "net/limited_sockets.h"
#include "server/bootstrap.h"
#include "server/drain.h"
#include "server/file_subscriptions.h"
#include "server/heap.h"
#include "server/log_streams.h"
#include "server/service.h"
#include "server/slow_turns.h"
#include "server/subscriptions.h"
#include "server/update_history.h"
#include "stats/registry.h"

namespace outrigger {

class Server {
 public:
  Server(CommandLine command_line, Bootstrap bootstrap, const Clock& clock, Sockets& sockets);
  ~Server();

  // Compiles the static resources, binds, starts every thread. An error names what is wrong.
  absl::Status Start();
  // Until the process has drained or was told to quit.
  void Run() { control_.Run(); }

  // SIGUSR1: access logs go to the files that have their names now.
  void ReopenAccessLogs() { access_logs_.Reopen(); }

  // Thread: any.
  void Quit();
  // Graceful end: not ready any more, inbound connections end at message boundaries, then Quit. A
  // second call quits at once (F23).
  void Drain();

  // Where a listener or the admin server really listens (port 0 in the configuration). Thread:
  // control, or any while control is not running.
  Address admin_address() const { return service_.admin_address(); }
  Address listener_address(const std::string& name) const;
  EventLoop& control() { return control_; }

 private:
  absl::Status StartAdmin();
  // Thread: service.
  void SetFailsHealth(bool fails);
  void DrainListeners(const admin::ListenerDrain& drain);

  absl::Status LoadStaticResources();
  void OnClusterNeeded(const std::string& cluster, const ClusterFetch& how);
  void OnHostNeeded(const std::string& key, Duration wait_max);
  void OnPublish(const std::shared_ptr<const ConfigSnapshot>& snapshot);
  void OnSettled(std::optional<MonotonicTime> look_again_at);
  void OnRuntime();
  void EndAccepting();
  // The last thing that control does: what workers have logged still goes out.
  void End();
  void OnLookUps(std::vector<DnsLookup> lookups);
  DnsWatches::Events DnsEvents();
  void UpdateStats();
  size_t CountDrainingListeners() const;
  uint32_t DaysUntilFirstExpiry() const;
  bool IsInitialized() const;

  const CommandLine command_line_;
  const Bootstrap bootstrap_;
  EventLoop control_;
  stats::Registry stats_;
  logging::AccessLogWriter access_logs_;            // outlives who appends: workers, configurations
  logging::AccessLogServices access_log_services_;  // likewise
  std::atomic<admin::ServerState> state_ = admin::ServerState::kPreInitializing;
  std::atomic<bool> fails_health_ = false;
  std::atomic<int64_t> running_on_saved_ = 0;  // as admin::AdminSources says
  Service service_;
  ConnectionLimit connection_limit_;
  LimitedSockets worker_sockets_;
  const std::unique_ptr<ConnectionLimit> global_limit_;  // of the configuration; null: none
  ListenSockets::Workers workers_;
  ListenSockets listen_sockets_;
  UpdateHistory updates_{listen_sockets_};
  compiler::Configuration configuration_;
  FileSubscriptions files_;
  Timer settle_timer_;
  std::optional<Subscriptions> subscriptions_;
  std::optional<LogStreams> log_streams_;
  bool is_ending_ = false;
  outrigger::Drain drain_;
  DrainScope ending_scope_ = DrainScope::kNone;  // listeners that end when the timer fires
  Timer end_accepting_timer_;
  SlowTurns slow_turns_{stats_};
  Timer stats_timer_;
  const MonotonicTime started_at_;
  HeapTrim heap_trim_;
  MonotonicTime heap_due_at_{};  // when it is looked at next
};

}  // namespace outrigger
