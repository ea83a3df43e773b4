#include "upstream/connection_end.h"

#include <chrono>

#include "cluster/cluster_stats.h"
#include "net/close_reason.h"

namespace outrigger {

void CountConnectionEnd(stats::Block& stats, const ConnectionEnd& end) {
  const bool is_remote = end.is_peer_done || IsEndedByPeer(end.reason) ||
                         end.reason == CloseReason::kConnectFailed ||
                         end.reason == CloseReason::kHandshakeFailed;
  stats.Record(kUpstreamCxLengthMs, std::chrono::duration<double, std::milli>(end.age).count());
  stats.Add(kUpstreamCxDestroy);
  if (end.reason == CloseReason::kSpun) stats.Add(kUpstreamCxSpun);
  stats.Add(is_remote ? kUpstreamCxDestroyRemote : kUpstreamCxDestroyLocal);
  if (!end.cuts_exchange) return;
  stats.Add(kUpstreamCxDestroyWithActiveRq);
  stats.Add(is_remote ? kUpstreamCxDestroyRemoteWithActiveRq : kUpstreamCxDestroyLocalWithActiveRq);
}

}  // namespace outrigger
