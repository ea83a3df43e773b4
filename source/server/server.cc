#include "server/server.h"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <thread>
#include <utility>

#include "base/log.h"
#include "net/bind.h"
#include "stats/server_stats.h"
#include "xds/grpc_ads_transport.h"

namespace outrigger {

namespace {

constexpr Duration kStatsInterval = std::chrono::seconds(1);
constexpr Duration kDrainLook = std::chrono::milliseconds(50);
// How long an idle keep-alive connection may still bring a request while the process drains.
constexpr Duration kDrainIdleGrace = std::chrono::seconds(1);

uint32_t WorkerCount(const CommandLine& command_line) {
  if (command_line.concurrency.has_value()) {
    return std::clamp<uint32_t>(*command_line.concurrency, 1, stats::kWorkersMax);
  }
  return std::clamp<uint32_t>(std::thread::hardware_concurrency(), 1, 2);  // P25
}

}  // namespace

Server::Service::Service(const Clock& clock, Sockets& sockets)
    : thread(clock, "service"),
      read_scratch(new char[NetContext::kReadScratchBytes]),
      net{thread.loop(), sockets, slabs, read_scratch.get()},
      relays(net) {}

Server::Server(CommandLine command_line, Bootstrap bootstrap, const Clock& clock, Sockets& sockets)
    : command_line_(std::move(command_line)),
      bootstrap_(std::move(bootstrap)),
      clock_(clock),
      sockets_(sockets),
      control_(clock),
      service_(std::make_unique<Service>(clock, sockets)),
      listen_sockets_(sockets, workers_),
      configuration_(
          stats_, clock,
          {[this](const ListenerConfig& listener) {
             return listen_sockets_.Bind(configuration_.linker().SocketFor(listener.address),
                                         listener.address, listener.backlog);
           },
           [this](std::shared_ptr<const ConfigSnapshot> snapshot) { OnPublish(std::move(snapshot)); },
           [this](std::string_view type_url, std::set<std::string> names) {
             OnWanted(type_url, std::move(names));
           }}),
      drain_timer_(control_, [this] { WatchDrain(); }),
      stats_timer_(control_, [this] { UpdateStats(); }),
      started_at_(clock.Now()) {
  for (uint32_t i = 0; i < WorkerCount(command_line_); ++i) {
    workers_.push_back(std::make_unique<Worker>(clock, sockets, control_, i));
  }
}

Server::~Server() {
  ads_.reset();
  for (auto& worker : workers_) worker->Stop();
  service_->thread.Join();
  service_->admin.reset();
  service_->thread.loop().RunOnce(Duration::zero());
  transport_.reset();
  link_.reset();
  completions_.reset();
  if (admin_fd_ >= 0) sockets_.Close(admin_fd_);
  // What workers and service posted back last.
  control_.RunOnce(Duration::zero());
}

absl::Status Server::Start() {
  if (absl::Status status = StartAdmin(); !status.ok()) return status;
  state_ = admin::ServerState::kInitializing;
  for (auto& worker : workers_) worker->Start();
  service_->thread.Start();
  if (absl::Status status = LoadStaticResources(); !status.ok()) return status;
  if (!bootstrap_.ads.cluster.empty()) {
    if (absl::Status status = StartAds(); !status.ok()) return status;
  }
  UpdateStats();
  return absl::OkStatus();
}

absl::Status Server::StartAdmin() {
  if (!bootstrap_.admin.is_set()) return absl::OkStatus();
  BindOptions options;
  options.reuses_port = false;
  absl::StatusOr<int> fd = BindListenSocket(sockets_, bootstrap_.admin, options);
  if (!fd.ok()) return fd.status();
  admin_fd_ = *fd;
  if (const int result = sockets_.Listen(admin_fd_, 128); result < 0) {
    return absl::ErrnoToStatus(-result, "admin: listen");
  }
  admin::AdminSources sources{stats_, state_};
  sources.version = VersionText();
  sources.serialized_node = bootstrap_.node;
  sources.serialized_bootstrap = bootstrap_.serialized;
  sources.concurrency = static_cast<uint32_t>(workers_.size());
  sources.started_at = started_at_;
  sources.quit = [this] { Quit(); };
  sources.with_ledger = [this](auto on_ledger) {
    control_.Post([this, on_ledger = std::move(on_ledger)] {
      service_->thread.loop().Post([on_ledger, ledger = MakeLedger()] { on_ledger(ledger); });
    });
  };
  service_->admin =
      std::make_unique<admin::AdminServer>(service_->net, std::move(sources), admin_fd_);
  return absl::OkStatus();
}

absl::Status Server::LoadStaticResources() {
  for (const std::string& bytes : bootstrap_.static_clusters) {
    absl::Status status = configuration_.AddStatic(compiler::kClusterType, bytes);
    if (!status.ok()) return status;
  }
  for (const std::string& bytes : bootstrap_.static_listeners) {
    absl::Status status = configuration_.AddStatic(compiler::kListenerType, bytes);
    if (!status.ok()) return status;
  }
  configuration_.Settle();
  return absl::OkStatus();
}

absl::Status Server::StartAds() {
  const auto* entry = configuration_.resources().clusters.Find(bootstrap_.ads.cluster);
  if (entry == nullptr || entry->value->static_endpoints == nullptr) {
    return absl::InvalidArgumentError(fmt::format(
        "dynamic_resources.ads_config: \"{}\" is not a static cluster with endpoints of its own",
        bootstrap_.ads.cluster));
  }
  LinkOptions options;
  options.authority = bootstrap_.ads.authority;
  for (const Endpoint& endpoint : entry->value->static_endpoints->endpoints) {
    options.endpoints.push_back(endpoint.address);
  }
  options.connect_timeout = entry->value->connect_timeout;
  options.stats = entry->value->stats;
  completions_ = std::make_unique<CompletionThread>(control_);
  link_ = std::make_unique<Link>(control_, service_->thread.loop(), service_->relays,
                                 std::move(options));
  transport_ = std::make_unique<xds::GrpcAdsTransport>(control_, *link_, *completions_,
                                                       bootstrap_.ads.initial_metadata);
  xds::AdsOptions ads_options;
  ads_options.serialized_node = bootstrap_.node;
  ads_options.back_off_base = bootstrap_.ads.back_off_base;
  ads_options.back_off_max = bootstrap_.ads.back_off_max;
  ads_options.on_problem = [](std::string_view line) { Log(LogLevel::kWarning, "{}", line); };
  std::vector<xds::AdsClient::Type> types;
  if (bootstrap_.takes_clusters_from_ads) types.push_back({std::string(compiler::kClusterType), true});
  types.push_back({std::string(compiler::kEndpointType), false});
  if (bootstrap_.takes_listeners_from_ads) {
    types.push_back({std::string(compiler::kListenerType), true});
  }
  types.push_back({std::string(compiler::kRouteType), false});
  ads_ = std::make_unique<xds::AdsClient>(control_, *transport_, configuration_, random_,
                                          std::move(ads_options), std::move(types));
  configuration_.UpdateWanted();
  ads_->Start();
  return absl::OkStatus();
}

void Server::OnPublish(std::shared_ptr<const ConfigSnapshot> snapshot) {
  // The configuration first: a worker that accepts must already know what to serve.
  for (auto& worker : workers_) worker->Publish(snapshot);
  listen_sockets_.Apply(*snapshot);
}

void Server::OnWanted(std::string_view type_url, std::set<std::string> names) {
  if (ads_ != nullptr) ads_->SetWanted(type_url, std::move(names));
}

// Live once what the control plane was asked for has come, or cannot come.
bool Server::IsInitialized() const {
  if (ads_ == nullptr) return true;
  const auto has_answer = [this](std::string_view type_url) {
    const xds::AdsTypeCounters& counters = ads_->counters(type_url);
    return counters.successes + counters.rejected > 0;
  };
  if (bootstrap_.takes_clusters_from_ads && !has_answer(compiler::kClusterType)) return false;
  if (bootstrap_.takes_listeners_from_ads && !has_answer(compiler::kListenerType)) return false;
  return configuration_.linker().warming_listeners().empty();
}

void Server::UpdateStats() {
  if (state_ == admin::ServerState::kInitializing && IsInitialized()) {
    state_ = admin::ServerState::kLive;
  }
  stats::Block& server = stats_.Find(stats::kServerFamily, "")->ForWriter(stats::kControlWriter);
  server.Set(stats::kServerLive, state_ == admin::ServerState::kLive ? 1 : 0);
  server.Set(stats::kServerState, static_cast<uint64_t>(state_.load()));
  server.Set(stats::kServerConcurrency, workers_.size());
  const Duration uptime = control_.now() - started_at_;
  server.Set(stats::kServerUptime, static_cast<uint64_t>(uptime / std::chrono::seconds(1)));
  size_t connections = 0;
  for (const auto& worker : workers_) connections += worker->connections();
  server.Set(stats::kServerTotalConnections, connections);
  const struct mallinfo2 heap = mallinfo2();
  server.Set(stats::kServerMemoryAllocated, heap.uordblks);
  server.Set(stats::kServerMemoryHeapSize, heap.arena + heap.hblkhd);
  stats_.Find(stats::kListenerManagerFamily, "")
      ->ForWriter(stats::kControlWriter)
      .Set(stats::kWorkersStarted, 1);
  stats_.Find(stats::kControlPlaneFamily, "")
      ->ForWriter(stats::kControlWriter)
      .Set(stats::kControlPlaneConnectedState, ads_ != nullptr && ads_->is_connected() ? 1 : 0);
  // Quickly until ready, then once a second.
  stats_timer_.Arm(state_ == admin::ServerState::kInitializing ? kDrainLook : kStatsInterval);
}

void Server::Quit() {
  control_.Post([this] { control_.Stop(); });
}

void Server::Drain() {
  control_.Post([this] {
    if (state_.exchange(admin::ServerState::kDraining) == admin::ServerState::kDraining) {
      control_.Stop();
      return;
    }
    Log(LogLevel::kInfo, "draining, for at most {} s",
        command_line_.drain_time / std::chrono::seconds(1));
    drain_deadline_ = control_.now() + command_line_.drain_time;
    for (auto& worker : workers_) worker->StartDrain(kDrainIdleGrace);
    drain_timer_.Arm(kDrainIdleGrace);
  });
}

void Server::WatchDrain() {
  const bool is_empty = std::all_of(workers_.begin(), workers_.end(),
                                    [](const auto& worker) { return worker->connections() == 0; });
  if (is_empty || control_.now() >= drain_deadline_) {
    control_.Stop();
  } else {
    drain_timer_.Arm(kDrainLook);
  }
}

std::shared_ptr<const admin::ConfigLedger> Server::MakeLedger() const {
  auto ledger = std::make_shared<admin::ConfigLedger>();
  const auto copy = [](const auto& store, std::vector<admin::LedgerEntry>& to) {
    for (const auto& [name, entry] : store.entries()) {
      const xds::ResourceRecord& record = entry.record;
      to.push_back({name, record.version, record.bytes, record.updated_at, record.error,
                    record.rejected_version, record.rejected_at, record.is_static, {}});
    }
  };
  const compiler::Resources& resources = configuration_.resources();
  copy(resources.listeners, ledger->listeners);
  copy(resources.routes, ledger->routes);
  copy(resources.clusters, ledger->clusters);
  copy(resources.endpoints, ledger->endpoints);
  const auto& warming = configuration_.linker().warming_listeners();
  for (admin::LedgerEntry& entry : ledger->listeners) {
    if (auto it = warming.find(entry.name); it != warming.end()) entry.waits_for = it->second;
  }
  ledger->snapshot = configuration_.snapshot();
  return ledger;
}

Address Server::admin_address() const {
  return admin_fd_ < 0 ? Address() : sockets_.LocalAddress(admin_fd_);
}

Address Server::listener_address(const std::string& name) const {
  const auto* entry = configuration_.resources().listeners.Find(name);
  if (entry == nullptr || entry->value == nullptr) return {};
  return listen_sockets_.BoundAddress(
      const_cast<compiler::Linker&>(configuration_.linker()).SocketFor(entry->value->address));
}

}  // namespace outrigger
