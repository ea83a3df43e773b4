// One listening address of one worker: accepts connections and owns them.
//
// Stays while the address is listened on; which listener configuration applies is asked of the
// current snapshot for each connection. Thread: worker.
#pragma once

#include <memory>
#include <optional>

#include "base/intrusive_list.h"
#include "downstream/downstream_connection.h"
#include "downstream/worker_context.h"
#include "net/connection.h"
#include "net/listen_socket.h"
#include "snapshot/adoption.h"

namespace outrigger {

class Listener : public IntrusiveHook<Listener> {
 public:
  // Borrows `fd` from the server.
  Listener(WorkerContext& context, ListenSocketId socket, int fd);
  ~Listener();

  // Accepts no more (the listener is gone, or the process is); connections stay.
  void StopAccepting() { listen_socket_.reset(); }
  // Every connection ends when it can (DownstreamConnection::StartDrain).
  void DrainConnections(Duration idle_grace);
  void CloseAll();
  // A swap: each connection goes on with the filter chain that it would be given now, if that is
  // like its own and lets it in. Else it keeps the parts of its own, and drains.
  void OnAdopt(const ConfigSnapshot& old_snapshot, Adoption& adoption);

  // What a request on one of the connections is served with.
  struct Serving {
    ListenerId id;  // in the current snapshot; unset when the connection's chain is gone from it
    ChainOfListener chain;
    const LinkedRoutes* routes = nullptr;  // null: no route table yet
  };
  // Requires: a connection of this listener.
  Serving ServingOf(const DownstreamConnection& connection) const;
  // The route tables by scope. Null: it has none. Requires: the same.
  const LinkedScopes* ScopesOf(const DownstreamConnection& connection) const;

  ListenSocketId socket() const { return socket_; }
  bool is_accepting() const { return listen_socket_ != nullptr; }
  size_t connections() const { return connection_count_; }
  // Clients are told that this listener goes away with the process.
  bool drains_with_process() const;
  // Responses end their connections here, for that reason or another.
  bool sends_clients_away() const;

  // From its connections.
  void Remove(DownstreamConnection& connection);

 private:
  void OnAccept(int fd, const Address& peer);
  bool TakeRoom(const ListenerConfig& listener, ConnectionUse& of_listener, ConnectionUse& of_all);
  std::optional<uint32_t> ChooseChain(const ChainMatch& match, int fd, const Address& peer) const;
  std::unique_ptr<DownstreamConnection> MakeConnection(std::unique_ptr<Connection> connection,
                                                       const ChainOfListener& chain);
  // Why it cannot go on with what is served here now; unset: it does.
  std::optional<DrainCause> Rematch(DownstreamConnection& connection,
                                    const ConfigSnapshot& old_snapshot, ListenerId old_id,
                                    const LinkedListener* now);
  // Null when nothing is served here now.
  const LinkedListener* ListenerNow() const;
  ListenerId IdIn(const ConfigSnapshot& snapshot) const;

  WorkerContext& context_;
  const ListenSocketId socket_;
  std::unique_ptr<ListenSocket> listen_socket_;
  IntrusiveList<DownstreamConnection> connections_;
  size_t connection_count_ = 0;
  size_t outdated_count_ = 0;  // of these, whose filter chain is gone
  // Of the last listener here, once it is gone.
  TrafficDirection gone_direction_ = TrafficDirection::kUnspecified;
};

}  // namespace outrigger
