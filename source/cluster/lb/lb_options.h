// How a cluster chooses among its endpoints, as configured.
//
// Thread: any (a value). Source: lb_policy, load_balancing_policy and common_lb_config of
// envoy/config/cluster/v3 Cluster.
#pragma once

#include <cstdint>

namespace outrigger {

enum class LbPolicy : uint8_t { kRoundRobin, kLeastRequest, kRandom };

// Of more draws nobody could tell the difference; each costs time.
inline constexpr uint32_t kLbChoicesMax = 128;

struct LbOptions {
  LbPolicy policy = LbPolicy::kRoundRobin;
  // kLeastRequest: so many are drawn, or all are looked at, and the one with the fewest requests
  // under way gets the next.
  uint32_t choices = 2;
  bool compares_all = false;
  // Load is spread over the localities by their weights first; without, weights have no effect.
  bool weighs_localities = false;
  // A priority with a smaller share of eligible endpoints uses all of them; 0 = never.
  uint32_t panic_percent = 50;
  bool operator==(const LbOptions&) const = default;
};

}  // namespace outrigger
