#include "downstream/config_pin.h"

#include <utility>

#include "base/check.h"

namespace outrigger {

void ConfigPin::Hold(ListenerId listener, RouteTableId routes) {
  OUTRIGGER_CHECK(!is_held());
  held_ = &slot_.HoldCurrent();
  listener_id_ = listener;
  routes_id_ = routes;
}

void ConfigPin::HoldAnew(RouteTableId routes) {
  OUTRIGGER_CHECK(is_held());
  Narrow();
  if (held_ == nullptr) held_ = &slot_.HoldCurrent();
  if (routes_ != nullptr) slot_.Unpin(std::exchange(routes_, nullptr));
  chosen_routes_ = nullptr;
  routes_id_ = routes;
}

void ConfigPin::Keep(const std::shared_ptr<const ClusterIndex>& clusters) {
  if (clusters == nullptr || clusters_ == clusters.get()) return;
  if (clusters_ != nullptr) slot_.Unpin(clusters_);
  clusters_ = clusters.get();
  slot_.Pin(clusters);
}

void ConfigPin::Narrow() {
  if (held_ == nullptr || slot_.IsCurrent(*held_)) return;
  const std::shared_ptr<const LinkedRoutes>& routes =
      chosen_routes_ != nullptr ? *chosen_routes_ : held_->snapshot->routes.Slot(routes_id_);
  if (listener_ == nullptr) {  // else it is of an older snapshot
    const auto& listener = held_->snapshot->listeners.Slot(listener_id_);
    listener_ = listener.get();
    slot_.Pin(listener);
  }
  if (routes != nullptr) {
    routes_ = routes.get();
    slot_.Pin(routes);
  }
  slot_.Release(*std::exchange(held_, nullptr));
}

void ConfigPin::Release() {
  chosen_routes_ = nullptr;
  if (held_ != nullptr) slot_.Release(*std::exchange(held_, nullptr));
  if (listener_ != nullptr) slot_.Unpin(std::exchange(listener_, nullptr));
  if (routes_ != nullptr) slot_.Unpin(std::exchange(routes_, nullptr));
  if (clusters_ != nullptr) slot_.Unpin(std::exchange(clusters_, nullptr));
}

}  // namespace outrigger
