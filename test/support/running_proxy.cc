#include "test/support/running_proxy.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <utility>

#include "server/server.h"
#include "test/support/http_client.h"
#include "test/support/static_bootstrap.h"

namespace outrigger::test {

namespace {

constexpr std::chrono::seconds kWaitMax{20};

}  // namespace

CommandLine RunningProxy::FlagsFor(const std::string& bootstrap_yaml, uint32_t workers) {
  CommandLine command_line;
  command_line.config_yaml = bootstrap_yaml;
  command_line.concurrency = workers;
  return command_line;
}

absl::Status RunningProxy::TryStart(const std::string& bootstrap_yaml) {
  const CommandLine command_line = FlagsFor(bootstrap_yaml);
  absl::StatusOr<Bootstrap> bootstrap = LoadBootstrap(command_line);
  if (!bootstrap.ok()) return bootstrap.status();
  const SystemClock clock;
  SystemSockets sockets;
  return Server(command_line, *std::move(bootstrap), clock, sockets).Start();
}

namespace {

CommandLine FlagsWith(CommandLine flags, std::set<std::string, std::less<>> edge_listeners,
                      std::optional<uint32_t> max_connections) {
  flags.edge_listeners = std::move(edge_listeners);
  flags.max_connections = max_connections;
  return flags;
}

}  // namespace

RunningProxy::RunningProxy(const std::string& bootstrap_yaml, uint32_t workers,
                           std::set<std::string, std::less<>> edge_listeners,
                           std::optional<uint32_t> max_connections)
    : RunningProxy(FlagsWith(FlagsFor(bootstrap_yaml, workers), std::move(edge_listeners),
                             max_connections)) {}

RunningProxy::RunningProxy(const CommandLine& command_line) {
  absl::StatusOr<Bootstrap> bootstrap = LoadBootstrap(command_line);
  if (!bootstrap.ok()) {
    std::fprintf(stderr, "%s\n", bootstrap.status().ToString().c_str());
    std::abort();
  }
  server_ = std::make_unique<Server>(command_line, *std::move(bootstrap), clock_, sockets_);
  if (absl::Status status = server_->Start(); !status.ok()) {
    std::fprintf(stderr, "%s\n", status.ToString().c_str());
    std::abort();
  }
  admin_port_ = server_->admin_address().port();
  thread_ = std::thread([this] {
    server_->Run();
    has_ended_ = true;
  });
}

RunningProxy::~RunningProxy() {
  server_->Quit();
  thread_.join();
}

void RunningProxy::Drain() { server_->Drain(); }

void RunningProxy::ReopenAccessLogs() { server_->ReopenAccessLogs(); }

bool RunningProxy::WaitForEnd() {
  const auto deadline = std::chrono::steady_clock::now() + kWaitMax;
  while (!has_ended_ && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  return has_ended_;
}

uint16_t RunningProxy::ListenerPort(const std::string& name) {
  std::promise<uint16_t> port;
  server_->control().Post([&] { port.set_value(server_->listener_address(name).port()); });
  return port.get_future().get();
}

uint16_t RunningProxy::WaitForListener(const std::string& name) {
  const auto deadline = std::chrono::steady_clock::now() + kWaitMax;
  while (std::chrono::steady_clock::now() < deadline) {
    if (const uint16_t found = ListenerPort(name); found != 0) {
      HttpClient probe(found);
      if (probe.Get("/probe").has_value()) return found;
    }
    std::this_thread::yield();
  }
  return 0;
}

int64_t RunningProxy::Stat(const std::string& name) {
  HttpClient client(admin_port_);
  const auto answer = client.Get("/stats");
  if (!answer.has_value()) return -1;
  const size_t at = ("\n" + answer->body).find("\n" + name + ": ");
  return at == std::string::npos ? -1 : std::atoll(answer->body.c_str() + at + name.size() + 2);
}

bool RunningProxy::WaitForStat(const std::string& name, int64_t at_least) {
  const auto deadline = std::chrono::steady_clock::now() + kWaitMax;
  while (std::chrono::steady_clock::now() < deadline) {
    if (Stat(name) >= at_least) return true;
    std::this_thread::yield();
  }
  return false;
}

bool RunningProxy::WaitForStatBelow(const std::string& name, int64_t limit) {
  const auto deadline = std::chrono::steady_clock::now() + kWaitMax;
  while (std::chrono::steady_clock::now() < deadline) {
    if (Stat(name) < limit) return true;
    std::this_thread::yield();
  }
  return false;
}

std::string RunningProxy::AdsBootstrap(uint16_t ads_port) {
  return StaticBootstrap{.listeners = {}, .ads_port = ads_port}.ToYaml();
}

}  // namespace outrigger::test
