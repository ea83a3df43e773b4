// One pooled connection to an endpoint: idle, or carrying exchanges.
//
// What a pool sees of it, whatever it speaks; the two kinds are http1_connection and
// http2_connection.
//
// Owned by its ConnectionPool. Thread: worker.
#pragma once

#include <cstdint>
#include <memory>

#include "cluster/circuit_use.h"
#include "event/timer.h"
#include "net/connection.h"
#include "net/network_filter.h"
#include "upstream/upstream_stream.h"

namespace outrigger {

class ConnectionPool;

class UpstreamConnection : public NetworkFilter {
 public:
  ~UpstreamConnection() override;

  // The exchange about to start, which counts as `use` of the cluster until its end. Requires:
  // free_streams() > 0.
  virtual UpstreamStream& TakeStream(CircuitUse use) = 0;
  // How many more exchanges could start right now.
  virtual size_t free_streams() const = 0;
  // Carries several exchanges at a time, and its peer tells which of them it never looked at.
  virtual bool is_multiplexed() const = 0;
  // Carries no exchange.
  virtual bool is_idle() const = 0;
  // Will never carry another one.
  virtual bool is_spent() const = 0;
  // Ends with the last exchange it carries.
  virtual void Drain() = 0;

  bool is_closing() const { return connection_->is_closing(); }
  uint32_t exchanges_started() const { return exchanges_started_; }
  // Waits in the pool, no longer than `timeout` (zero: for ever).
  void StartIdle(Duration timeout) { connection_->SetUnusedTimeout(timeout); }
  // Closes; the pool forgets it when the socket is gone.
  void Close();
  TransportFailure::Kind transport_failure() const { return connection_->transport_failure().kind; }
  const Address& peer_address() const { return connection_->peer_address(); }

  // The pool's own: its position in the pool's lists, and its part of the cluster's connections.
  size_t pool_index = 0;
  bool is_pool_ready = false;
  CircuitUse connection_use;

 protected:
  // `connection`: from inside its OnConnected.
  UpstreamConnection(NetContext& net, ConnectionPool& pool, std::unique_ptr<Connection> connection);

  void CountExchange();
  void CountClose(CloseReason reason, bool has_cut_exchange, bool is_protocol_error);
  bool may_carry_more() const;

  NetContext& net_;
  ConnectionPool& pool_;
  std::unique_ptr<Connection> connection_;
  bool saw_eof_ = false;

 private:
  void OnTooOld();

  std::unique_ptr<Timer> age_timer_;  // null: it may grow as old as it likes
  uint32_t exchanges_started_ = 0;
  bool is_too_old_ = false;
};

}  // namespace outrigger
