// How often threads kept those waiting who need them: Envoy's watchdog counters (main_thread.*,
// workers.* and server.worker_<n>.*).
//
// Owned by the server. Thread: control.
#pragma once

#include <memory>
#include <vector>

#include "event/event_loop.h"
#include "server/worker.h"
#include "stats/registry.h"

namespace outrigger {

class SlowTurns {
 public:
  explicit SlowTurns(stats::Registry& registry) : registry_(registry) {}

  // As the loops count them now.
  void Show(const EventLoop& control, const std::vector<std::unique_ptr<Worker>>& workers);

 private:
  stats::Registry& registry_;
  std::vector<std::shared_ptr<stats::Scope>> by_worker_;  // or the registry would forget them
};

}  // namespace outrigger
