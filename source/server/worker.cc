#include "server/worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace outrigger {

namespace {
// Rounds of closing callbacks (connections, then pools, then what they deferred) at the end.
constexpr int kClosingTurns = 8;
}  // namespace

Worker::Worker(const Clock& clock, Sockets& sockets, EventLoop& control, stats::WriterIndex index,
               const WorkerOptions& options)
    : control_(control),
      on_adopted_(options.on_adopted),
      thread_(clock, fmt::format("worker_{}", index)),
      read_scratch_(new char[NetContext::kReadScratchBytes]),
      net_{thread_.loop(), sockets, slabs_, read_scratch_.get()},
      slot_(thread_.loop(), control,
            [this](const ConfigSnapshot* old_snapshot, const ConfigSnapshot& snapshot) {
              OnAdopt(old_snapshot, snapshot);
            }),
      pools_(net_, random_, index),
      exchanges_(thread_.loop()),
      context_{net_, slot_, pools_, random_, index, exchanges_, date_} {
  context_.drain_time = options.drain_time;
  context_.global_limit = options.global_limit;
  context_.ask_for_cluster = options.ask_for_cluster;
  context_.ask_for_host = options.ask_for_host;
}

Worker::~Worker() { Stop(); }

void Worker::Listen(ListenSocketId socket, int fd) {
  thread_.loop().Post([this, socket, fd] {
    listeners_.push_back(std::make_unique<Listener>(context_, socket, fd));
  });
}

void Worker::StopListening(ListenSocketId socket, Task on_stopped) {
  thread_.loop().Post([this, socket, on_stopped = std::move(on_stopped)]() mutable {
    for (auto& listener : listeners_) {
      if (listener->socket() != socket || !listener->is_accepting()) continue;
      listener->StopAccepting();
      ++stopped_listeners_;
    }
    static_cast<void>(control_.Post(std::move(on_stopped)));
  });
}

void Worker::SetFailsHealth(bool fails) {
  thread_.loop().Post([this, fails] { context_.fails_health = fails; });
}

void Worker::DenyCluster(const std::string& cluster) {
  thread_.loop().Post([this, cluster] { context_.cluster_waits.OnDenied(cluster); });
}

void Worker::AnswerHost(const std::string& key) {
  thread_.loop().Post([this, key] { context_.host_waits.OnAnswered(key); });
}

void Worker::StartDrain(DrainScope scope, Duration idle_grace) {
  thread_.loop().Post([this, scope, idle_grace] {
    context_.drain_scope = std::max(context_.drain_scope, scope);
    for (auto& listener : listeners_) {
      if (listener->drains_with_process()) listener->DrainConnections(idle_grace);
    }
  });
}

void Worker::ReportActivity(absl::AnyInvocable<void(const Activity&)> on_report) {
  thread_.loop().Post([this, on_report = std::move(on_report)]() mutable {
    Activity activity;
    activity.exchanges = exchanges_.running();
    activity.relays = context_.relays;
    for (const auto& listener : listeners_) {
      if (listener->drains_with_process()) activity.draining_connections += listener->connections();
    }
    // Refused only when control is gone, and then nobody waits for it.
    static_cast<void>(control_.Post(
        [activity, on_report = std::move(on_report)]() mutable { on_report(activity); }));
  });
}

void Worker::Stop() {
  thread_.Join();
  CloseEverything();
}

void Worker::OnAdopt(const ConfigSnapshot* old_snapshot, const ConfigSnapshot& snapshot) {
  Adoption adoption;
  adoption.from = old_snapshot == nullptr ? 0 : old_snapshot->version;
  adoption.to = snapshot.version;
  // First: connections know their filter chains by positions in the current snapshot.
  if (old_snapshot != nullptr) AdoptConnections(*old_snapshot, adoption);
  pools_.OnAdopt(snapshot, adoption);
  exchanges_.OnSwap();
  context_.cluster_waits.OnAdopt(snapshot);
  if (stopped_listeners_ > 0) RemoveStopped();
  // Refused only when control is gone, and then nobody asks.
  if (on_adopted_) {
    static_cast<void>(control_.Post([this, adoption] { on_adopted_(adoption); }));
  }
}

void Worker::AdoptConnections(const ConfigSnapshot& old_snapshot, Adoption& adoption) {
  const auto& occupied = context_.occupied_listeners;
  for (Listener* next = occupied.Front(); next != nullptr; next = occupied.Next(*next)) {
    next->OnAdopt(old_snapshot, adoption);
  }
}

void Worker::RemoveStopped() {
  stopped_listeners_ -= std::erase_if(listeners_, [](const auto& listener) {
    return !listener->is_accepting() && listener->connections() == 0;
  });
}

// On the control thread, after the worker's own has ended.
void Worker::CloseEverything() {
  for (auto& listener : listeners_) {
    listener->StopAccepting();
    listener->CloseAll();
  }
  context_.mirrors.GiveUpAll();
  for (int turn = 0; turn < kClosingTurns; ++turn) {
    thread_.loop().RunOnce(Duration::zero());
    pools_.DrainAll();
  }
  listeners_.clear();
  thread_.loop().RunOnce(Duration::zero());
}

}  // namespace outrigger
