// The connections of one worker to one endpoint: those that can take another exchange (last used
// first), the others, ones being made, and requests that wait for one. All of one protocol, unless
// each agrees on its own by ALPN.
//
// An HTTP/1 connection takes one exchange, an HTTP/2 connection as many as its peer allows: further
// ones are made only when those are used up.
//
// Owned by Pools, which finds it by PoolKey; lives through every change of the configuration that
// keeps its endpoint. Draining: idle connections close at once, the others after their exchanges.
//
// Thread: worker.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/intrusive_list.h"
#include "cluster/circuit_use.h"
#include "cluster/cluster_stats.h"
#include "http/error.h"
#include "upstream/pending_connection.h"
#include "upstream/pool_key.h"
#include "upstream/upstream_connection.h"

namespace outrigger {

// A request waiting for a connection. Exactly one of the two events comes, unless it cancels.
class ConnectionWaiter : public IntrusiveHook<ConnectionWaiter> {
 public:
  // Takes no HTTP/1 connection that was used before: its last one may have been closed by the peer
  // while it lay idle, and so may the others.
  bool needs_new_connection = false;
  // The pool's own: its part of the cluster's pending requests.
  CircuitUse pending_use;

  virtual ~ConnectionWaiter() = default;
  virtual void OnStreamReady(UpstreamStream& stream) = 0;
  virtual void OnConnectionFailed(const http::Error& error) = 0;
};

// What a pool takes from its cluster; a copy, so that a drained pool outlives the cluster's
// removal.
struct PoolOptions {
  Duration connect_timeout{};
  Duration idle_timeout{};
  Duration connection_duration_max{};  // zero = none
  uint32_t max_requests_per_connection = 0;
  size_t buffer_bytes_high = 0;
  uint32_t max_connections = 0;
  uint32_t max_pending_requests = 0;
  uint32_t max_requests = 0;
  std::shared_ptr<const TlsContext> tls;  // of new connections; null: plaintext
};

// Where a pool counts.
struct PoolStats {
  std::shared_ptr<stats::Scope> cluster;
  std::shared_ptr<stats::Scope> endpoint;
  std::shared_ptr<stats::Scope> http2;  // null unless HTTP/2 is spoken
  stats::WriterIndex writer = 0;
};

class ConnectionPool {
 public:
  ConnectionPool(NetContext& net, PoolKey key, PoolStats stats);
  ~ConnectionPool();

  // A stream of a connection that is there, or null: then `waiter` is queued (and a connection is
  // being made), or, when a limit is reached, `overflow` is set and nothing is queued.
  UpstreamStream* Acquire(ConnectionWaiter& waiter, bool& overflow);
  void CancelWait(ConnectionWaiter& waiter);
  void Drain();
  // Nothing left: a drained pool may be destroyed.
  bool is_empty() const { return has_no_connection() && waiters_.empty(); }
  const PoolKey& key() const { return key_; }
  void SetOptions(const PoolOptions& options) { options_ = options; }
  const PoolOptions& options() const { return options_; }
  size_t connections() const { return ready_.size() + busy_.size() + pending_.size(); }
  // Requests that wait here or are under way.
  size_t requests_under_way() const { return waiting_ + requests_started_; }
  stats::Block& stats() { return stats_; }
  // Of its endpoint.
  stats::Block& endpoint_stats() { return endpoint_stats_; }
  // Requires: it speaks HTTP/2.
  stats::Block& http2_stats() { return scopes_.http2->ForWriter(scopes_.writer); }

  // From its connections.
  void OnRequestStarted();
  void OnRequestEnded();
  void OnConnected(PendingConnection& pending);
  void OnConnectFailed(PendingConnection& pending, CloseReason reason, int system_error);
  // An exchange has ended, or the peer allows more of them.
  void OnReleased(UpstreamConnection& connection);
  void OnClosed(UpstreamConnection& connection);
  // It takes no more exchanges.
  void OnTooOld(UpstreamConnection& connection);

 private:
  using Connections = std::vector<std::unique_ptr<UpstreamConnection>>;
  bool has_no_connection() const { return ready_.empty() && busy_.empty() && pending_.empty(); }
  // Requests that the connections being made will be able to take.
  size_t expected_streams() const;
  bool CountRequest(CircuitUse& use);
  UpstreamStream& TakeStream(UpstreamConnection& connection, CircuitUse use);
  bool StartConnection();
  std::unique_ptr<UpstreamConnection> Establish(PendingConnection& pending);
  void CountProtocol();
  void ServeOrPark(UpstreamConnection& connection);
  void TakeWaiter(ConnectionWaiter& waiter);
  ConnectionWaiter* NextWaiter(const UpstreamConnection& connection);
  void HandOver(UpstreamConnection& connection);
  void FailWaiters(CloseReason reason, std::string_view cause);
  void FailWaiter(const http::Error& error);
  void CloseSpareConnecting();
  void MoveTo(Connections& to, UpstreamConnection& connection);
  std::unique_ptr<UpstreamConnection> TakeOut(UpstreamConnection& connection);
  std::unique_ptr<PendingConnection> TakeOut(PendingConnection& pending);

  NetContext& net_;
  const PoolKey key_;
  const PoolStats scopes_;  // keeps both alive
  stats::Block& stats_;
  stats::Block& endpoint_stats_;
  const CircuitCounts counts_;
  PoolOptions options_;
  Connections ready_;  // can take an exchange, as far as we know; back: used last
  Connections busy_;   // cannot, or closing
  std::vector<std::unique_ptr<PendingConnection>> pending_;
  size_t waiting_ = 0;
  size_t requests_started_ = 0;  // and not ended
  // What the next connection will speak; where that is negotiated, what the last one did (HTTP/2
  // before there was one: of the two mistakes, the one that makes too few connections).
  bool expects_http2_;
  bool is_draining_ = false;
  IntrusiveList<ConnectionWaiter> waiters_;
};

}  // namespace outrigger
