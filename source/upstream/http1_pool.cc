#include "upstream/http1_pool.h"

#include <chrono>
#include <utility>

#include "base/check.h"

namespace outrigger {

Http1Pool::Http1Pool(NetContext& net, PoolKey key, std::shared_ptr<stats::Scope> scope,
                     stats::Block& stats, ClusterLoad& load)
    : net_(net), key_(std::move(key)), scope_(std::move(scope)), stats_(stats), load_(load) {}

Http1Pool::~Http1Pool() { OUTRIGGER_CHECK(is_empty()); }

UpstreamConnection* Http1Pool::Acquire(ConnectionWaiter& waiter, bool& overflow) {
  overflow = false;
  // Last used first: the warmest window, and the others can age out (T4).
  while (!idle_.empty()) {
    UpstreamConnection& connection = *idle_.back();
    MoveTo(busy_, connection);
    if (connection.IsReusable()) return &connection;
    connection.Close();
  }
  if (load_.pending_requests >= options_.max_pending_requests) {
    overflow = true;
    stats_.Add(kUpstreamRqPendingOverflow);
    return nullptr;
  }
  ++load_.pending_requests;
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
}

void Http1Pool::TakeWaiter(ConnectionWaiter& waiter) {
  IntrusiveList<ConnectionWaiter>::Remove(waiter);
  --waiting_;
  --load_.pending_requests;
  stats_.Subtract(kUpstreamRqPendingActive);
}

void Http1Pool::StartConnection() {
  // One connection is always allowed, else a cluster at its limit could never serve a new endpoint.
  if (load_.connections >= options_.max_connections && !(idle_.empty() && busy_.empty())) {
    stats_.Add(kUpstreamCxOverflow);
    return;
  }
  ++connecting_;
  ++load_.connections;
  stats_.Add(kUpstreamCxTotal);
  stats_.Add(kUpstreamCxHttp1Total);
  stats_.Add(kUpstreamCxActive);
  auto connection = std::make_unique<UpstreamConnection>(net_, *this);
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
  if (ConnectionWaiter* waiter = waiters_.Front()) {
    TakeWaiter(*waiter);
    waiter->OnConnectionReady(connection);
    return;
  }
  if (is_draining_) {
    connection.Close();
    return;
  }
  connection.StartIdle(options_.idle_timeout);
  MoveTo(idle_, connection);
}

void Http1Pool::OnClosed(UpstreamConnection& connection, CloseReason reason) {
  --load_.connections;
  stats_.Subtract(kUpstreamCxActive);
  const bool was_connecting = !connection.is_connected();
  net_.loop.DeferDelete(TakeOut(connection));
  if (!was_connecting) {
    if (waiting_ > connecting_) StartConnection();
    return;
  }
  --connecting_;
  stats_.Add(kUpstreamCxConnectFail);
  if (reason == CloseReason::kConnectTimeout) stats_.Add(kUpstreamCxConnectTimeout);
  FailOneWaiter(reason);
}

// A failed connect takes one request with it, the oldest; the others have attempts of their own.
void Http1Pool::FailOneWaiter(CloseReason reason) {
  ConnectionWaiter* waiter = waiters_.Front();
  if (waiter == nullptr) return;
  TakeWaiter(*waiter);
  stats_.Add(kUpstreamRqPendingFailureEject);
  const bool is_timeout = reason == CloseReason::kConnectTimeout;
  waiter->OnConnectionFailed(
      {is_timeout ? http::ErrorKind::kConnectTimeout : http::ErrorKind::kConnectFailure,
       http::Side::kUpstream, "connect failed", true});
}

void Http1Pool::Drain() {
  is_draining_ = true;
  while (!idle_.empty()) {
    UpstreamConnection& connection = *idle_.back();
    MoveTo(busy_, connection);
    connection.Close();
  }
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
