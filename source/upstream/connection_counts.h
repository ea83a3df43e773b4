// What every kind of upstream connection counts against its cluster, from its beginning to its end.
//
// Thread: worker.
#pragma once

#include <optional>

#include "base/clock.h"
#include "net/connection.h"
#include "net/network_filter.h"
#include "stats/scope.h"

namespace outrigger {

// `stats`: of the cluster family; `endpoint`: of its endpoint.
void CountConnectionStart(stats::Block& stats, stats::Block& endpoint);
void CountConnectionGone(stats::Block& stats, stats::Block& endpoint);
void CountConnected(stats::Block& stats, const Connection& connection, MonotonicTime now);
// It ended before it was connected, by no wish of ours.
void CountConnectFailure(stats::Block& stats, stats::Block& endpoint, CloseReason reason);

struct ConnectionEnd {
  CloseReason reason = CloseReason::kLocal;
  bool is_peer_done = false;  // it had finished sending before, whatever the reason is now
  bool cuts_exchange = false;
  Duration age{};
  std::optional<uint32_t> requests = {};  // that it carried; absent: it cannot carry any
};

void CountConnectionEnd(stats::Block& stats, const ConnectionEnd& end);

}  // namespace outrigger
