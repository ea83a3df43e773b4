#include "upstream/connection_counts.h"

#include <chrono>

#include "cluster/cluster_stats.h"
#include "cluster/endpoint_stats.h"
#include "net/close_reason.h"

namespace outrigger {

void CountConnectionStart(stats::Block& stats, stats::Block& endpoint) {
  stats.Add(kUpstreamCxTotal);
  stats.Add(kUpstreamCxActive);
  endpoint.Add(kEndpointCxTotal);
  endpoint.Add(kEndpointCxActive);
}

void CountConnectionGone(stats::Block& stats, stats::Block& endpoint) {
  stats.Subtract(kUpstreamCxActive);
  endpoint.Subtract(kEndpointCxActive);
}

void CountConnected(stats::Block& stats, const Connection& connection, MonotonicTime now) {
  if (connection.is_encrypted()) stats.Add(kUpstreamTlsHandshake);
  const Duration took = now - connection.created_at();
  stats.Record(kUpstreamCxConnectMs, std::chrono::duration<double, std::milli>(took).count());
}

void CountConnectFailure(stats::Block& stats, stats::Block& endpoint, CloseReason reason) {
  if (reason == CloseReason::kConnectOverflow) {
    stats.Add(kUpstreamCxOverflow);
    return;
  }
  stats.Add(kUpstreamCxConnectFail);
  endpoint.Add(kEndpointCxConnectFail);
  if (reason == CloseReason::kConnectTimeout) stats.Add(kUpstreamCxConnectTimeout);
  if (reason == CloseReason::kBindFailed) stats.Add(kBindErrors);
}

void CountConnectionEnd(stats::Block& stats, const ConnectionEnd& end) {
  const bool is_remote = end.is_peer_done || IsEndedByPeer(end.reason) ||
                         end.reason == CloseReason::kConnectFailed ||
                         end.reason == CloseReason::kHandshakeFailed;
  stats.Record(kUpstreamCxLengthMs, std::chrono::duration<double, std::milli>(end.age).count());
  if (end.requests.has_value()) stats.Record(kUpstreamRqPerCx, *end.requests);
  stats.Add(kUpstreamCxDestroy);
  if (end.reason == CloseReason::kSpun) stats.Add(kUpstreamCxSpun);
  stats.Add(is_remote ? kUpstreamCxDestroyRemote : kUpstreamCxDestroyLocal);
  if (!end.cuts_exchange) return;
  stats.Add(kUpstreamCxDestroyWithActiveRq);
  stats.Add(is_remote ? kUpstreamCxDestroyRemoteWithActiveRq : kUpstreamCxDestroyLocalWithActiveRq);
}

}  // namespace outrigger
