// Weighted round robin over an endpoint set.
//
// The set's PickTable is const and shared by all workers; each worker keeps one small cursor per
// cluster, which survives every change of the endpoints.
//
// Thread: worker (the cursor's owner).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/random.h"
#include "cluster/endpoint_set.h"

namespace outrigger {

// Where each priority's rotation stands. Starts anywhere, so that workers and proxies that start
// together do not all begin at the same endpoint.
struct RoundRobinCursor {
  // Priorities beyond share places: their rotations are still fair, only less regular.
  static constexpr size_t kPlaces = 4;

  std::array<uint64_t, kPlaces> offsets{};
  bool is_started = false;
  bool is_panic = false;  // the last pick ignored health
};

// Envoy's default for a cluster that sets none.
inline constexpr uint32_t kPanicPercentDefault = 50;

// The position of the endpoint that gets the next request, or nothing. `panic_percent`: a priority
// with a smaller share of eligible endpoints uses all of them, whatever their health; 0 = never.
// Allocates nothing. Requires: set.picks is built.
std::optional<uint32_t> PickRoundRobin(const EndpointSet& set, RoundRobinCursor& cursor,
                                       Random& random,
                                       uint32_t panic_percent = kPanicPercentDefault);

}  // namespace outrigger
