// How often a cluster has been used: requests and connections that were sent to its endpoints, all
// workers together.
//
// Thread: control.
#pragma once

#include "cluster/cluster.h"
#include "cluster/cluster_stats.h"
#include "stats/scope.h"

namespace outrigger::compiler {

inline uint64_t UsesOf(const Cluster& cluster) { return cluster.stats->Sum(kUpstreamRqTotal); }

inline bool IsInUse(const Cluster& cluster) { return cluster.stats->Sum(kUpstreamRqActive) > 0; }

}  // namespace outrigger::compiler
