// Where one worker finds the configuration: the newest published snapshot, and pins that keep older
// ones, or parts of them, alive for exchanges that still use them.
//
// Publish coalesces: control leaves the newest undelivered snapshot here and posts one adoption;
// the newest wins. An exchange holds the snapshot it started with by a plain count; after a swap
// the worker turns such holds into pins on single parts (NarrowSnapshotPin), so that one slow
// exchange never keeps a whole old configuration. A worker never destroys a snapshot or a part:
// last releases go to control.
//
// Thread: Publish: control. All else: the worker.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>

#include "absl/container/flat_hash_map.h"
#include "event/event_loop.h"
#include "snapshot/config_snapshot.h"

namespace outrigger {

class SnapshotSlot {
 public:
  // Runs on the worker right after the swap; `old_snapshot` is null the first time.
  using OnAdopt =
      absl::AnyInvocable<void(const ConfigSnapshot* old_snapshot, const ConfigSnapshot&)>;

  // One snapshot and how many exchanges hold it whole.
  struct Held {
    std::shared_ptr<const ConfigSnapshot> snapshot;
    uint32_t holders = 0;
  };

  SnapshotSlot(EventLoop& worker_loop, EventLoop& control_loop, OnAdopt on_adopt);
  // Requires: no holder and no pin is left.
  ~SnapshotSlot();

  void Publish(std::shared_ptr<const ConfigSnapshot> snapshot);

  // Null before the first adoption.
  const ConfigSnapshot* current() const {
    return held_.empty() ? nullptr : held_.back().snapshot.get();
  }
  bool IsCurrent(const Held& held) const { return &held == &held_.back(); }

  // Requires: current() != nullptr.
  Held& HoldCurrent();
  void Release(Held& held);

  // Keeps one part (a LinkedRoutes, a Cluster, a LinkedListener) alive by itself; counted per
  // object.
  void Pin(std::shared_ptr<const void> part);
  void Unpin(const void* part);

  // Older snapshots still held whole, and single parts pinned: for gauges and tests.
  size_t old_snapshots() const { return held_.empty() ? 0 : held_.size() - 1; }
  size_t pinned_parts() const { return pins_.size(); }

 private:
  struct PinEntry {
    std::shared_ptr<const void> part;
    uint32_t count = 0;
  };
  void Adopt();
  void ReleaseOnControl(std::shared_ptr<const void> part);

  EventLoop& worker_loop_;
  EventLoop& control_loop_;
  OnAdopt on_adopt_;
  std::mutex mutex_;  // guards undelivered_; held for a pointer swap
  std::shared_ptr<const ConfigSnapshot> undelivered_;
  std::list<Held> held_;  // oldest first; the last is current
  absl::flat_hash_map<const void*, PinEntry> pins_;
};

}  // namespace outrigger
