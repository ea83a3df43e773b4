// The data plane of one worker on the test's own loop, between a client and a service that the test
// plays: one listener with one route or a TCP proxy, one cluster `service` of one endpoint. Time is
// faked, sockets are
// real, and nothing happens but inside RunTurns and RunUntil.
//
// Thread: the test's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/random.h"
#include "downstream/exchange_list.h"
#include "downstream/listener.h"
#include "downstream/worker_context.h"
#include "http/date.h"
#include "snapshot/snapshot_slot.h"
#include "stats/registry.h"
#include "test/support/loopback.h"
#include "upstream/pools.h"

namespace outrigger::test {

class HttpWorld {
 public:
  static constexpr Duration kRouteTimeout = std::chrono::seconds(15);
  static constexpr Duration kIdleTimeout = std::chrono::minutes(5);

  // `http2` holds for both sides.
  explicit HttpWorld(CircuitLimits limits = {},
                     UpstreamProtocol protocol = UpstreamProtocol::kHttp1,
                     const http::http2::Options& http2 = {});
  // With filters, access logs and whatever else the options say; `protocol` is the upstream's.
  HttpWorld(UpstreamProtocol protocol, HttpOptions options);
  // With a TCP proxy instead of HTTP; its cluster is `service`, whatever it says.
  explicit HttpWorld(TcpOptions tcp, CircuitLimits limits = {});
  // As a worker does at its end. Everything must be gone by then.
  ~HttpWorld();

  LoopWorld world;

  void RunTurns(int count) { world.RunTurns(count); }
  // A snapshot with these endpoints becomes current.
  void Publish(const std::vector<Address>& endpoints);
  void Publish() { Publish({upstream_.address()}); }
  // The same, in the next turn: for use inside one.
  void PublishLater(const std::vector<Address>& endpoints);
  // The same without the listener: its socket is listened on no more.
  void PublishWithoutListener();
  // One without the cluster and its routes.
  void PublishNothing();

  LoopbackPeer Client() { return ConnectTo(downstream_.address()); }
  bool has_waiting_service() const { return upstream_.has_connection(); }
  // The service's end of the next connection to it; not open when none comes.
  LoopbackPeer Service();
  const Address& service_address() const { return upstream_.address(); }
  // Runs until `peer` has received something that ends like this.
  [[nodiscard]] bool Receives(LoopbackPeer& peer, std::string_view end);

  // Closes all downstream connections, as the end of the worker does.
  void CloseAll();
  // Runs until no connection and no exchange is left on either side.
  [[nodiscard]] bool BecomesEmpty();

  uint64_t ClusterStat(size_t metric) const { return cluster_stats_->Sum(metric); }
  uint64_t HttpStat(size_t metric) const { return http_stats_->Sum(metric); }
  uint64_t Http2Stat(size_t metric) const { return http2_stats_->Sum(metric); }
  uint64_t ClusterHttp2Stat(size_t metric) const { return cluster_http2_stats_->Sum(metric); }
  uint64_t TcpStat(size_t metric) const { return tcp_stats_->Sum(metric); }
  uint64_t ListenerStat(size_t metric) const {
    return linked_listener_->config->stats->Sum(metric);
  }
  stats::Scope& cluster_scope() { return *cluster_stats_; }

 private:
  HttpWorld(FilterChain chain, CircuitLimits limits, UpstreamCodec codec);

  std::shared_ptr<ConfigSnapshot> SnapshotWith(const std::vector<Address>& endpoints) const;
  void PublishSnapshot(std::shared_ptr<ConfigSnapshot> snapshot);

  const CircuitLimits limits_;
  const UpstreamCodec codec_;
  LoopbackListener downstream_;
  LoopbackListener upstream_;
  stats::Registry registry_;
  const std::shared_ptr<stats::Scope> cluster_stats_;
  const std::shared_ptr<stats::Scope> cluster_http2_stats_;
  const std::shared_ptr<stats::Scope> http_stats_;
  const std::shared_ptr<stats::Scope> http2_stats_;
  const std::shared_ptr<stats::Scope> tcp_stats_;
  std::shared_ptr<const LinkedListener> linked_listener_;
  FastRandom random_;
  http::DateCache date_;
  SnapshotSlot slot_;
  Pools pools_;
  ExchangeList exchanges_;
  WorkerContext context_;
  std::unique_ptr<Listener> listener_;
};

}  // namespace outrigger::test
