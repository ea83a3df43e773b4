// Has a request wait while the control plane is asked for what it needs and is not there: the
// virtual host that its route table takes from elsewhere (VHDS), or the cluster that its route
// names.
//
// Thread: worker. Source: envoy/extensions/filters/http/on_demand/v3.
#pragma once

#include <optional>

#include "base/clock.h"
#include "http/http_filter.h"

namespace outrigger {

struct OnDemandRules final : RouteFilterConfig {
  explicit OnDemandRules(std::optional<Duration> most) : wait_max(most) {}
  std::optional<Duration> wait_max;  // unset: clusters are not fetched
};

class OnDemandConfig final : public HttpFilterConfig {
 public:
  explicit OnDemandConfig(std::optional<Duration> wait_max) : own_(wait_max) {}
  HttpFilter& Make(Arena& arena) const override;
  bool names_clusters() const override { return true; }

 private:
  const OnDemandRules own_;
};

}  // namespace outrigger
