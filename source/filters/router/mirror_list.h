// The mirrored requests of one worker that are under way.
//
// Owned by the worker. Thread: worker.
#pragma once

#include "base/intrusive_list.h"
#include "event/event_loop.h"
#include "filters/router/mirror.h"
#include "snapshot/snapshot_slot.h"

namespace outrigger {

class MirrorList final : public EventLoop::TurnEndHandler {
 public:
  // More are not sent: a cluster that answers nothing costs this much.
  static constexpr size_t kRunningMax = 1024;

  MirrorList(NetContext& net, SnapshotSlot& slot, Pools& pools, stats::WriterIndex writer)
      : net_(net), slot_(slot), pools_(pools), writer_(writer) {}
  ~MirrorList() override;

  // One to fill in and start; null, and counted for its cluster, where there are too many.
  Mirror* Make(const Cluster& cluster);
  void Finish(Mirror& mirror);
  // The worker ends.
  void GiveUpAll();
  size_t running() const { return running_count_; }

  // For mirrors.
  Pools::Acquired Acquire(const Pools::Target& target, ConnectionWaiter& waiter) {
    return pools_.Acquire(target, *slot_.current(), waiter);
  }
  NetContext& net() { return net_; }
  stats::WriterIndex writer() const { return writer_; }

  void OnTurnEnd() override;

 private:
  NetContext& net_;
  SnapshotSlot& slot_;
  Pools& pools_;
  const stats::WriterIndex writer_;
  IntrusiveList<Mirror> running_;
  IntrusiveList<Mirror> finished_;
  size_t running_count_ = 0;
};

}  // namespace outrigger
