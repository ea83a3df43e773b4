#include "server/worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace outrigger {

namespace {
constexpr Duration kCountInterval = std::chrono::milliseconds(100);
// Rounds of closing callbacks (connections, then pools, then what they deferred) at the end.
constexpr int kClosingTurns = 8;
}  // namespace

Worker::Worker(const Clock& clock, Sockets& sockets, EventLoop& control, stats::WriterIndex index)
    : control_(control),
      thread_(clock, fmt::format("worker_{}", index)),
      read_scratch_(new char[NetContext::kReadScratchBytes]),
      net_{thread_.loop(), sockets, slabs_, read_scratch_.get()},
      slot_(thread_.loop(), control,
            [this](const ConfigSnapshot* old_snapshot, const ConfigSnapshot& snapshot) {
              OnAdopt(old_snapshot, snapshot);
            }),
      pools_(net_, random_, index),
      exchanges_(thread_.loop()),
      context_{net_, slot_, pools_, random_, index, exchanges_, date_},
      count_timer_(thread_.loop(), [this] { CountConnections(); }) {}

Worker::~Worker() { Stop(); }

void Worker::Listen(ListenSocketId socket, int fd) {
  thread_.loop().Post([this, socket, fd] {
    listeners_.push_back(std::make_unique<Listener>(context_, socket, fd));
    if (!count_timer_.is_armed()) count_timer_.Arm(kCountInterval);
  });
}

void Worker::StopListening(ListenSocketId socket, Task on_stopped) {
  thread_.loop().Post([this, socket, on_stopped = std::move(on_stopped)]() mutable {
    for (auto& listener : listeners_) {
      if (listener->socket() == socket) listener->StopAccepting();
    }
    static_cast<void>(control_.Post(std::move(on_stopped)));
  });
}

void Worker::StartDrain(Duration idle_grace) {
  thread_.loop().Post([this, idle_grace] {
    context_.is_draining = true;
    for (auto& listener : listeners_) listener->DrainConnections(idle_grace);
  });
}

void Worker::Stop() {
  thread_.Join();
  CloseEverything();
}

void Worker::OnAdopt(const ConfigSnapshot* old_snapshot, const ConfigSnapshot& snapshot) {
  pools_.OnAdopt(snapshot);
  exchanges_.OnSwap();
  for (auto& listener : listeners_) listener->OnAdopt(old_snapshot);
  std::erase_if(listeners_, [](const auto& listener) {
    return !listener->is_accepting() && listener->connections() == 0;
  });
}

void Worker::CountConnections() {
  size_t count = 0;
  for (const auto& listener : listeners_) count += listener->connections();
  connections_.store(count, std::memory_order_relaxed);
  count_timer_.Arm(kCountInterval);
}

// On the control thread, after the worker's own has ended.
void Worker::CloseEverything() {
  for (auto& listener : listeners_) {
    listener->StopAccepting();
    listener->CloseAll();
  }
  for (int turn = 0; turn < kClosingTurns; ++turn) {
    thread_.loop().RunOnce(Duration::zero());
    pools_.DrainAll();
  }
  listeners_.clear();
  thread_.loop().RunOnce(Duration::zero());
}

}  // namespace outrigger
