#include "upstream/connection_pool.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "cluster/endpoint_stats.h"
#include "cluster/tls_failures.h"
#include "upstream/connection_counts.h"
#include "upstream/http1_connection.h"
#include "upstream/http2_connection.h"

namespace outrigger {

namespace {

http::ErrorKind ConnectErrorKind(CloseReason reason) {
  if (reason == CloseReason::kConnectOverflow) return http::ErrorKind::kUpstreamOverflow;
  return reason == CloseReason::kConnectTimeout ? http::ErrorKind::kConnectTimeout
                                                : http::ErrorKind::kConnectFailure;
}

}  // namespace

ConnectionPool::ConnectionPool(NetContext& net, PoolKey key, PoolStats stats)
    : net_(net),
      key_(std::move(key)),
      scopes_(std::move(stats)),
      stats_(scopes_.cluster->ForWriter(scopes_.writer)),
      endpoint_stats_(scopes_.endpoint->ForWriter(scopes_.writer)),
      counts_(CircuitCounts::Of(*scopes_.cluster)),
      expects_http2_(key_.codec.protocol != UpstreamProtocol::kHttp1) {}

ConnectionPool::~ConnectionPool() { OUTRIGGER_CHECK(is_empty()); }

size_t ConnectionPool::expected_streams() const {
  return expects_http2_ ? pending_.size() * key_.codec.http2->streams_max : pending_.size();
}

bool ConnectionPool::CountRequest(CircuitUse& use) {
  if (use.TryTake(counts_.requests, options_.max_requests)) return true;
  stats_.Add(kUpstreamRqPendingOverflow);
  return false;
}

UpstreamStream& ConnectionPool::TakeStream(UpstreamConnection& connection, CircuitUse use) {
  UpstreamStream& stream = connection.TakeStream(std::move(use));
  if (connection.free_streams() == 0) MoveTo(busy_, connection);
  return stream;
}

UpstreamStream* ConnectionPool::Acquire(ConnectionWaiter& waiter, bool& overflow) {
  overflow = false;
  // Last used first: the warmest window, and the others can age out (T4).
  while (!ready_.empty()) {
    UpstreamConnection& connection = *ready_.back();
    if (waiter.needs_new_connection && !connection.is_multiplexed()) break;
    if (connection.free_streams() == 0) {
      MoveTo(busy_, connection);
      if (connection.is_spent() && connection.is_idle()) connection.Close();
      continue;
    }
    CircuitUse use;
    overflow = !CountRequest(use);
    return overflow ? nullptr : &TakeStream(connection, std::move(use));
  }
  overflow = !waiter.pending_use.TryTake(counts_.pending_requests, options_.max_pending_requests);
  if (overflow) {
    stats_.Add(kUpstreamRqPendingOverflow);
    return nullptr;
  }
  stats_.Add(kUpstreamRqPendingTotal);
  stats_.Add(kUpstreamRqPendingActive);
  endpoint_stats_.Add(kEndpointRqPendingActive);
  waiters_.PushBack(waiter);
  ++waiting_;
  if (waiting_ > expected_streams()) StartConnection();
  return nullptr;
}

void ConnectionPool::CancelWait(ConnectionWaiter& waiter) {
  if (!waiter.is_linked()) return;
  stats_.Add(kUpstreamRqCancelled);
  TakeWaiter(waiter);
  CloseSpareConnecting();
}

void ConnectionPool::TakeWaiter(ConnectionWaiter& waiter) {
  IntrusiveList<ConnectionWaiter>::Remove(waiter);
  --waiting_;
  waiter.pending_use.Release();
  stats_.Subtract(kUpstreamRqPendingActive);
  endpoint_stats_.Subtract(kEndpointRqPendingActive);
}

bool ConnectionPool::StartConnection() {
  CircuitUse use;
  if (!use.TryTake(counts_.connections, options_.max_connections)) {
    stats_.Add(kUpstreamCxOverflow);
    // One connection is always allowed, else a cluster at its limit could never serve a new
    // endpoint.
    if (!has_no_connection()) return false;
    use.Take(counts_.connections);
  }
  CountConnectionStart(stats_, endpoint_stats_);
  if (key_.codec.protocol != UpstreamProtocol::kNegotiated) CountProtocol();
  pending_.push_back(std::make_unique<PendingConnection>(net_, *this, std::move(use)));
  return true;
}

void ConnectionPool::CountProtocol() {
  stats_.Add(expects_http2_ ? kUpstreamCxHttp2Total : kUpstreamCxHttp1Total);
}

void ConnectionPool::OnConnected(PendingConnection& pending) {
  CountConnected(stats_, pending.connection(), net_.loop.now());
  if (key_.codec.protocol == UpstreamProtocol::kNegotiated) {
    expects_http2_ = pending.connection().agreement().application_protocol == "h2";
    CountProtocol();
  }
  std::unique_ptr<UpstreamConnection> established = Establish(pending);
  net_.loop.DeferDelete(TakeOut(pending));
  established->pool_index = busy_.size();
  busy_.push_back(std::move(established));
  ServeOrPark(*busy_.back());
  // It may take less than was expected of it.
  while (key_.codec.protocol != UpstreamProtocol::kHttp1 && waiting_ > expected_streams()) {
    if (!StartConnection()) return;
  }
}

std::unique_ptr<UpstreamConnection> ConnectionPool::Establish(PendingConnection& pending) {
  std::unique_ptr<UpstreamConnection> established;
  CircuitUse use = pending.TakeUse();
  if (expects_http2_) {
    established = std::make_unique<Http2Connection>(net_, *this, pending.TakeConnection());
  } else {
    established = std::make_unique<Http1Connection>(net_, *this, pending.TakeConnection());
  }
  established->connection_use = std::move(use);
  return established;
}

void ConnectionPool::OnRequestStarted() {
  ++requests_started_;
  stats_.Add(kUpstreamRqTotal);
  stats_.Add(kUpstreamRqActive);
  endpoint_stats_.Add(kEndpointRqTotal);
  endpoint_stats_.Add(kEndpointRqActive);
}

void ConnectionPool::OnRequestEnded() {
  --requests_started_;
  stats_.Subtract(kUpstreamRqActive);
  endpoint_stats_.Subtract(kEndpointRqActive);
}

void ConnectionPool::OnReleased(UpstreamConnection& connection) {
  if (connection.free_streams() == 0) return;  // closing: OnClosed follows
  ServeOrPark(connection);
}

void ConnectionPool::ServeOrPark(UpstreamConnection& connection) {
  HandOver(connection);
  if (connection.free_streams() == 0) return;
  if (is_draining_) {
    connection.Drain();
    return;
  }
  // Who is left waits for a new connection; where the limit allows no more, this one makes room.
  if (!connection.is_multiplexed() && waiting_ > pending_.size()) {
    connection.Close();
    return;
  }
  if (connection.is_idle()) connection.StartIdle(options_.idle_timeout);
  MoveTo(ready_, connection);
}

void ConnectionPool::HandOver(UpstreamConnection& connection) {
  while (connection.free_streams() > 0) {
    ConnectionWaiter* waiter = NextWaiter(connection);
    if (waiter == nullptr) return;
    TakeWaiter(*waiter);
    CircuitUse use;
    if (CountRequest(use)) {
      waiter->OnStreamReady(TakeStream(connection, std::move(use)));
    } else {
      waiter->OnConnectionFailed(
          {http::ErrorKind::kUpstreamOverflow, http::Side::kUpstream, "too many requests", true});
    }
  }
}

ConnectionWaiter* ConnectionPool::NextWaiter(const UpstreamConnection& connection) {
  ConnectionWaiter* waiter = waiters_.Front();
  if (connection.is_multiplexed() || connection.exchanges_started() == 0) return waiter;
  while (waiter != nullptr && waiter->needs_new_connection) waiter = waiters_.Next(*waiter);
  return waiter;
}

void ConnectionPool::OnClosed(UpstreamConnection& connection) {
  connection.connection_use.Release();
  CountConnectionGone(stats_, endpoint_stats_);
  CountTlsFailure(stats_, connection.transport_failure());
  net_.loop.DeferDelete(TakeOut(connection));
  if (waiting_ > expected_streams()) StartConnection();
}

void ConnectionPool::OnTooOld(UpstreamConnection& connection) {
  stats_.Add(kUpstreamCxMaxDurationReached);
  MoveTo(busy_, connection);
  connection.Drain();
}

void ConnectionPool::OnConnectFailed(PendingConnection& pending, CloseReason reason,
                                     int system_error) {
  CountConnectionGone(stats_, endpoint_stats_);
  const TransportFailure::Kind failure = pending.connection().transport_failure().kind;
  CountTlsFailure(stats_, failure);
  net_.loop.DeferDelete(TakeOut(pending));
  if (reason == CloseReason::kLocal) return;
  FailWaiters(reason, reason == CloseReason::kHandshakeFailed ? TlsFailureCause(failure)
                                                              : strerrordesc_np(system_error));
}

// A failed connect takes one request with it, the oldest; the others have connections of their own
// on the way. Where a limit left them without one, they go as well, unless a busy connection will
// come free: nobody may wait for what nobody is making.
void ConnectionPool::FailWaiters(CloseReason reason, std::string_view cause) {
  CountConnectFailure(stats_, endpoint_stats_, reason);
  size_t doomed = !busy_.empty() ? 1 : waiting_ - std::min(waiting_, expected_streams());
  while (doomed-- > 0 && !waiters_.empty()) {
    stats_.Add(kUpstreamRqPendingFailureEject);
    FailWaiter({ConnectErrorKind(reason), http::Side::kUpstream, cause, true});
  }
}

void ConnectionPool::FailWaiter(const http::Error& error) {
  ConnectionWaiter& waiter = *waiters_.Front();
  TakeWaiter(waiter);
  waiter.OnConnectionFailed(error);
}

// A draining pool makes no connection that nobody waits for.
void ConnectionPool::CloseSpareConnecting() {
  if (!is_draining_) return;
  size_t wanted = waiting_;
  for (const std::unique_ptr<PendingConnection>& pending : pending_) {
    if (wanted > 0) {
      --wanted;
    } else {
      pending->Close();
    }
  }
}

void ConnectionPool::Drain() {
  is_draining_ = true;
  while (!ready_.empty()) {
    UpstreamConnection& connection = *ready_.back();
    MoveTo(busy_, connection);
    connection.Drain();
  }
  CloseSpareConnecting();
}

void ConnectionPool::MoveTo(Connections& to, UpstreamConnection& connection) {
  if (connection.is_pool_ready == (&to == &ready_)) return;
  std::unique_ptr<UpstreamConnection> owned = TakeOut(connection);
  owned->pool_index = to.size();
  owned->is_pool_ready = &to == &ready_;
  to.push_back(std::move(owned));
}

std::unique_ptr<UpstreamConnection> ConnectionPool::TakeOut(UpstreamConnection& connection) {
  const size_t index = connection.pool_index;
  Connections& from = connection.is_pool_ready ? ready_ : busy_;
  std::unique_ptr<UpstreamConnection> owned = std::move(from[index]);
  OUTRIGGER_CHECK(owned.get() == &connection);
  // The order of ready ones is kept by erasing (there are few); busy ones have none.
  if (connection.is_pool_ready) {
    from.erase(from.begin() + static_cast<ptrdiff_t>(index));
    for (size_t i = index; i < from.size(); ++i) from[i]->pool_index = i;
  } else {
    if (index + 1 < from.size()) from[index] = std::move(from.back());
    from.pop_back();
    if (index < from.size()) from[index]->pool_index = index;
  }
  return owned;
}

std::unique_ptr<PendingConnection> ConnectionPool::TakeOut(PendingConnection& pending) {
  const auto it = std::find_if(pending_.begin(), pending_.end(), [&pending](const auto& candidate) {
    return candidate.get() == &pending;
  });
  OUTRIGGER_CHECK(it != pending_.end());
  std::unique_ptr<PendingConnection> owned = std::move(*it);
  pending_.erase(it);
  return owned;
}

}  // namespace outrigger
