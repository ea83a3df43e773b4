// One worker: its thread, loop, buffers, snapshot, upstream pools and listeners. Everything of a
// connection happens here for its whole life.
//
// Created, told and destroyed by the server on control; all but the first group of functions runs
// on the worker. Thread: as marked.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/random.h"
#include "downstream/exchange_list.h"
#include "downstream/listener.h"
#include "downstream/worker_context.h"
#include "event/loop_thread.h"
#include "http/date.h"
#include "net/connection.h"
#include "snapshot/adoption.h"
#include "snapshot/snapshot_slot.h"
#include "upstream/pools.h"

namespace outrigger {

struct WorkerOptions {
  Duration drain_time{};
  ConnectionLimit* global_limit = nullptr;  // as WorkerContext has it; outlives the worker
  ClusterWaits::Ask ask_for_cluster;        // runs on the worker
  HostWaits::Ask ask_for_host;              // as well
  // Runs on control, after a snapshot has been taken.
  std::function<void(const Adoption&)> on_adopted;
};

class Worker {
 public:
  Worker(const Clock& clock, Sockets& sockets, EventLoop& control, stats::WriterIndex index,
         const WorkerOptions& options);
  // Stops the thread first.
  ~Worker();

  // Thread: control.
  void Start() { thread_.Start(); }
  void Publish(std::shared_ptr<const ConfigSnapshot> snapshot) {
    slot_.Publish(std::move(snapshot));
  }
  // Accepts on `fd`, which stays the server's, from now on.
  void Listen(ListenSocketId socket, int fd);
  // Accepts no more on it; `on_stopped` runs on control once that is so.
  void StopListening(ListenSocketId socket, Task on_stopped);
  // Every response of these listeners ends its connection from now on; accepting goes on. A scope
  // only grows.
  void StartDrain(DrainScope scope, Duration idle_grace);
  // Whether responses of listeners that drain by it end their connections.
  void SetFailsHealth(bool fails);
  // Requests wait no longer for that cluster.
  void DenyCluster(const std::string& cluster);
  // The same of a virtual host; if there is one, a snapshot with it has been published before.
  void AnswerHost(const std::string& key);
  const EventLoop& loop() const { return thread_.loop(); }
  struct Activity {
    size_t draining_connections = 0;  // on listeners that drain with the process
    size_t exchanges = 0;             // on any
    size_t relays = 0;                // on any: nobody can tell whether they are idle
  };
  // `on_report` runs on control.
  void ReportActivity(absl::AnyInvocable<void(const Activity&)> on_report);
  // Closes whatever is left and ends the thread.
  void Stop();

  // Thread: any. Downstream connections open now.
  size_t connections() const { return context_.connections.load(std::memory_order_relaxed); }
  EventLoop& loop() { return thread_.loop(); }

 private:
  void OnAdopt(const ConfigSnapshot* old_snapshot, const ConfigSnapshot& snapshot);
  void AdoptConnections(const ConfigSnapshot& old_snapshot, Adoption& adoption);
  void RemoveStopped();
  void CloseEverything();

  EventLoop& control_;
  const std::function<void(const Adoption&)> on_adopted_;
  LoopThread thread_;
  SlabPool slabs_;
  std::unique_ptr<char[]> read_scratch_;
  NetContext net_;
  FastRandom random_;
  http::DateCache date_;
  SnapshotSlot slot_;
  Pools pools_;
  ExchangeList exchanges_;
  WorkerContext context_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  size_t stopped_listeners_ = 0;  // of these, that accept no more
};

}  // namespace outrigger
