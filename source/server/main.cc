// outrigger: the proxy.
#include <malloc.h>

#include <csignal>
#include <cstdio>

#include "base/clock.h"
#include "base/log.h"
#include "net/socket.h"
#include "server/bootstrap.h"
#include "server/command_line.h"
#include "server/last_good.h"
#include "server/server.h"
#include "server/signals.h"
#include "server/validate.h"

namespace outrigger {
namespace {

int RunServer(CommandLine command_line, Bootstrap bootstrap) {
  std::optional<std::string>& saved_config = command_line.saved_config.path;
  if (!saved_config.has_value()) saved_config = SavedConfigPathFor(bootstrap.node_id);
  const SystemClock clock;
  SystemSockets sockets;
  BlockSignals();
  Server server(command_line, std::move(bootstrap), clock, sockets);
  if (absl::Status status = server.Start(); !status.ok()) {
    Log(LogLevel::kCritical, "{}", std::string(status.message()));
    return 1;
  }
  if (command_line.mode != CommandLine::Mode::kServe) return 0;
  Signals signals(server.control(), [&server](int signal) {
    signal == SIGUSR1 ? server.ReopenAccessLogs() : server.Drain();
  });
  server.Run();
  Log(LogLevel::kInfo, "exiting");
  return 0;
}

int Main(int argc, char** argv) {
  ParsedCommandLine parsed = ParseCommandLine(argc, argv);
  if (parsed.exit_status.has_value()) {
    std::fputs(parsed.text.c_str(), *parsed.exit_status == 0 ? stdout : stderr);
    return *parsed.exit_status;
  }
  const CommandLine& command_line = parsed.command_line;
  // One arena for control's bursts and the workers' few allocations: freed memory goes back (P2).
  mallopt(M_ARENA_MAX, 2);
  LogOptions log_options;
  log_options.level = ParseLogLevel(command_line.log_level).value_or(LogLevel::kInfo);
  if (absl::Status status = ConfigureLogging(log_options); !status.ok()) {
    std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
    return 1;
  }
  for (const std::string& warning : command_line.warnings) Log(LogLevel::kWarning, "{}", warning);
  if (command_line.mode == CommandLine::Mode::kValidate) {
    const Validation validation = Validate(command_line);
    std::fputs(validation.ToText(command_line).c_str(), validation.is_valid() ? stdout : stderr);
    return validation.is_valid() ? 0 : 1;
  }
  absl::StatusOr<Bootstrap> bootstrap = LoadBootstrap(command_line);
  if (!bootstrap.ok()) {
    Log(LogLevel::kCritical, "{}", std::string(bootstrap.status().message()));
    return 1;
  }
  for (const std::string& warning : bootstrap->warnings) Log(LogLevel::kWarning, "{}", warning);
  for (const std::string& field : bootstrap->without_effect) {
    Log(LogLevel::kWarning, "without effect: {}", field);
  }
  return RunServer(command_line, *std::move(bootstrap));
}

}  // namespace
}  // namespace outrigger

int main(int argc, char** argv) { return outrigger::Main(argc, argv); }
