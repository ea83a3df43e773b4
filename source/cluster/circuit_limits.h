// How much of a cluster may be in use at once.
//
// Thread: any (values). Source: envoy/config/cluster/v3/circuit_breaker.proto.
#pragma once

#include <cstdint>

namespace outrigger {

struct CircuitLimits {
  // Limits >= 2^31 mean "none" (Istio's default) and are not counted.
  uint32_t max_connections = 1024;
  uint32_t max_pending_requests = 1024;
  uint32_t max_requests = 1024;
  uint32_t max_retries = 3;
  bool tracks_remaining = false;  // what is left of them is told
  bool operator==(const CircuitLimits&) const = default;
};

}  // namespace outrigger
