// One connection that a listening socket took, as its listener sees it, whatever it carries: an
// http_connection or a tcp_relay.
//
// Owned by a Listener. Thread: worker.
#pragma once

#include <memory>
#include <utility>

#include "base/clock.h"
#include "base/intrusive_list.h"
#include "net/connection.h"
#include "net/connection_limit.h"
#include "snapshot/listener_config.h"

namespace outrigger {

class DownstreamConnection : public IntrusiveHook<DownstreamConnection> {
 public:
  DownstreamConnection(const ListenerConfig& listener, MonotonicTime created_at)
      : listener_stats_(listener.stats), created_at_(created_at) {}
  virtual ~DownstreamConnection() = default;

  // Ends at the next message boundary, an idle connection after `idle_grace`; what knows no
  // messages, after the drain time.
  virtual void StartDrain(Duration idle_grace) = 0;
  virtual void CloseNow() = 0;

  // The limits that it counts against, to its end.
  void Hold(ConnectionUse of_listener, ConnectionUse of_all) {
    listener_use_ = std::move(of_listener);
    global_use_ = std::move(of_all);
  }
  void LetGo() { Hold(ConnectionUse(), ConnectionUse()); }
  // Of the listener version that it came by, which counts it to its end.
  stats::Scope& listener_stats() const { return *listener_stats_; }
  MonotonicTime created_at() const { return created_at_; }

 protected:
  void CountHandshake(stats::WriterIndex writer);
  // Why it ended, where that is the listener's to count: a handshake that failed, a loop.
  void CountEnd(const Connection& connection, CloseReason reason, stats::WriterIndex writer);

 private:
  const std::shared_ptr<stats::Scope> listener_stats_;
  const MonotonicTime created_at_;
  ConnectionUse listener_use_;
  ConnectionUse global_use_;
};

}  // namespace outrigger
