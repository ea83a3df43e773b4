// Has a request wait while the control plane is asked for what it needs and is not there: the
// virtual host that its route table takes from elsewhere (VHDS), or the cluster that its route
// names.
//
// Thread: worker. Source: envoy/extensions/filters/http/on_demand/v3.
#pragma once

#include <optional>
#include <utility>

#include "base/resource_source.h"
#include "http/http_filter.h"

namespace outrigger {

struct OnDemandRules final : RouteFilterConfig {
  explicit OnDemandRules(std::optional<ClusterFetch> how) : fetch(std::move(how)) {}
  std::optional<ClusterFetch> fetch;  // unset: clusters are not fetched
};

class OnDemandConfig final : public HttpFilterConfig {
 public:
  explicit OnDemandConfig(std::optional<ClusterFetch> fetch) : own_(std::move(fetch)) {}
  HttpFilter& Make(Arena& arena) const override;
  bool names_clusters() const override { return true; }

 private:
  const OnDemandRules own_;
};

}  // namespace outrigger
