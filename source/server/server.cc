#include "server/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "compiler/runtime_keys.h"
#include "server/config_ledger.h"
#include "server/cpu_quota.h"
#include "server/descriptor_limit.h"
#include "server/server_gauges.h"
#include "server/static_resources.h"
#include "stats/server_stats.h"

namespace outrigger {

namespace {

constexpr Duration kStatsInterval = std::chrono::seconds(1);
constexpr Duration kHeapInterval = std::chrono::seconds(10);
// While the state may become live any moment.
constexpr Duration kStartInterval = std::chrono::milliseconds(50);
constexpr uint32_t kWorkersDefaultMax = 2;  // P25

uint32_t WorkerCount(const CommandLine& command_line) {
  if (command_line.concurrency.has_value()) {
    return std::clamp<uint32_t>(*command_line.concurrency, 1, stats::kWorkersMax);
  }
  return std::clamp<uint32_t>(AvailableCpus(), 1, kWorkersDefaultMax);
}

uint32_t ConnectionsMaxOf(const CommandLine& command_line) {
  const uint32_t possible = ConnectionsMaxByDefault();
  if (command_line.max_connections.value_or(0) > possible) {
    Log(LogLevel::kWarning, "--max-connections is more than RLIMIT_NOFILE has room for ({})",
        possible);
  }
  return command_line.max_connections.value_or(possible);
}

// Null: there is none, and never will be.
std::unique_ptr<ConnectionLimit> GlobalLimitFor(const Bootstrap& bootstrap) {
  const uint32_t max = bootstrap.monitored_connections_max.value_or(
      compiler::GlobalConnectionsMax(bootstrap.runtime.numbers));
  if (max == UINT32_MAX && bootstrap.runtime.requests.empty()) return nullptr;
  return std::make_unique<ConnectionLimit>(max);
}

admin::CommandLineFacts FactsOf(const CommandLine& line) {
  admin::CommandLineFacts facts;
  facts.config_path = line.config_path;
  facts.has_config_yaml = !line.config_yaml.empty();
  facts.allows_unknown_static_fields = line.allows_unknown_static_fields;
  facts.log_level = line.log_level;
  facts.service_cluster = line.service_cluster;
  facts.service_node = line.service_node;
  facts.drain_time = line.drain_time;
  facts.mode = line.mode == CommandLine::Mode::kInitOnly ? "InitOnly" : "Serve";
  return facts;
}

}  // namespace

Server::Server(CommandLine command_line, Bootstrap bootstrap, const Clock& clock, Sockets& sockets)
    : command_line_(std::move(command_line)),
      bootstrap_(std::move(bootstrap)),
      control_(clock),
      access_logs_(clock, stats_),
      access_log_services_(control_, stats_),
      service_(clock, sockets, control_, stats_, DnsEvents()),
      connection_limit_(ConnectionsMaxOf(command_line_)),
      worker_sockets_(sockets, connection_limit_),
      global_limit_(GlobalLimitFor(bootstrap_)),
      listen_sockets_(sockets, workers_),
      configuration_(
          stats_, clock,
          {[this](const ListenerConfig& listener) {
             return listen_sockets_.Bind(configuration_.linker().SocketsFor(listener), listener);
           },
           [this](const std::shared_ptr<const ConfigSnapshot>& snapshot) { OnPublish(snapshot); },
           [this](std::string_view type_url, const SourcesByKey& wanted) {
             files_.SetWanted(type_url, wanted);
             if (subscriptions_.has_value()) subscriptions_->SetWanted(type_url, wanted);
           },
           [this](std::optional<MonotonicTime> look_again_at) { OnSettled(look_again_at); },
           [this](std::vector<DnsLookup> lookups) { OnLookUps(std::move(lookups)); },
           [this](const compiler::Update& update) { updates_.Add(update); },
           [this](const SourcesByKey& clusters) {
             if (subscriptions_.has_value()) {
               subscriptions_->SetWanted(compiler::kClusterType, clusters);
             }
           },
           [this](const std::string& cluster) {
             for (auto& worker : workers_) worker->DenyCluster(cluster);
           },
           [this] { OnRuntime(); },
           [this](const std::string& host) {
             for (auto& worker : workers_) worker->AnswerHost(host);
           },
           [this](std::string_view type_url, const SourcesByKey& added) {
             if (subscriptions_.has_value()) subscriptions_->AddWanted(type_url, added);
           }},
          {.edge_listeners = command_line_.edge_listeners,
           .runtime = bootstrap_.runtime.numbers,
           .runtime_layers = bootstrap_.runtime.layers,
           .runtime_sources = compiler::SourcesOf(bootstrap_.runtime),
           .service_cluster = bootstrap_.node_cluster,
           .takes_clusters =
               bootstrap_.takes_clusters_from_ads || bootstrap_.clusters_source != nullptr,
           .stream_clusters = bootstrap_.stream_clusters,
           .ignores_deletion = command_line_.ignores_resource_deletion,
           .is_ads_delta = bootstrap_.ads.protocol == xds::Protocol::kDelta,
           .upstream_sockets = bootstrap_.upstream_sockets,
           .access_logs = &access_logs_,
           .access_log_services = &access_log_services_}),
      files_(control_, configuration_),
      settle_timer_(control_, [this] { configuration_.Settle(); }),
      drain_(control_, workers_, command_line_.drain_time,
             {[this] { UpdateStats(); }, [this] { End(); }}),
      end_accepting_timer_(control_, [this] { EndAccepting(); }),
      stats_timer_(control_, [this] { UpdateStats(); }),
      started_at_(clock.Now()) {
  for (uint32_t i = 0; i < WorkerCount(command_line_); ++i) {
    workers_.push_back(std::make_unique<Worker>(
        clock, worker_sockets_, control_, i,
        WorkerOptions{
            command_line_.drain_time, global_limit_.get(),
            [this](const std::string& cluster, const ClusterFetch& how) {
              OnClusterNeeded(cluster, how);
            },
            [this](const std::string& host, Duration wait_max) { OnHostNeeded(host, wait_max); },
            [this](const Adoption& adoption) { updates_.OnAdopted(adoption); }}));
  }
}

Server::~Server() {
  for (auto& worker : workers_) worker->Stop();
  service_.Join();
  log_streams_.reset();
  subscriptions_.reset();
  // What workers and service posted back last.
  control_.RunOnce(Duration::zero());
}

absl::Status Server::Start() {
  if (absl::Status status = StartAdmin(); !status.ok()) return status;
  state_ = admin::ServerState::kInitializing;
  for (auto& worker : workers_) worker->Start();
  service_.Start();
  if (absl::Status status = LoadStaticResources(); !status.ok()) return status;
  files_.Start(bootstrap_);
  subscriptions_.emplace(control_, service_, configuration_, bootstrap_);
  subscriptions_->Start(command_line_.saved_config);
  log_streams_.emplace(LogStreams::World{control_, service_, *subscriptions_, configuration_,
                                         access_log_services_, bootstrap_.node});
  log_streams_->OnPublish();
  UpdateStats();
  return absl::OkStatus();
}

absl::Status Server::StartAdmin() {
  if (!bootstrap_.admin.address.is_set()) return absl::OkStatus();
  admin::AdminSources sources{stats_, state_, fails_health_, running_on_saved_};
  sources.version = VersionText();
  sources.command_line = FactsOf(command_line_);
  sources.serialized_node = bootstrap_.node;
  sources.serialized_bootstrap = bootstrap_.serialized;
  sources.runtime_layers =
      std::make_shared<const std::vector<compiler::RuntimeLayer>>(bootstrap_.runtime.layers);
  sources.stats_options = bootstrap_.stats;
  sources.concurrency = static_cast<uint32_t>(workers_.size());
  sources.started_at = started_at_;
  sources.quit = [this] { Quit(); };
  sources.set_fails_health = [this](bool fails) { SetFailsHealth(fails); };
  sources.drain_listeners = [this](const admin::ListenerDrain& drain) { DrainListeners(drain); };
  sources.with_ledger = [this](auto on_ledger) {
    control_.Post([this, on_ledger = std::move(on_ledger)] {
      service_.loop().Post(
          [on_ledger, ledger = MakeConfigLedger(configuration_, listen_sockets_, updates_,
                                                stats_)] { on_ledger(ledger); });
    });
  };
  return service_.StartAdmin(bootstrap_.admin, std::move(sources));
}

absl::Status Server::LoadStaticResources() {
  const std::vector<std::string> mistakes = AddStaticResources(bootstrap_, configuration_);
  if (!mistakes.empty()) {
    return absl::InvalidArgumentError(fmt::format("bootstrap: {}", fmt::join(mistakes, "; ")));
  }
  configuration_.Settle();
  return absl::OkStatus();
}

// These two on a worker. Refused only when control is gone, and then nothing is waited for.
void Server::OnClusterNeeded(const std::string& cluster, const ClusterFetch& how) {
  static_cast<void>(
      control_.Post([this, cluster, how] { configuration_.OnClusterNeeded(cluster, how); }));
}

void Server::OnHostNeeded(const std::string& key, Duration wait_max) {
  static_cast<void>(
      control_.Post([this, key, wait_max] { configuration_.OnHostNeeded(key, wait_max); }));
}

void Server::OnPublish(const std::shared_ptr<const ConfigSnapshot>& snapshot) {
  // The configuration first: a worker that accepts must already know what to serve.
  for (auto& worker : workers_) worker->Publish(snapshot);
  service_.rest_calls().Publish(snapshot);
  listen_sockets_.Apply(snapshot);
  if (subscriptions_.has_value()) subscriptions_->OnPublish();
  if (log_streams_.has_value()) log_streams_->OnPublish();
}

void Server::OnSettled(std::optional<MonotonicTime> look_again_at) {
  listen_sockets_.CloseUnused();
  if (subscriptions_.has_value()) {
    subscriptions_->OnSettled(state_ == admin::ServerState::kLive);
  }
  if (look_again_at.has_value()) {
    settle_timer_.Arm(std::max(*look_again_at - control_.now(), Duration::zero()));
  } else {
    settle_timer_.Disarm();
  }
}

void Server::OnRuntime() {
  service_.ShowRuntime(
      std::make_shared<const std::vector<compiler::RuntimeLayer>>(configuration_.runtime_layers()));
  // A monitor counts before it, as in Envoy.
  if (global_limit_ == nullptr || bootstrap_.monitored_connections_max.has_value()) return;
  global_limit_->SetMax(compiler::GlobalConnectionsMax(configuration_.runtime()));
}

void Server::OnLookUps(std::vector<DnsLookup> lookups) {
  service_.loop().Post(
      [this, lookups = std::move(lookups)] { service_.names().SetWanted(lookups); });
}

DnsWatches::Events Server::DnsEvents() {
  return {[this](const DnsLookup& lookup) {
            control_.Post([this, lookup] { configuration_.OnLookUp(lookup); });
          },
          [this](const DnsLookup& lookup, DnsResolution resolution) {
            control_.Post([this, lookup, resolution = std::move(resolution)]() mutable {
              configuration_.OnResolution(lookup, std::move(resolution));
            });
          }};
}

// Live once names have been asked for, and what the control plane was asked for has come, or cannot
// come.
bool Server::IsInitialized() const {
  if (configuration_.resources().resolved.has_waiting() || files_.has_pending()) return false;
  if (!subscriptions_.has_value() || !subscriptions_->has_streams()) return true;
  return subscriptions_->HasFirstAnswers() && !configuration_.linker().HoldsBackStart();
}

size_t Server::CountDrainingListeners() const {
  const auto& entries = configuration_.resources().listeners.entries();
  return static_cast<size_t>(std::count_if(entries.begin(), entries.end(), [](const auto& entry) {
    const auto& listener = entry.second.value;
    return listener != nullptr && listener->direction != TrafficDirection::kOutbound;
  }));
}

uint32_t Server::DaysUntilFirstExpiry() const {
  int64_t days = UINT32_MAX;
  const WallTime now = control_.wall_now();
  for (const auto& context : configuration_.tls().profiles().Contexts()) {
    const ContextCertificates& certificates = context->certificates();
    if (certificates.trusted.has_value()) {
      days = std::min(days, certificates.trusted->DaysLeft(now));
    }
    for (const auto& own : certificates.own) days = std::min(days, own.DaysLeft(now));
  }
  return static_cast<uint32_t>(days);
}

void Server::UpdateStats() {
  ServerFigures figures;
  if (state_ == admin::ServerState::kInitializing && IsInitialized()) {
    state_ = admin::ServerState::kLive;
    figures.initialization = control_.now() - started_at_;
  }
  figures.state = admin::ShownState(state_, fails_health_);
  figures.workers = workers_.size();
  for (const auto& worker : workers_) figures.connections += worker->connections();
  figures.connections_open = connection_limit_.open();
  figures.connections_max = connection_limit_.max();
  figures.uptime = control_.now() - started_at_;
  if (subscriptions_.has_value()) {
    subscriptions_->Show(figures);
    subscriptions_->OnSettled(state_ == admin::ServerState::kLive);
    running_on_saved_ = subscriptions_->ShowLastGood(stats_);
  }
  if (drain_.has_begun()) figures.listeners_draining = CountDrainingListeners();
  if (control_.now() >= heap_due_at_) {
    heap_due_at_ = control_.now() + kHeapInterval;
    configuration_.linker().ForgetUnused();
    stats_.ForgetUnused();
    figures.heap = ReadHeap();
    heap_trim_.Trim(*figures.heap);
  }
  figures.days_until_first_expiry = DaysUntilFirstExpiry();
  SetServerGauges(stats_, figures);
  if (log_streams_.has_value() && !is_ending_) log_streams_->EndUnused();
  slow_turns_.Show(control_, workers_);
  stats_timer_.Arm(state_ == admin::ServerState::kInitializing ? kStartInterval : kStatsInterval);
}

void Server::Quit() {
  control_.Post([this] { End(); });
}

void Server::End() {
  if (std::exchange(is_ending_, true) || !log_streams_.has_value() || log_streams_->is_empty()) {
    control_.Stop();
    return;
  }
  // What they still had open ends, and is logged.
  for (auto& worker : workers_) worker->Stop();
  log_streams_->Finish([this] { control_.Stop(); });
}

void Server::Drain() {
  control_.Post([this] {
    if (state_.exchange(admin::ServerState::kDraining) == admin::ServerState::kDraining) {
      End();
      return;
    }
    Log(LogLevel::kInfo, "draining, for at most {} s",
        command_line_.drain_time / std::chrono::seconds(1));
    UpdateStats();
    drain_.Start();
  });
}

void Server::SetFailsHealth(bool fails) {
  fails_health_ = fails;
  control_.Post([this, fails] {
    for (auto& worker : workers_) worker->SetFailsHealth(fails);
    UpdateStats();
  });
}

void Server::DrainListeners(const admin::ListenerDrain& drain) {
  control_.Post([this, drain] {
    const DrainScope scope = drain.inbound_only ? DrainScope::kInbound : DrainScope::kAll;
    if (drain.is_graceful) {
      for (auto& worker : workers_) worker->StartDrain(scope, outrigger::Drain::kIdleGrace);
    }
    if (drain.keeps_accepting) return;
    ending_scope_ = std::max(ending_scope_, scope);
    // Asking again does not put it off.
    if (drain.is_graceful && end_accepting_timer_.is_armed()) return;
    end_accepting_timer_.Arm(drain.is_graceful ? command_line_.drain_time : Duration::zero());
  });
}

void Server::EndAccepting() {
  if (configuration_.snapshot() == nullptr) return;
  const size_t ended = listen_sockets_.EndAccepting(ending_scope_);
  stats_.Find(stats::kListenerManagerFamily, "")
      ->ForWriter(stats::kControlWriter)
      .Add(stats::kListenerStopped, ended);
}

Address Server::listener_address(const std::string& name) const {
  const auto* entry = configuration_.resources().listeners.Find(name);
  if (entry == nullptr || entry->value == nullptr) return {};
  return listen_sockets_.BoundAddress(configuration_.linker().FindSocket(*entry->value));
}

}  // namespace outrigger
