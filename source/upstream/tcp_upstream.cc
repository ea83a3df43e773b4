#include "upstream/tcp_upstream.h"

#include <utility>

#include "cluster/cluster_stats.h"
#include "cluster/endpoint_stats.h"
#include "cluster/tls_failures.h"
#include "upstream/connection_counts.h"

namespace outrigger {

std::unique_ptr<TcpUpstream> TcpUpstream::Start(NetContext& net, const Cluster& cluster,
                                                const Pools::Picked& picked,
                                                stats::WriterIndex writer, NetworkFilter& filter) {
  stats::Block& stats = cluster.stats->ForWriter(writer);
  if (cluster.tls != nullptr && picked.tls == nullptr) {  // never in plaintext instead
    stats.Add(kUpstreamTlsSecretsNotReady);
    return nullptr;
  }
  const CircuitCounts counts = CircuitCounts::Of(*cluster.stats);
  CircuitUse connection_use;
  if (!connection_use.TryTake(counts.connections, cluster.limits.max_connections)) {
    stats.Add(kUpstreamCxOverflow);
    return nullptr;
  }
  CircuitUse pending_use;
  if (!pending_use.TryTake(counts.pending_requests, cluster.limits.max_pending_requests)) {
    stats.Add(kUpstreamRqPendingOverflow);
    return nullptr;
  }
  auto upstream = std::unique_ptr<TcpUpstream>(new TcpUpstream(net, cluster, picked, writer));
  upstream->connection_use_ = std::move(connection_use);
  upstream->pending_use_ = std::move(pending_use);
  upstream->connection_->Start(filter);
  return upstream;
}

TcpUpstream::TcpUpstream(NetContext& net, const Cluster& cluster, const Pools::Picked& picked,
                         stats::WriterIndex writer)
    : scope_(cluster.stats),
      endpoint_scope_(picked.stats),
      stats_(scope_->ForWriter(writer)),
      endpoint_stats_(endpoint_scope_->ForWriter(writer)),
      connection_(Connection::StartConnect(
          net, picked.endpoint->address,
          {cluster.connect_timeout, &SocketFor(cluster.sockets, picked.endpoint->address)},
          {.tls = picked.tls})) {
  connection_->SetWaterMarks(cluster.buffer_bytes_high);
  CountConnectionStart(stats_, endpoint_stats_);
  stats_.Add(kUpstreamRqPendingTotal);
  stats_.Add(kUpstreamRqPendingActive);
  endpoint_stats_.Add(kEndpointRqPendingActive);
}

void TcpUpstream::OnConnected() {
  is_connected_ = true;
  pending_use_.Release();
  CountConnected(stats_, *connection_, connection_->loop().now());
  stats_.Subtract(kUpstreamRqPendingActive);
  endpoint_stats_.Subtract(kEndpointRqPendingActive);
  stats_.Add(kUpstreamRqTotal);
  stats_.Add(kUpstreamRqActive);
  endpoint_stats_.Add(kEndpointRqTotal);
  endpoint_stats_.Add(kEndpointRqActive);
}

void TcpUpstream::OnClosed(CloseReason reason) {
  connection_use_.Release();
  pending_use_.Release();
  CountTlsFailure(stats_, connection_->transport_failure().kind);
  CountConnectionGone(stats_, endpoint_stats_);
  if (is_connected_) {
    stats_.Subtract(kUpstreamRqActive);
    endpoint_stats_.Subtract(kEndpointRqActive);
  } else {
    CountNeverConnected(reason);
  }
  const Duration age = connection_->loop().now() - connection_->created_at();
  CountConnectionEnd(stats_, {.reason = reason, .cuts_exchange = is_connected_, .age = age});
}

void TcpUpstream::CountNeverConnected(CloseReason reason) {
  stats_.Subtract(kUpstreamRqPendingActive);
  endpoint_stats_.Subtract(kEndpointRqPendingActive);
  if (reason == CloseReason::kLocal) {
    stats_.Add(kUpstreamRqCancelled);
    return;
  }
  stats_.Add(kUpstreamRqPendingFailureEject);
  CountConnectFailure(stats_, endpoint_stats_, reason);
}

}  // namespace outrigger
