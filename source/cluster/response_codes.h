// Counts what the answers of a cluster were: all of them, by class, and by status
// (cluster.<name>.upstream_rq_<code>), of which pages show only those that have come.
//
// A class gets its counters with its first answer; from then on nothing is allocated.
//
// Thread: worker.
#pragma once

#include <cstdint>

#include "stats/scope.h"

namespace outrigger {

// `cluster`: of the cluster family. Requires: a status of 100 to 599.
void CountResponse(stats::Scope& cluster, stats::WriterIndex writer, uint16_t status);

}  // namespace outrigger
