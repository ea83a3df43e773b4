// The streams to all access log services that loggers name.
//
// Owned by the server; costs nothing until there is one. Thread: control.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "base/random.h"
#include "compiler/configuration.h"
#include "event/timer.h"
#include "logging/access_log_services.h"
#include "server/log_stream.h"
#include "server/service.h"
#include "server/subscriptions.h"

namespace outrigger {

class LogStreams {
 public:
  // Further services have none: their entries are dropped, and counted.
  static constexpr size_t kStreamsMax = 256;
  // How long the end of the process waits for the last entries.
  static constexpr Duration kFinishMax = std::chrono::seconds(1);
  static constexpr Duration kLook = std::chrono::milliseconds(10);

  struct World {
    EventLoop& control;
    Service& service;
    Subscriptions& subscriptions;
    const compiler::Configuration& configuration;
    logging::AccessLogServices& services;
    const std::string& node;  // serialized
  };
  // All of it outlives this.
  explicit LogStreams(const World& world);

  // Loggers, and where their services are, may have changed.
  void OnPublish();
  // Those that no logger uses any more leave. To be called now and then.
  void EndUnused();
  // All of them leave: nobody logs any more. `on_finished` comes once, after kFinishMax at the
  // latest.
  void Finish(absl::AnyInvocable<void()> on_finished);
  bool is_empty() const { return streams_.empty(); }

 private:
  void Look();

  const World world_;
  FastRandom random_;
  std::map<logging::AccessLogService*, std::unique_ptr<LogStream>> streams_;
  absl::AnyInvocable<void()> on_finished_;
  MonotonicTime finishing_since_{};
  Timer look_timer_;
};

}  // namespace outrigger
