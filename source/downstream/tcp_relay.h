// One downstream connection whose bytes go to an endpoint and back as they come, until both sides
// have finished.
//
// Nothing is read from a client before its endpoint is connected, nor while a cluster that is not
// there is fetched (on_demand). From then on a side is read only
// while the other takes what was read: each direction holds at most a water mark and one read. An
// end of one side is passed on behind the last byte, and the other direction goes on; a reset
// resets the other side (R55).
//
// Cluster and options are those of the moment it was accepted; it lives through every change of the
// configuration, and ends after the drain time when its filter chain is gone.
//
// Owned by a Listener. Thread: worker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "downstream/downstream_connection.h"
#include "downstream/tcp_log.h"
#include "downstream/worker_context.h"
#include "event/timer.h"
#include "filters/cluster_waits.h"
#include "net/connection.h"
#include "snapshot/config_snapshot.h"
#include "upstream/tcp_upstream.h"

namespace outrigger {

class Listener;

class TcpRelay final : public DownstreamConnection, private ClusterWaiter {
 public:
  TcpRelay(WorkerContext& context, Listener& listener, std::unique_ptr<Connection> connection,
           const ChainOfListener& chain);
  ~TcpRelay() override;

  void StartDrain(Duration idle_grace) override;
  void CloseNow() override;

 private:
  // A retry asks that often for an endpoint other than the one that just failed.
  static constexpr int kPicksMax = 3;

  // One of the two connections: passes on what it is told.
  struct Side final : NetworkFilter {
    explicit Side(TcpRelay& owner) : relay(owner) {}
    void OnConnected() override { relay.OnConnected(*this); }
    size_t OnBytes(std::string_view bytes) override { return relay.OnBytes(*this, bytes); }
    void OnEof() override { relay.OnEof(*this); }
    void OnBelowLowWater() override { relay.OnBelowLowWater(*this); }
    void OnClosed(CloseReason reason, int error) override { relay.OnClosed(*this, reason, error); }

    TcpRelay& relay;
    Connection* connection = nullptr;  // null: not there yet, or gone
    bool is_paused = false;
  };

  // Of a cluster that is not there.
  struct Fetch {
    Fetch(TcpRelay& relay, std::string name, ClusterFetch fetch)
        : cluster(std::move(name)),
          how(std::move(fetch)),
          timer(relay.context_.net.loop, [&relay] { relay.OnFetched(); }) {}

    const std::string cluster;
    const ClusterFetch how;
    Timer timer;
    bool has_begun = false;
    bool is_denied = false;
  };

  void Describe(logging::LogEntry& entry) const override { log_.Describe(entry); }
  void Begin();
  void Connect();
  Pools::Picked PickEndpoint(const ConfigSnapshot& snapshot);
  void GiveUp();
  bool FetchCluster();
  void OnClusterSettled(bool serves) override;
  void OnFetched();
  void EndFetch();

  void OnConnected(Side& side);
  size_t OnBytes(Side& from, std::string_view bytes);
  void OnEof(Side& from);
  void OnBelowLowWater(Side& to);
  void OnClosed(Side& side, CloseReason reason, int system_error);
  void OnDownstreamClosed(CloseReason reason);
  void OnUpstreamClosed(CloseReason reason, int system_error);
  void OnConnectFailed(int system_error);

  Side& OtherThan(const Side& side) { return &side == &downstream_ ? upstream_ : downstream_; }
  static void End(Side& side, CloseReason reason_of_other);
  static void Pause(Side& side);
  static void Resume(Side& side);
  void StartUpstreamFlush();
  void OnEndTimer();
  void CountBytes(const Side& from, size_t size);

  WorkerContext& context_;
  Listener& listener_;
  const std::unique_ptr<Connection> connection_;
  std::unique_ptr<TcpUpstream> tcp_upstream_;  // null: none now
  TcpLog log_;
  Side downstream_;
  Side upstream_;
  Side* ended_last_ = nullptr;  // null: neither has said its last byte yet
  IdLease<ClusterId> cluster_;
  std::shared_ptr<const http::MetadataValue> endpoint_criteria_;  // null: none
  std::unique_ptr<Fetch> fetch_;                                  // null: no cluster is fetched
  const std::shared_ptr<stats::Scope> scope_;  // keeps stats_ alive beyond its listener
  stats::Block& stats_;
  const Duration idle_timeout_;
  const uint32_t connect_attempts_max_;
  uint32_t connect_attempts_ = 0;
  Address failed_endpoint_;  // of the last attempt
  Timer end_timer_;          // the longest life, or what the drain leaves of it
  bool is_draining_ = false;
  bool ends_by_drain_ = false;
  bool is_upstream_flushing_ = false;  // the client has gone, its last bytes are on their way
};

}  // namespace outrigger
