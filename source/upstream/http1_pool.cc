#include "upstream/http1_pool.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/check.h"

namespace outrigger {

Http1Pool::Http1Pool(NetContext& net, PoolKey key, std::shared_ptr<stats::Scope> scope,
                     stats::Block& stats)
    : net_(net),
      key_(std::move(key)),
      scope_(std::move(scope)),
      stats_(stats),
      counts_(CircuitCounts::Of(*scope_)) {}

Http1Pool::~Http1Pool() { OUTRIGGER_CHECK(is_empty()); }

UpstreamConnection* Http1Pool::Acquire(ConnectionWaiter& waiter, bool& overflow) {
  overflow = false;
  // Last used first: the warmest window, and the others can age out (T4).
  while (!idle_.empty() && !waiter.needs_new_connection) {
    UpstreamConnection& connection = *idle_.back();
    if (!connection.IsReusable()) {
      MoveTo(busy_, connection);
      connection.Close();
      continue;
    }
    overflow = !connection.CountRequest();
    if (overflow) break;
    MoveTo(busy_, connection);
    return &connection;
  }
  overflow = overflow ||
             !waiter.pending_use.TryTake(counts_.pending_requests, options_.max_pending_requests);
  if (overflow) {
    stats_.Add(kUpstreamRqPendingOverflow);
    return nullptr;
  }
  stats_.Add(kUpstreamRqPendingTotal);
  stats_.Add(kUpstreamRqPendingActive);
  waiters_.PushBack(waiter);
  ++waiting_;
  if (waiting_ > connecting_) StartConnection();
  return nullptr;
}

void Http1Pool::CancelWait(ConnectionWaiter& waiter) {
  if (!waiter.is_linked()) return;
  stats_.Add(kUpstreamRqCancelled);
  TakeWaiter(waiter);
  CloseSpareConnecting();
}

void Http1Pool::TakeWaiter(ConnectionWaiter& waiter) {
  IntrusiveList<ConnectionWaiter>::Remove(waiter);
  --waiting_;
  waiter.pending_use.Release();
  stats_.Subtract(kUpstreamRqPendingActive);
}

void Http1Pool::StartConnection() {
  CircuitUse use;
  if (!use.TryTake(counts_.connections, options_.max_connections)) {
    stats_.Add(kUpstreamCxOverflow);
    // One connection is always allowed, else a cluster at its limit could never serve a new
    // endpoint.
    if (!idle_.empty() || !busy_.empty()) return;
    use.Take(counts_.connections);
  }
  ++connecting_;
  stats_.Add(kUpstreamCxTotal);
  stats_.Add(kUpstreamCxHttp1Total);
  stats_.Add(kUpstreamCxActive);
  auto connection = std::make_unique<UpstreamConnection>(net_, *this);
  connection->connection_use = std::move(use);
  connection->pool_index = busy_.size();
  busy_.push_back(std::move(connection));
}

void Http1Pool::OnConnected(UpstreamConnection& connection) {
  --connecting_;
  const Duration took = net_.loop.now() - connection.created_at();
  stats_.Record(kUpstreamCxConnectMs, std::chrono::duration<double, std::milli>(took).count());
  ServeOrPark(connection);
}

void Http1Pool::OnReleased(UpstreamConnection& connection) {
  if (!connection.IsReusable()) return;  // closing: OnClosed follows
  ServeOrPark(connection);
}

void Http1Pool::ServeOrPark(UpstreamConnection& connection) {
  if (HandOver(connection)) return;
  // Who is left waits for a new connection; where the limit allows no more, this one makes room.
  if (is_draining_ || waiting_ > connecting_) {
    connection.Close();
    return;
  }
  connection.StartIdle(options_.idle_timeout);
  MoveTo(idle_, connection);
}

bool Http1Pool::HandOver(UpstreamConnection& connection) {
  while (ConnectionWaiter* waiter = NextWaiter(connection)) {
    TakeWaiter(*waiter);
    if (connection.CountRequest()) {
      waiter->OnConnectionReady(connection);
      return true;
    }
    stats_.Add(kUpstreamRqPendingOverflow);
    waiter->OnConnectionFailed(
        {http::ErrorKind::kUpstreamOverflow, http::Side::kUpstream, "too many requests", true});
  }
  return false;
}

ConnectionWaiter* Http1Pool::NextWaiter(const UpstreamConnection& connection) {
  ConnectionWaiter* waiter = waiters_.Front();
  if (connection.exchanges_started() == 0) return waiter;
  while (waiter != nullptr && waiter->needs_new_connection) waiter = waiters_.Next(*waiter);
  return waiter;
}

void Http1Pool::OnClosed(UpstreamConnection& connection, CloseReason reason) {
  connection.connection_use.Release();
  stats_.Subtract(kUpstreamCxActive);
  const bool was_connecting = !connection.is_connected();
  net_.loop.DeferDelete(TakeOut(connection));
  if (!was_connecting) {
    if (waiting_ > connecting_) StartConnection();
    return;
  }
  --connecting_;
  if (reason != CloseReason::kLocal) OnConnectFailed(reason);
}

// A failed connect takes one request with it, the oldest; the others have connections of their own
// on the way. Where a limit left them without one, they go as well, unless a busy connection will
// come free: nobody may wait for what nobody is making.
void Http1Pool::OnConnectFailed(CloseReason reason) {
  stats_.Add(kUpstreamCxConnectFail);
  const bool is_timeout = reason == CloseReason::kConnectTimeout;
  if (is_timeout) stats_.Add(kUpstreamCxConnectTimeout);
  const bool has_busy = busy_.size() > connecting_;
  size_t doomed = has_busy ? 1 : waiting_ - std::min(waiting_, connecting_);
  while (doomed-- > 0 && !waiters_.empty()) {
    stats_.Add(kUpstreamRqPendingFailureEject);
    FailWaiter({is_timeout ? http::ErrorKind::kConnectTimeout : http::ErrorKind::kConnectFailure,
                http::Side::kUpstream, "connect failed", true});
  }
}

void Http1Pool::FailWaiter(const http::Error& error) {
  ConnectionWaiter& waiter = *waiters_.Front();
  TakeWaiter(waiter);
  waiter.OnConnectionFailed(error);
}

// A draining pool makes no connection that nobody waits for.
void Http1Pool::CloseSpareConnecting() {
  if (!is_draining_) return;
  size_t wanted = waiting_;
  for (const std::unique_ptr<UpstreamConnection>& connection : busy_) {
    if (connection->is_connected() || connection->is_closing()) continue;
    if (wanted > 0) {
      --wanted;
    } else {
      connection->Close();
    }
  }
}

void Http1Pool::Drain() {
  is_draining_ = true;
  while (!idle_.empty()) {
    UpstreamConnection& connection = *idle_.back();
    MoveTo(busy_, connection);
    connection.Close();
  }
  CloseSpareConnecting();
}

void Http1Pool::MoveTo(Connections& to, UpstreamConnection& connection) {
  std::unique_ptr<UpstreamConnection> owned = TakeOut(connection);
  owned->pool_index = to.size();
  to.push_back(std::move(owned));
}

std::unique_ptr<UpstreamConnection> Http1Pool::TakeOut(UpstreamConnection& connection) {
  const size_t index = connection.pool_index;
  const bool is_idle = index < idle_.size() && idle_[index].get() == &connection;
  Connections& from = is_idle ? idle_ : busy_;
  std::unique_ptr<UpstreamConnection> owned = std::move(from[index]);
  OUTRIGGER_CHECK(owned.get() == &connection);
  // The order of idle ones is kept by erasing (there are few); busy ones have none.
  if (is_idle) {
    from.erase(from.begin() + static_cast<ptrdiff_t>(index));
    for (size_t i = index; i < from.size(); ++i) from[i]->pool_index = i;
  } else {
    if (index + 1 < from.size()) from[index] = std::move(from.back());
    from.pop_back();
    if (index < from.size()) from[index]->pool_index = index;
  }
  return owned;
}

}  // namespace outrigger
