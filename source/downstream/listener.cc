#include "downstream/listener.h"

#include <algorithm>
#include <utility>

#include "downstream/connection_log.h"
#include "downstream/http_connection.h"
#include "downstream/tcp_relay.h"
#include "snapshot/listener_stats.h"

namespace outrigger {

namespace {
// How long a connection that drains may still bring a request.
constexpr Duration kIdleGrace = std::chrono::seconds(1);

// Why a connection of the one cannot go on as if it had come by the other: how it is secured, and
// what is spoken on it, are settled when it comes.
std::optional<DrainCause> DifferenceOf(const FilterChain& one, const FilterChain& other) {
  if (one.lacks_filter != other.lacks_filter) return DrainCause::kFilterMissing;
  if (one.tls != other.tls) return DrainCause::kTransport;
  if (one.is_http() != other.is_http()) return DrainCause::kProtocol;
  if (one.is_http() && one.http().codec != other.http().codec) return DrainCause::kProtocol;
  return std::nullopt;
}

// The same positions for the same connections, and chains that are alike there.
bool IsLike(const ListenerConfig& one, const ListenerConfig& other) {
  return one.match == other.match &&
         std::ranges::equal(one.chains, other.chains,
                            [](const auto& a, const auto& b) { return !DifferenceOf(a, b); });
}

bool JudgesConnections(const ListenerConfig& listener) {
  return std::ranges::any_of(listener.chains,
                             [](const FilterChain& chain) { return !chain.policies.empty(); });
}

}  // namespace

Listener::Listener(WorkerContext& context, ListenSocketId socket, int fd)
    : context_(context),
      socket_(socket),
      listen_socket_(std::make_unique<ListenSocket>(
          context.net, fd, [this](int accepted, const Address& peer) { OnAccept(accepted, peer); },
          [this](int) {
            if (const LinkedListener* listener = ListenerNow()) {
              listener->config->stats->ForWriter(context_.writer).Add(kListenerAcceptPaused);
            }
          })) {}

Listener::~Listener() {
  while (DownstreamConnection* connection = connections_.Front()) {
    IntrusiveList<DownstreamConnection>::Remove(*connection);
    delete connection;
  }
}

ListenerId Listener::IdIn(const ConfigSnapshot& snapshot) const {
  const ListenerId* id = snapshot.listener_by_socket.Get(socket_);
  return id == nullptr ? ListenerId() : *id;
}

const LinkedListener* Listener::ListenerNow() const {
  const ConfigSnapshot* snapshot = context_.slot.current();
  return snapshot == nullptr ? nullptr : snapshot->listeners.Get(IdIn(*snapshot));
}

Listener::Serving Listener::ServingOf(const DownstreamConnection& connection) const {
  if (const KeptChain* kept = connection.kept_chain()) {
    return {ListenerId(), {&kept->listener(), connection.chain()}, kept->routes()};
  }
  const ConfigSnapshot& snapshot = *context_.slot.current();
  const ListenerId id = IdIn(snapshot);
  const ChainOfListener chain = {snapshot.listeners.Get(id), connection.chain()};
  return {id, chain, snapshot.routes.Get(chain.linked().routes)};
}

const LinkedScopes* Listener::ScopesOf(const DownstreamConnection& connection) const {
  if (const KeptChain* kept = connection.kept_chain()) return kept->scopes();
  const ConfigSnapshot& snapshot = *context_.slot.current();
  return snapshot.scopes.Get(ServingOf(connection).chain.linked().scopes);
}

void Listener::OnAccept(int fd, const Address& peer) {
  const LinkedListener* listener = ListenerNow();
  ConnectionUse of_listener;
  ConnectionUse of_all;
  if (listener == nullptr || !TakeRoom(*listener->config, of_listener, of_all)) {
    context_.net.sockets.Close(fd);
    return;
  }
  stats::Block& stats = listener->config->stats->ForWriter(context_.writer);
  const auto refuse = [&](ListenerStat why) {
    stats.Add(why);
    context_.net.sockets.Close(fd);
  };
  if (listener->config->lacks_filter) return refuse(kListenerFilterMissing);
  const std::optional<uint32_t> position = ChooseChain(listener->config->match, fd, peer);
  if (!position.has_value()) {
    ConnectionLog::WriteUnmatched(*listener->config, fd, peer, context_);
    return refuse(kListenerNoFilterChainMatch);
  }
  const ChainOfListener chain = {listener, *position};
  if (chain.config().lacks_filter) return refuse(kListenerNetworkFilterMissing);
  ConnectionSecurity security = {.handshake_timeout = chain.config().handshake_timeout};
  if (const TlsProfile* profile = chain.config().tls.get()) {
    security.tls = context_.slot.current()->TlsOf(*profile);
    // Its secrets have not come: never in plaintext instead.
    if (security.tls == nullptr) return refuse(kListenerTlsSecretsNotReady);
  }
  stats.Add(kListenerCxTotal);
  stats.Add(kListenerCxActive);
  auto connection =
      MakeConnection(Connection::FromAccepted(context_.net, fd, peer, security), chain);
  connection->Hold(std::move(of_listener), std::move(of_all));
  // Who comes now may ask once, and is then sent elsewhere.
  if (drains_with_process()) connection->StartDrain(kIdleGrace);
  connections_.PushBack(*connection.release());  // the list owns it; Remove takes it back
  if (++connection_count_ == 1) context_.occupied_listeners.PushBack(*this);
  context_.connections.fetch_add(1, std::memory_order_relaxed);
}

std::optional<uint32_t> Listener::ChooseChain(const ChainMatch& match, int fd,
                                              const Address& peer) const {
  // Most listeners do not ask where a connection went, and so the kernel is not asked either.
  const Address local =
      match.needs_destination() ? context_.net.sockets.LocalAddress(fd) : Address();
  return match.Find({local, peer, peer});
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
    std::unique_ptr<Connection> connection, const ChainOfListener& chain) {
  if (chain.config().is_http()) {
    return std::make_unique<HttpConnection>(context_, *this, std::move(connection), chain);
  }
  return std::make_unique<TcpRelay>(context_, *this, std::move(connection), chain);
}

void Listener::Remove(DownstreamConnection& connection) {
  IntrusiveList<DownstreamConnection>::Remove(connection);
  if (--connection_count_ == 0) context_.occupied_listeners.Remove(*this);
  if (connection.kept_chain() != nullptr) --outdated_count_;
  connection.LetGo();
  connection.WriteLine(context_);
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

void Listener::OnAdopt(const ConfigSnapshot& old_snapshot, Adoption& adoption) {
  const ListenerId old_id = IdIn(old_snapshot);
  const LinkedListener* old = old_snapshot.listeners.Get(old_id);
  const LinkedListener* now = ListenerNow();
  if (old == nullptr) return;  // gone before already
  if (old == now) {
    adoption.kept += connection_count_ - outdated_count_;
    return;
  }
  const bool is_alike = now != nullptr && IsLike(*old->config, *now->config);
  if (is_alike && !JudgesConnections(*now->config)) {
    adoption.adopted += connection_count_ - outdated_count_;
    return;
  }
  if (now == nullptr) gone_direction_ = old->config->direction;
  for (DownstreamConnection* next = connections_.Front(); next != nullptr;
       next = connections_.Next(*next)) {
    if (next->kept_chain() != nullptr) continue;
    std::optional<DrainCause> cause;
    if (!is_alike) cause = Rematch(*next, old_snapshot, old_id, now);
    if (!cause.has_value()) {
      const bool is_let_in = next->JudgeAgain(now->config->chains[next->chain()], context_.writer);
      if (!is_let_in) cause = DrainCause::kRefused;
    }
    if (cause.has_value()) {
      Adoption::Count(adoption.drained, *cause);
    } else {
      ++adoption.adopted;
    }
  }
}

std::optional<DrainCause> Listener::Rematch(DownstreamConnection& connection,
                                            const ConfigSnapshot& old_snapshot, ListenerId old_id,
                                            const LinkedListener* now) {
  const std::shared_ptr<const LinkedListener>& listener = old_snapshot.listeners.Slot(old_id);
  const ChainOfListener old = {listener.get(), connection.chain()};
  DrainCause cause = DrainCause::kListenerGone;
  if (now != nullptr) {
    const ChainMatch& match = now->config->match;
    const auto position = match.Find(connection.match_inputs(match.needs_destination()));
    const auto difference = position.has_value()
                                ? DifferenceOf(old.config(), now->config->chains[*position])
                                : DrainCause::kNoChain;
    if (!difference.has_value()) {
      connection.Adopt(*position);
      return std::nullopt;
    }
    cause = *difference;
  }
  const LinkedChain& linked = old.linked();
  connection.Keep(std::make_unique<KeptChain>(context_.slot, listener,
                                              old_snapshot.routes.Slot(linked.routes),
                                              old_snapshot.scopes.Slot(linked.scopes)));
  ++outdated_count_;
  connection.StartDrain(kIdleGrace);
  return cause;
}

bool Listener::drains_with_process() const {
  const LinkedListener* listener = ListenerNow();
  const TrafficDirection direction =
      listener == nullptr ? gone_direction_ : listener->config->direction;
  return IsInScope(context_.drain_scope, direction);
}

bool Listener::sends_clients_away() const {
  if (drains_with_process()) return true;
  const LinkedListener* listener = ListenerNow();
  return context_.fails_health && listener != nullptr && listener->config->drains_on_failed_health;
}

}  // namespace outrigger
