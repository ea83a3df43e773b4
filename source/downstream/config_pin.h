// What one exchange keeps of the configuration it started with: at first the whole snapshot (a
// plain count), after a swap only the listener and the route table it uses (design 6).
//
// Owned by its exchange. Thread: worker.
#pragma once

#include <memory>

#include "snapshot/snapshot_slot.h"

namespace outrigger {

class ConfigPin {
 public:
  explicit ConfigPin(SnapshotSlot& slot) : slot_(slot) {}
  ~ConfigPin() { Release(); }
  ConfigPin(const ConfigPin&) = delete;
  ConfigPin& operator=(const ConfigPin&) = delete;

  // Holds the current snapshot, of which the exchange uses these two parts. Requires: not holding.
  void Hold(ListenerId listener, RouteTableId routes);
  // The route table that the exchange has chosen, where there is one for each scope: it lives in
  // the snapshot, or is kept by the connection.
  void Choose(const std::shared_ptr<const LinkedRoutes>& routes) { chosen_routes_ = &routes; }
  // The exchange goes on with routes of the snapshot that is current now, and with the listener it
  // has. Requires: held.
  void HoldAnew(RouteTableId routes);
  // Of a request that has named its cluster: the id of that stands for nothing
  // else meanwhile. The last one counts.
  void Keep(const std::shared_ptr<const ClusterIndex>& clusters);
  // Turns the hold into pins on the parts, when a newer snapshot is current.
  void Narrow();
  void Release();
  bool is_held() const { return held_ != nullptr || listener_ != nullptr; }

 private:
  SnapshotSlot& slot_;
  SnapshotSlot::Held* held_ = nullptr;
  ListenerId listener_id_;
  RouteTableId routes_id_;
  const std::shared_ptr<const LinkedRoutes>* chosen_routes_ = nullptr;  // instead of that
  const void* listener_ = nullptr;                                      // pinned parts
  const void* routes_ = nullptr;
  const void* clusters_ = nullptr;
};

}  // namespace outrigger
