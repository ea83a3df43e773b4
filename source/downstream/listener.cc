#include "downstream/listener.h"

#include <utility>

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
            if (const LinkedListener* listener = CurrentServing().listener) {
              listener->config->stats->ForWriter(context_.writer).Add(kListenerCxOverflow);
            }
          })) {}

Listener::~Listener() {
  while (HttpConnection* connection = connections_.Front()) {
    IntrusiveList<HttpConnection>::Remove(*connection);
    delete connection;
  }
}

Listener::Serving Listener::ServingIn(const ConfigSnapshot& snapshot, ListenSocketId socket) {
  const ListenerId* id = snapshot.listener_by_socket.Get(socket);
  if (id == nullptr) return {};
  const LinkedListener* listener = snapshot.listeners.Get(*id);
  return {*id, listener, snapshot.routes.Get(listener->routes)};
}

Listener::Serving Listener::CurrentServing() const {
  const ConfigSnapshot* snapshot = context_.slot.current();
  if (snapshot == nullptr) return {};
  const Serving serving = ServingIn(*snapshot, socket_);
  if (serving.listener != nullptr) return serving;
  return {ListenerId(), gone_listener_.get(), gone_routes_.get()};
}

void Listener::OnAccept(int fd, const Address& peer) {
  const LinkedListener* listener = CurrentServing().listener;
  if (listener == nullptr) {
    context_.net.sockets.Close(fd);
    return;
  }
  stats::Block& stats = listener->config->stats->ForWriter(context_.writer);
  stats.Add(kListenerCxTotal);
  stats.Add(kListenerCxActive);
  auto connection = std::make_unique<HttpConnection>(
      context_, *this,
      Connection::FromAccepted(
          context_.net, fd, peer,
          {listener->config->chain.tls, listener->config->chain.handshake_timeout}),
      *listener);
  // Who comes now may ask once, and is then sent elsewhere.
  if (drains_with_process()) connection->StartDrain(kIdleGrace);
  connections_.PushBack(*connection.release());  // the list owns it; Remove takes it back
  ++connection_count_;
  context_.connections.fetch_add(1, std::memory_order_relaxed);
}

stats::Block& Listener::CurrentStats() {
  return CurrentServing().listener->config->stats->ForWriter(context_.writer);
}

void Listener::CountHandshakeTimeout() { CurrentStats().Add(kListenerCxHandshakeTimeout); }

void Listener::CountHandshake(TransportFailure::Kind failure) {
  stats::Block& stats = CurrentStats();
  switch (failure) {
    case TransportFailure::Kind::kNone:
      return stats.Add(kListenerTlsHandshake);
    case TransportFailure::Kind::kProtocol:
      return stats.Add(kListenerTlsConnectionError);
    case TransportFailure::Kind::kNoCertificate:
      return stats.Add(kListenerTlsFailVerifyNoCert);
    case TransportFailure::Kind::kUntrusted:
      return stats.Add(kListenerTlsFailVerifyError);
    case TransportFailure::Kind::kName:
      return stats.Add(kListenerTlsFailVerifySan);
  }
}

void Listener::Remove(HttpConnection& connection) {
  IntrusiveList<HttpConnection>::Remove(connection);
  --connection_count_;
  context_.connections.fetch_sub(1, std::memory_order_relaxed);
  stats::Block& stats = CurrentStats();
  stats.Subtract(kListenerCxActive);
  stats.Add(kListenerCxDestroy);
  const Duration age = context_.net.loop.now() - connection.created_at();
  stats.Record(kListenerCxLengthMs, std::chrono::duration<double, std::milli>(age).count());
  context_.net.loop.DeferDelete(std::unique_ptr<HttpConnection>(&connection));
}

void Listener::DrainConnections(Duration idle_grace) {
  for (HttpConnection* next = connections_.Front(); next != nullptr;
       next = connections_.Next(*next)) {
    next->StartDrain(idle_grace);
  }
}

void Listener::CloseAll() {
  for (HttpConnection* next = connections_.Front(); next != nullptr;
       next = connections_.Next(*next)) {
    next->CloseNow();
  }
}

void Listener::OnAdopt(const ConfigSnapshot* old_snapshot) {
  if (old_snapshot == nullptr || connection_count_ == 0) return;
  if (ServingIn(*context_.slot.current(), socket_).listener != nullptr) return;
  const Serving old = ServingIn(*old_snapshot, socket_);
  if (old.listener == nullptr) return;  // gone before already
  gone_listener_ = old_snapshot->listeners.Slot(old.id);
  gone_routes_ = old_snapshot->routes.Slot(old.listener->routes);
  DrainConnections(kIdleGrace);
}

bool Listener::drains_with_process() const {
  const LinkedListener* listener = CurrentServing().listener;
  return context_.is_draining &&
         (listener == nullptr || listener->config->direction != TrafficDirection::kOutbound);
}

}  // namespace outrigger
