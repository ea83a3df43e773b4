// outrigger-control: a small control plane. Watches a folder of YAML resources and serves them, all
// on one stream (ADS) or each type on its own.
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/log.h"
#include "control_plane/discovery_service.h"
#include "control_plane/folder_watcher.h"
#include "control_plane/resource_folder.h"
#include "event/loop_thread.h"

namespace outrigger::control_plane {
namespace {

constexpr int kRequestBytesMax = 64 * 1024 * 1024;
constexpr std::chrono::seconds kShutdownMax{2};

constexpr double kResendsPerSecondMax = 10'000;

struct Flags {
  std::string folder;
  std::string listen = "127.0.0.1:18000";
  bool resends_written = false;
  double rejected_per_s = 0;

  Duration resend_period() const {
    if (rejected_per_s <= 0) return {};
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1 / rejected_per_s));
  }
};

sigset_t EndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

std::unique_ptr<grpc::Server> StartServer(const std::string& listen, DiscoveryService& service) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(listen, grpc::InsecureServerCredentials(), &port);
  builder.SetMaxReceiveMessageSize(kRequestBytesMax).SetMaxSendMessageSize(-1);
  builder.RegisterCallbackGenericService(&service);
  // Two control planes on one port would each see half of the nodes.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Nodes may ping as often as they like, and those that are gone are noticed.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 0);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) return nullptr;
  const std::string shown =
      port == 1 ? listen : listen.substr(0, listen.rfind(':') + 1) + std::to_string(port);
  std::printf("listening on %s\n", shown.c_str());  // 1: a Unix socket
  std::fflush(stdout);
  return server;
}

int Run(const Flags& flags) {
  const sigset_t signals = EndSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before there is any other thread

  const SystemClock clock;
  ResourceFolder folder;
  LoopThread thread(clock, "control");
  DiscoveryService service(thread.loop(), folder, {.resend_period = flags.resend_period()});
  FolderWatcher watcher(thread.loop(), flags.folder, [&](const std::vector<FileChange>& changes) {
    for (const std::string& problem : folder.Apply(changes)) {
      Log(LogLevel::kError, "{}", problem);
    }
    Log(LogLevel::kInfo, "{} files changed, {} resources are served", changes.size(),
        folder.resource_count());
    const std::set<ResourceType> rewritten = folder.TakeRewritten();
    if (flags.resends_written) {
      for (const ResourceType type : rewritten) service.Resend(type);
    }
    service.PushAll();
  });
  if (const absl::Status status = watcher.Start(); !status.ok()) {
    Log(LogLevel::kCritical, "{}", std::string(status.message()));
    return 1;
  }
  thread.Start();
  const std::unique_ptr<grpc::Server> server = StartServer(flags.listen, service);
  if (server != nullptr) {
    int signal = 0;
    sigwait(&signals, &signal);
    thread.loop().Post([&service] { service.EndStreams(); });
    server->Shutdown(std::chrono::system_clock::now() + kShutdownMax);
  } else {
    Log(LogLevel::kCritical, "cannot listen on {}", flags.listen);
  }
  thread.loop().Stop();
  thread.Join();
  return server != nullptr ? 0 : 1;
}

}  // namespace
}  // namespace outrigger::control_plane

int main(int argc, char** argv) {
  CLI::App app("Serves a folder of YAML resources to proxies.");
  outrigger::control_plane::Flags flags;
  app.add_option("--folder", flags.folder,
                 "holds listeners/ routes/ clusters/ endpoints/ secrets/ extensions/ and "
                 "nodes/<node-id>/...")
      ->required();
  app.add_option("--listen", flags.listen,
                 "ADDRESS:PORT (port 0 is chosen and printed) or unix:PATH")
      ->capture_default_str();
  app.add_flag("--resend-written", flags.resends_written,
               "send all of a type again when a file of it is written with the same content");
  app.add_option(
         "--resend-rejected", flags.rejected_per_s,
         "send what a node has rejected again, so many times a second (0: never), as faulty "
         "control planes do")
      ->check(CLI::Range(0.0, outrigger::control_plane::kResendsPerSecondMax));
  CLI11_PARSE(app, argc, argv);
  return outrigger::control_plane::Run(flags);
}
