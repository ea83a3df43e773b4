#include "snapshot/snapshot_slot.h"

#include <utility>

#include "base/check.h"

namespace outrigger {

SnapshotSlot::SnapshotSlot(EventLoop& worker_loop, EventLoop& control_loop, OnAdopt on_adopt)
    : worker_loop_(worker_loop), control_loop_(control_loop), on_adopt_(std::move(on_adopt)) {}

SnapshotSlot::~SnapshotSlot() {
  OUTRIGGER_CHECK(pins_.empty());
  for (Held& held : held_) {
    OUTRIGGER_CHECK(held.holders == 0);
    ReleaseOnControl(std::move(held.snapshot));
  }
}

void SnapshotSlot::Publish(std::shared_ptr<const ConfigSnapshot> snapshot) {
  std::shared_ptr<const ConfigSnapshot> superseded;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    superseded = std::exchange(undelivered_, std::move(snapshot));
  }
  // An undelivered one means that an adoption is already on its way; it will find the newest.
  if (superseded == nullptr) worker_loop_.Post([this] { Adopt(); });
}

void SnapshotSlot::Adopt() {
  std::shared_ptr<const ConfigSnapshot> next;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    next = std::exchange(undelivered_, nullptr);
  }
  if (next == nullptr) return;
  held_.push_back(Held{std::move(next)});
  Held* old = held_.size() > 1 ? &*std::prev(held_.end(), 2) : nullptr;
  if (old == nullptr) {
    on_adopt_(nullptr, *held_.back().snapshot);
    return;
  }
  ++old->holders;  // on_adopt_ compares the two
  on_adopt_(old->snapshot.get(), *held_.back().snapshot);
  Release(*old);
}

SnapshotSlot::Held& SnapshotSlot::HoldCurrent() {
  OUTRIGGER_CHECK(!held_.empty());
  ++held_.back().holders;
  return held_.back();
}

void SnapshotSlot::Release(Held& held) {
  OUTRIGGER_CHECK(held.holders > 0);
  if (--held.holders > 0 || IsCurrent(held)) return;
  for (auto it = held_.begin(); it != held_.end(); ++it) {
    if (&*it != &held) continue;
    ReleaseOnControl(std::move(it->snapshot));
    held_.erase(it);
    return;
  }
}

void SnapshotSlot::Pin(std::shared_ptr<const void> part) {
  PinEntry& entry = pins_[part.get()];
  if (entry.count++ == 0) entry.part = std::move(part);
}

void SnapshotSlot::Unpin(const void* part) {
  auto it = pins_.find(part);
  OUTRIGGER_CHECK(it != pins_.end());
  if (--it->second.count > 0) return;
  ReleaseOnControl(std::move(it->second.part));
  pins_.erase(it);
}

void SnapshotSlot::ReleaseOnControl(std::shared_ptr<const void> part) {
  // A refused post (control is gone: the process is ending) drops the part right here instead.
  static_cast<void>(control_loop_.Post([part = std::move(part)] {}));
}

}  // namespace outrigger
