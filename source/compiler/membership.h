// The membership figures of a cluster: how many endpoints it has, how many of them may serve, how
// often they changed.
//
// Thread: control.
#pragma once

#include "cluster/cluster.h"
#include "cluster/endpoint_set.h"

namespace outrigger::compiler {

// `cluster` had the endpoints `before` and has `after` now; null: none known.
void CountMembership(const Cluster& cluster, const EndpointSet* before, const EndpointSet* after);

// Drops the numbers of those that are not in `after` any more, once they are more than it has;
// whoever still uses one keeps it.
void ForgetEndpoints(const Cluster& cluster, const EndpointSet* after);

}  // namespace outrigger::compiler
