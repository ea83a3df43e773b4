// What every kind of upstream connection counts when it ends.
//
// Thread: worker.
#pragma once

#include "base/clock.h"
#include "net/network_filter.h"
#include "stats/scope.h"

namespace outrigger {

struct ConnectionEnd {
  CloseReason reason = CloseReason::kLocal;
  bool is_peer_done = false;  // it had finished sending before, whatever the reason is now
  bool cuts_exchange = false;
  Duration age{};
};

// `stats`: of the cluster family.
void CountConnectionEnd(stats::Block& stats, const ConnectionEnd& end);

}  // namespace outrigger
