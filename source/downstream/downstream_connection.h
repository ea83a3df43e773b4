// One connection that a listening socket took, as its listener sees it, whatever it carries: an
// http_connection or a tcp_relay.
//
// Owned by a Listener. Thread: worker.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/intrusive_list.h"
#include "downstream/connection_log.h"
#include "event/timer.h"
#include "net/connection.h"
#include "net/connection_limit.h"
#include "snapshot/config_snapshot.h"
#include "snapshot/snapshot_slot.h"

namespace outrigger {

// A filter chain that is gone, kept for one connection that came by it and has yet to end.
class KeptChain {
 public:
  KeptChain(SnapshotSlot& slot, std::shared_ptr<const LinkedListener> listener,
            std::shared_ptr<const LinkedRoutes> routes, std::shared_ptr<const LinkedScopes> scopes);
  ~KeptChain();
  KeptChain(const KeptChain&) = delete;
  KeptChain& operator=(const KeptChain&) = delete;

  const LinkedListener& listener() const { return *listener_; }
  const LinkedRoutes* routes() const { return routes_; }
  const LinkedScopes* scopes() const { return scopes_; }

 private:
  SnapshotSlot& slot_;
  const LinkedListener* const listener_;
  const LinkedRoutes* const routes_;  // null: there were none
  const LinkedScopes* const scopes_;  // null: it had none
};

class DownstreamConnection : public IntrusiveHook<DownstreamConnection> {
 public:
  // `client` lives as long as this.
  DownstreamConnection(const ChainOfListener& chain, Connection& client)
      : listener_stats_(chain.listener->config->stats),
        client_(client),
        connection_log_(chain, client),
        chain_(chain.chain) {}
  virtual ~DownstreamConnection() = default;

  // Ends at the next message boundary, an idle connection after `idle_grace`; what knows no
  // messages, after the drain time.
  virtual void StartDrain(Duration idle_grace) = 0;
  virtual void CloseNow() = 0;

  // `chain`, its own, may have changed: who would not be let in any more is closed now (false).
  bool JudgeAgain(const FilterChain& chain, stats::WriterIndex writer);

  // The limits that it counts against, to its end.
  void Hold(ConnectionUse of_listener, ConnectionUse of_all) {
    listener_use_ = std::move(of_listener);
    global_use_ = std::move(of_all);
  }
  void LetGo() { Hold(ConnectionUse(), ConnectionUse()); }
  // Its line in the access logs of the listener version that it came by. Requires: it has ended.
  void WriteLine(WorkerContext& context) const;
  // Of the listener version that it came by, which counts it to its end.
  stats::Scope& listener_stats() const { return *listener_stats_; }
  MonotonicTime created_at() const { return client_.created_at(); }

  // By what it is matched; the same for its whole life.
  MatchInputs match_inputs(bool needs_destination) const;
  // The position of its filter chain in what its socket's listener is now, or in kept_chain().
  uint32_t chain() const { return chain_; }
  void Adopt(uint32_t chain) { chain_ = chain; }
  // Its chain is gone: it goes on with this until it ends.
  void Keep(std::unique_ptr<KeptChain> kept) { kept_chain_ = std::move(kept); }
  // Mostly null.
  const KeptChain* kept_chain() const { return kept_chain_.get(); }

 protected:
  // Its bytes may pass now, if `chain`, its own, lets it in. If not it is or will be closed, and
  // nothing of it is read until then.
  void Judge(const FilterChain& chain, stats::WriterIndex writer);
  bool is_refused() const { return refused_ != nullptr; }
  // Why we have ended it, in Envoy's words; empty: we have not.
  std::string_view termination_details() const;
  void CountHandshake(stats::WriterIndex writer);
  // Why it ended, where that is the listener's to count: a handshake that failed, a loop.
  void CountEnd(const Connection& connection, CloseReason reason, stats::WriterIndex writer);

 private:
  // What its kind knows of it.
  virtual void Describe(logging::LogEntry& entry) const = 0;

  struct Refused {
    std::string details;
    std::unique_ptr<Timer> delay;  // null: closed at once
  };

  const std::shared_ptr<stats::Scope> listener_stats_;
  Connection& client_;
  const ConnectionLog connection_log_;
  uint32_t chain_;
  std::unique_ptr<KeptChain> kept_chain_;
  std::unique_ptr<Refused> refused_;  // null: it was not
  ConnectionUse listener_use_;
  ConnectionUse global_use_;
  bool is_late_ = false;  // with its handshake
};

}  // namespace outrigger
