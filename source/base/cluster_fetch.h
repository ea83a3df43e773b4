// How a cluster is fetched that is not there when it is needed (ODCDS).
//
// Thread: any (a value).
#pragma once

#include "base/clock.h"
#include "base/resource_source.h"

namespace outrigger {

struct ClusterFetch {
  SourcePointer source;  // null: the aggregated stream
  Duration wait_max{};   // whoever needs it waits that long
};

}  // namespace outrigger
