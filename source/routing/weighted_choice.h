// Chooses among the clusters of a forward action by weight.
//
// Thread: any (pure).
#pragma once

#include <cstdint>

#include "routing/route_action.h"

namespace outrigger::routing {

// `value` is any number (a random one, or one the request carries); equal values choose equal
// clusters. A weight of zero is never chosen.
const WeightedCluster& ChooseCluster(const ForwardAction& action, uint64_t value);

}  // namespace outrigger::routing
