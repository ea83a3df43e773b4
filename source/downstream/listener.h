// One listening address of one worker: accepts connections and owns them.
//
// Stays while the address is listened on; which listener configuration applies is asked of the
// current snapshot for each connection. Thread: worker.
#pragma once

#include <memory>

#include "base/intrusive_list.h"
#include "downstream/downstream_connection.h"
#include "downstream/worker_context.h"
#include "net/connection.h"
#include "net/listen_socket.h"

namespace outrigger {

class Listener {
 public:
  // Borrows `fd` from the server.
  Listener(WorkerContext& context, ListenSocketId socket, int fd);
  ~Listener();

  // Accepts no more (the listener is gone, or the process is); connections stay.
  void StopAccepting() { listen_socket_.reset(); }
  // Every connection ends when it can (DownstreamConnection::StartDrain).
  void DrainConnections(Duration idle_grace);
  void CloseAll();
  // A swap: when the new snapshot has no listener here any more, or one of another kind, the old
  // one's parts are kept for the connections that are left, and these drain.
  void OnAdopt(const ConfigSnapshot* old_snapshot);

  // What a request on this socket is served with: by the current snapshot, or by the last one that
  // had HTTP here.
  struct Serving {
    ListenerId id;  // in the current snapshot; unset when the listener is gone from it
    const LinkedListener* listener = nullptr;
    const LinkedRoutes* routes = nullptr;  // null: no route table yet
  };
  // Requires: an HTTP connection was accepted here.
  Serving CurrentServing() const;

  ListenSocketId socket() const { return socket_; }
  bool is_accepting() const { return listen_socket_ != nullptr; }
  size_t connections() const { return connection_count_; }
  // The process is going away and this listener's clients are told so.
  bool drains_with_process() const;

  // From its connections.
  void Remove(DownstreamConnection& connection);

 private:
  void OnAccept(int fd, const Address& peer);
  bool TakeRoom(const ListenerConfig& listener, ConnectionUse& of_listener, ConnectionUse& of_all);
  std::unique_ptr<DownstreamConnection> MakeConnection(std::unique_ptr<Connection> connection,
                                                       const LinkedListener& listener);
  // Unset when nothing is served here now.
  Serving ServingNow() const;
  static Serving ServingIn(const ConfigSnapshot& snapshot, ListenSocketId socket);

  WorkerContext& context_;
  const ListenSocketId socket_;
  std::unique_ptr<ListenSocket> listen_socket_;
  IntrusiveList<DownstreamConnection> connections_;
  size_t connection_count_ = 0;
  // Of the last snapshot that had HTTP here, once it is gone.
  std::shared_ptr<const LinkedListener> gone_listener_;
  std::shared_ptr<const LinkedRoutes> gone_routes_;
  // Of the last listener here, of whatever kind, once it is gone.
  TrafficDirection gone_direction_ = TrafficDirection::kUnspecified;
};

}  // namespace outrigger
