// The whole proxy in this process: parsed from bootstrap text, on threads of its own, stopped at
// the end.
//
// Thread: the test's.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "net/socket.h"
#include "server/command_line.h"
#include "test/support/fake_clock.h"

namespace outrigger {
class Server;
}  // namespace outrigger

namespace outrigger::test {

class RunningProxy {
 public:
  static constexpr uint32_t kWorkers = 2;  // one would hide every crossing

  // `edge_listeners` as named by --edge-listener, `max_connections` as by --max-connections.
  explicit RunningProxy(const std::string& bootstrap_yaml, uint32_t workers = kWorkers,
                        std::set<std::string, std::less<>> edge_listeners = {},
                        std::optional<uint32_t> max_connections = std::nullopt);
  // As those flags say; FlagsFor gives the usual ones.
  explicit RunningProxy(const CommandLine& command_line);
  static CommandLine FlagsFor(const std::string& bootstrap_yaml, uint32_t workers = kWorkers);
  ~RunningProxy();

  // Starts a proxy only to see whether it would; it is gone when this returns.
  static absl::Status TryStart(const std::string& bootstrap_yaml);

  // Where the listener of that name takes connections; waits until it answers. 0: never came.
  uint16_t WaitForListener(const std::string& name);
  // The same without asking for anything: where a static listener takes connections from the start
  // on.
  uint16_t ListenerPort(const std::string& name);
  uint16_t admin_port() const { return admin_port_; }
  // One number of /stats, by its full name; waits until it is at least `at_least`. -1: no such
  // name.
  int64_t Stat(const std::string& name);
  bool WaitForStat(const std::string& name, int64_t at_least);
  // Waits until a gauge has fallen below `limit`.
  bool WaitForStatBelow(const std::string& name, int64_t limit);
  // As SIGTERM does. WaitForEnd: true once the process would have exited.
  void Drain();
  // As SIGUSR1 does.
  void ReopenAccessLogs();
  // As if so much time had passed. What waits for it notices by the next event of its thread.
  void Advance(Duration by) { clock_.Advance(by); }
  bool WaitForEnd();
  bool has_ended() const { return has_ended_; }

  // A bootstrap that takes everything from the ADS server at that port.
  static std::string AdsBootstrap(uint16_t ads_port);

 private:
  ShiftedClock clock_;
  SystemSockets sockets_;
  std::unique_ptr<Server> server_;
  uint16_t admin_port_ = 0;
  std::atomic<bool> has_ended_ = false;
  std::thread thread_;
};

}  // namespace outrigger::test
