// The whole proxy: builds the world in reading order, runs it, drains it, takes it apart.
//
// Construction order is the design: seams, stats, workers, service, configuration, the link to the
// control plane. Used by main and by the integration tests alike.
//
// Thread: control (the thread that calls Run).
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "admin/admin_server.h"
#include "admin/admin_sources.h"
#include "base/random.h"
#include "compiler/configuration.h"
#include "event/event_loop.h"
#include "event/loop_thread.h"
#include "grpc_link/completion_thread.h"
#include "grpc_link/link.h"
#include "grpc_link/link_relay.h"
#include "server/bootstrap.h"
#include "server/command_line.h"
#include "server/listen_sockets.h"
#include "server/worker.h"
#include "stats/registry.h"
#include "xds/ads_client.h"
#include "xds/ads_transport.h"

namespace outrigger {

class Server {
 public:
  Server(CommandLine command_line, Bootstrap bootstrap, const Clock& clock, Sockets& sockets);
  ~Server();

  // Compiles the static resources, binds, starts every thread. An error names what is wrong.
  absl::Status Start();
  // Until the process has drained or was told to quit.
  void Run() { control_.Run(); }

  // Thread: any.
  void Quit();
  // Graceful end: not ready any more, connections end at message boundaries, then Quit. A second call
  // quits at once (F23).
  void Drain();

  // Where a listener or the admin server really listens (port 0 in the configuration). Thread: control,
  // or any while control is not running.
  Address admin_address() const;
  Address listener_address(const std::string& name) const;
  EventLoop& control() { return control_; }
  stats::Registry& stats() { return stats_; }

 private:
  // What lives on the service thread, beside its loop.
  struct Service {
    Service(const Clock& clock, Sockets& sockets);
    LoopThread thread;
    SlabPool slabs;
    std::unique_ptr<char[]> read_scratch;
    NetContext net;
    LinkRelays relays;
    std::unique_ptr<admin::AdminServer> admin;
  };

  absl::Status StartAdmin();
  absl::Status LoadStaticResources();
  absl::Status StartAds();
  void OnPublish(std::shared_ptr<const ConfigSnapshot> snapshot);
  void OnWanted(std::string_view type_url, std::set<std::string> names);
  std::shared_ptr<const admin::ConfigLedger> MakeLedger() const;
  void WatchDrain();
  void UpdateStats();
  bool IsInitialized() const;

  const CommandLine command_line_;
  const Bootstrap bootstrap_;
  const Clock& clock_;
  Sockets& sockets_;
  EventLoop control_;
  FastRandom random_;
  stats::Registry stats_;
  std::atomic<admin::ServerState> state_ = admin::ServerState::kPreInitializing;
  std::unique_ptr<Service> service_;
  ListenSockets::Workers workers_;
  ListenSockets listen_sockets_;
  compiler::Configuration configuration_;
  int admin_fd_ = -1;
  std::unique_ptr<CompletionThread> completions_;
  std::unique_ptr<Link> link_;
  std::unique_ptr<xds::AdsTransport> transport_;
  std::unique_ptr<xds::AdsClient> ads_;
  Timer drain_timer_;
  Timer stats_timer_;
  MonotonicTime drain_deadline_{};
  const MonotonicTime started_at_;
};

}  // namespace outrigger
