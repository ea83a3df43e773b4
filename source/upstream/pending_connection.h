// A connection on its way into its pool: until it is connected, secured, and agreed what is spoken
// over it. The pool then makes an upstream_connection of it.
//
// Owned by its ConnectionPool. Thread: worker.
#pragma once

#include <memory>

#include "cluster/circuit_use.h"
#include "net/connection.h"
#include "net/network_filter.h"

namespace outrigger {

class ConnectionPool;

class PendingConnection final : public NetworkFilter {
 public:
  // Starts connecting at once. `use`: its part of the cluster's connections.
  PendingConnection(NetContext& net, ConnectionPool& pool, CircuitUse use);
  ~PendingConnection() override;

  // What the pool goes on with. Requires: connected; called once.
  std::unique_ptr<Connection> TakeConnection() { return std::move(connection_); }
  CircuitUse TakeUse() { return std::move(use_); }

  const Connection& connection() const { return *connection_; }
  // The pool forgets it when the socket is gone.
  void Close();

  void OnConnected() override;
  size_t OnBytes(std::string_view bytes) override;
  void OnEof() override;
  void OnClosed(CloseReason reason, int system_error) override;

 private:
  NetContext& net_;
  ConnectionPool& pool_;
  CircuitUse use_;
  std::unique_ptr<Connection> connection_;  // null once the pool has taken it
};

}  // namespace outrigger
