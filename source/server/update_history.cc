#include "server/update_history.h"

namespace outrigger {

namespace {

void AddUp(Adoption::ByCause& sums, const Adoption::ByCause& counts) {
  for (size_t i = 0; i < counts.size(); ++i) sums[i] += counts[i];
}

}  // namespace

void UpdateHistory::Add(const compiler::Update& update) {
  admin::UpdateEntry& entry = entries_.emplace_back();
  entry.update = update;
  entry.number = ++updates_;
  const ListenSockets::Counts& counts = sockets_.counts();
  entry.sockets_bound = counts.bound - shown_.bound;
  entry.sockets_closed = counts.closed - shown_.closed;
  shown_ = counts;
  if (entries_.size() > kUpdatesMax) entries_.pop_front();
}

void UpdateHistory::OnAdopted(const Adoption& adoption) {
  for (admin::UpdateEntry& entry : entries_) {
    const uint64_t snapshot = entry.update.snapshot;
    if (snapshot <= adoption.from || snapshot > adoption.to) continue;
    if (snapshot < adoption.to) {
      ++entry.workers_passed_over;
      continue;
    }
    ++entry.workers_adopted;
    Adoption& moved = entry.moved;
    moved.kept += adoption.kept;
    moved.adopted += adoption.adopted;
    AddUp(moved.drained, adoption.drained);
    AddUp(moved.drained_pools, adoption.drained_pools);
    AddUp(moved.drained_upstream, adoption.drained_upstream);
  }
}

}  // namespace outrigger
