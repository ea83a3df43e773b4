#include "downstream/listener.h"

#include <utility>

#include "downstream/http_connection.h"
#include "downstream/tcp_relay.h"
#include "snapshot/listener_stats.h"

namespace outrigger {

namespace {
// How long a connection that drains may still bring a request.
constexpr Duration kIdleGrace = std::chrono::seconds(1);
}  // namespace

Listener::Listener(WorkerContext& context, ListenSocketId socket, int fd)
    : context_(context),
      socket_(socket),
      listen_socket_(std::make_unique<ListenSocket>(
          context.net, fd, [this](int accepted, const Address& peer) { OnAccept(accepted, peer); },
          [this](int) {
            if (const LinkedListener* listener = ServingNow().listener) {
              listener->config->stats->ForWriter(context_.writer).Add(kListenerAcceptPaused);
            }
          })) {}

Listener::~Listener() {
  while (DownstreamConnection* connection = connections_.Front()) {
    IntrusiveList<DownstreamConnection>::Remove(*connection);
    delete connection;
  }
}

Listener::Serving Listener::ServingIn(const ConfigSnapshot& snapshot, ListenSocketId socket) {
  const ListenerId* id = snapshot.listener_by_socket.Get(socket);
  if (id == nullptr) return {};
  const LinkedListener* listener = snapshot.listeners.Get(*id);
  return {*id, listener, snapshot.routes.Get(listener->routes)};
}

Listener::Serving Listener::ServingNow() const {
  const ConfigSnapshot* snapshot = context_.slot.current();
  return snapshot == nullptr ? Serving() : ServingIn(*snapshot, socket_);
}

Listener::Serving Listener::CurrentServing() const {
  const Serving serving = ServingNow();
  if (serving.listener != nullptr && serving.listener->config->chain.is_http()) return serving;
  return {ListenerId(), gone_listener_.get(), gone_routes_.get()};
}

void Listener::OnAccept(int fd, const Address& peer) {
  const LinkedListener* listener = ServingNow().listener;
  ConnectionUse of_listener;
  ConnectionUse of_all;
  if (listener == nullptr || !TakeRoom(*listener->config, of_listener, of_all)) {
    context_.net.sockets.Close(fd);
    return;
  }
  stats::Block& stats = listener->config->stats->ForWriter(context_.writer);
  stats.Add(kListenerCxTotal);
  stats.Add(kListenerCxActive);
  auto connection =
      MakeConnection(Connection::FromAccepted(
                         context_.net, fd, peer,
                         {listener->config->chain.tls, listener->config->chain.handshake_timeout}),
                     *listener);
  connection->Hold(std::move(of_listener), std::move(of_all));
  // Who comes now may ask once, and is then sent elsewhere.
  if (drains_with_process()) connection->StartDrain(kIdleGrace);
  connections_.PushBack(*connection.release());  // the list owns it; Remove takes it back
  ++connection_count_;
  context_.connections.fetch_add(1, std::memory_order_relaxed);
}

// False, and counted: a limit of the configuration allows no more.
bool Listener::TakeRoom(const ListenerConfig& listener, ConnectionUse& of_listener,
                        ConnectionUse& of_all) {
  stats::Block& stats = listener.stats->ForWriter(context_.writer);
  if (!listener.ignores_global_limit && !of_all.TryTake(context_.global_limit)) {
    stats.Add(kListenerGlobalCxOverflow);
    return false;
  }
  if (of_listener.TryTake(listener.connection_limit.get())) return true;
  stats.Add(kListenerCxOverflow);
  return false;
}

std::unique_ptr<DownstreamConnection> Listener::MakeConnection(
    std::unique_ptr<Connection> connection, const LinkedListener& listener) {
  if (listener.config->chain.is_http()) {
    return std::make_unique<HttpConnection>(context_, *this, std::move(connection), listener);
  }
  return std::make_unique<TcpRelay>(context_, *this, std::move(connection), listener);
}

void Listener::Remove(DownstreamConnection& connection) {
  IntrusiveList<DownstreamConnection>::Remove(connection);
  --connection_count_;
  connection.LetGo();
  context_.connections.fetch_sub(1, std::memory_order_relaxed);
  stats::Block& stats = connection.listener_stats().ForWriter(context_.writer);
  stats.Subtract(kListenerCxActive);
  stats.Add(kListenerCxDestroy);
  const Duration age = context_.net.loop.now() - connection.created_at();
  stats.Record(kListenerCxLengthMs, std::chrono::duration<double, std::milli>(age).count());
  context_.net.loop.DeferDelete(std::unique_ptr<DownstreamConnection>(&connection));
}

void Listener::DrainConnections(Duration idle_grace) {
  for (DownstreamConnection* next = connections_.Front(); next != nullptr;
       next = connections_.Next(*next)) {
    next->StartDrain(idle_grace);
  }
}

void Listener::CloseAll() {
  for (DownstreamConnection* next = connections_.Front(); next != nullptr;
       next = connections_.Next(*next)) {
    next->CloseNow();
  }
}

void Listener::OnAdopt(const ConfigSnapshot* old_snapshot) {
  if (old_snapshot == nullptr || connection_count_ == 0) return;
  const LinkedListener* now = ServingNow().listener;
  const Serving old = ServingIn(*old_snapshot, socket_);
  if (old.listener == nullptr) return;  // gone before already
  const bool was_http = old.listener->config->chain.is_http();
  if (now != nullptr && now->config->chain.is_http() == was_http) {
    // Who came by other rules of TLS is not to stay by them.
    if (now->config->chain.tls != old.listener->config->chain.tls) DrainConnections(kIdleGrace);
    return;
  }
  gone_direction_ = old.listener->config->direction;
  if (was_http) {
    gone_listener_ = old_snapshot->listeners.Slot(old.id);
    gone_routes_ = old_snapshot->routes.Slot(old.listener->routes);
  }
  DrainConnections(kIdleGrace);
}

bool Listener::drains_with_process() const {
  const LinkedListener* listener = ServingNow().listener;
  const TrafficDirection direction =
      listener == nullptr ? gone_direction_ : listener->config->direction;
  return context_.is_draining && direction != TrafficDirection::kOutbound;
}

}  // namespace outrigger
