// The subsets of a cluster that goes into the next snapshot, and what is counted of them.
//
// Thread: control.
#pragma once

#include <memory>

#include "cluster/cluster.h"
#include "cluster/lb/subset_table.h"

namespace outrigger::compiler {

// Of a cluster that had `before` (null: none) and has `endpoints` now. The same table where nothing
// of it changes; null where endpoints are not divided.
std::shared_ptr<const SubsetTable> DivideEndpoints(const Cluster& cluster,
                                                   std::shared_ptr<const EndpointSet> endpoints,
                                                   std::shared_ptr<const SubsetTable> before);

void CountSubsets(const Cluster& cluster, const SubsetTable* before, const SubsetTable* after);

}  // namespace outrigger::compiler
