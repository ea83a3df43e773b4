#include "server/slow_turns.h"

#include <fmt/format.h>

#include "stats/server_stats.h"

namespace outrigger {

namespace {

struct Turns {
  uint64_t slow = 0;
  uint64_t stuck = 0;
};

Turns TurnsOf(const EventLoop& loop) { return {loop.slow_turns(), loop.stuck_turns()}; }

void Set(stats::Scope& scope, Turns turns) {
  stats::Block& block = scope.ForWriter(stats::kControlWriter);
  block.Set(stats::kWatchdogMiss, turns.slow);
  block.Set(stats::kWatchdogMegaMiss, turns.stuck);
}

}  // namespace

void SlowTurns::Show(const EventLoop& control,
                     const std::vector<std::unique_ptr<Worker>>& workers) {
  const Turns main = TurnsOf(control);
  Set(*registry_.Find(stats::kMainThreadFamily, ""), main);
  Set(*registry_.Find(stats::kServerMainThreadFamily, ""), main);
  Turns all;
  for (size_t i = 0; i < workers.size(); ++i) {
    if (i == by_worker_.size()) {
      by_worker_.push_back(registry_.Find(stats::kServerWorkerFamily, fmt::format("worker_{}", i)));
    }
    const Turns own = TurnsOf(workers[i]->loop());
    Set(*by_worker_[i], own);
    all.slow += own.slow;
    all.stuck += own.stuck;
  }
  Set(*registry_.Find(stats::kWorkersFamily, ""), all);
}

}  // namespace outrigger
