// Chooses among the clusters of a forward action by weight.
//
// Thread: any (pure).
#pragma once

#include <cstdint>

#include "http/message.h"
#include "routing/route_action.h"

namespace outrigger::routing {

// The number that chooses for this request: the one in the header that the action names, where
// there is one, else its draw.
uint64_t ChoiceNumber(const ForwardAction& action, const http::RequestHead& request);

// Equal numbers choose equal clusters. A weight of zero is never chosen.
const WeightedCluster& ChooseCluster(const ForwardAction& action, uint64_t number);

}  // namespace outrigger::routing
