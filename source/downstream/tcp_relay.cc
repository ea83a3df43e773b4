#include "downstream/tcp_relay.h"

#include <utility>

#include "cluster/cluster_stats.h"
#include "downstream/listener.h"
#include "snapshot/tcp_stats.h"

namespace outrigger {

namespace {

http::ResponseFlag FlagOfRefusal(const Cluster& cluster, const Pools::Picked& picked) {
  if (picked.endpoint == nullptr) return http::ResponseFlag::kNoHealthyUpstream;
  const bool lacks_secrets = cluster.tls != nullptr && picked.tls == nullptr;
  return lacks_secrets ? http::ResponseFlag::kUpstreamConnectionFailure
                       : http::ResponseFlag::kUpstreamOverflow;
}

}  // namespace

TcpRelay::TcpRelay(WorkerContext& context, Listener& listener,
                   std::unique_ptr<Connection> connection, const ChainOfListener& chain)
    : DownstreamConnection(chain, *connection),
      context_(context),
      listener_(listener),
      connection_(std::move(connection)),
      log_(chain, *connection_),
      downstream_(*this),
      upstream_(*this),
      scope_(chain.config().tcp().stats),
      stats_(scope_->ForWriter(context.writer)),
      idle_timeout_(chain.config().tcp().idle_timeout),
      connect_attempts_max_(chain.config().tcp().max_connect_attempts),
      end_timer_(context.net.loop, [this] { OnEndTimer(); }) {
  const TcpOptions& options = chain.config().tcp();
  const size_t choice = options.ChooseCluster(context.random.Next());
  cluster_ = chain.linked().tcp_clusters[choice];
  endpoint_criteria_ = options.endpoint_criteria[choice];
  if (options.fetch.has_value()) {
    fetch_ = std::make_unique<Fetch>(*this, options.cluster_names[choice], *options.fetch);
  }
  ++context.relays;
  stats_.Add(kTcpCxTotal);
  if (options.max_connection_duration > Duration::zero()) {
    end_timer_.Arm(options.max_connection_duration);
  }
  downstream_.connection = connection_.get();
  connection_->SetWaterMarks(chain.listener->config->buffer_bytes_high);
  Pause(downstream_);
  connection_->Start(downstream_);
  // A client that has yet to prove itself makes nobody else any work.
  if (connection_->is_ready()) Begin();
}

TcpRelay::~TcpRelay() {
  EndFetch();
  --context_.relays;
}

void TcpRelay::Begin() {
  Judge(listener_.ServingOf(*this).chain.config(), context_.writer);
  if (!is_refused()) Connect();
}

void TcpRelay::Connect() {
  const ConfigSnapshot& snapshot = *context_.slot.current();
  const Cluster* cluster = snapshot.clusters.Get(*cluster_);
  if (cluster == nullptr) {
    if (FetchCluster()) return;
    stats_.Add(kTcpCxNoRoute);
    log_.AddFlag(http::ResponseFlag::kNoClusterFound);
    GiveUp();
    return;
  }
  ++connect_attempts_;
  log_.SetCluster(cluster->name);
  const Pools::Picked picked = PickEndpoint(snapshot);
  if (picked.endpoint != nullptr) {
    tcp_upstream_ = TcpUpstream::Start(context_.net, *cluster, picked, context_.writer, upstream_);
  }
  if (tcp_upstream_ == nullptr) {
    log_.AddFlag(FlagOfRefusal(*cluster, picked));
    GiveUp();
    return;
  }
  log_.OnEndpointChosen(picked.endpoint->address);
  upstream_.connection = &tcp_upstream_->connection();
}

// False: it is not to be fetched, cannot be, or has been waited for before.
bool TcpRelay::FetchCluster() {
  if (fetch_ == nullptr || fetch_->has_begun) return false;
  if (!context_.cluster_waits.Begin(*this, fetch_->cluster, fetch_->how)) return false;
  fetch_->has_begun = true;
  fetch_->timer.Arm(fetch_->how.wait_max);
  stats_.Add(kTcpOnDemandAttempt);
  return true;
}

void TcpRelay::OnClusterSettled(bool serves) {
  fetch_->is_denied = !serves;
  fetch_->timer.Arm(Duration::zero());
}

void TcpRelay::OnFetched() {
  EndFetch();
  if (connection_->is_closing()) return;
  const bool is_there = context_.slot.current()->clusters.Get(*cluster_) != nullptr;
  if (is_there) {
    stats_.Add(kTcpOnDemandSuccess);
  } else {
    stats_.Add(fetch_->is_denied ? kTcpOnDemandMissing : kTcpOnDemandTimeout);
  }
  Connect();
}

void TcpRelay::EndFetch() {
  if (fetch_ == nullptr) return;
  fetch_->timer.Disarm();
  context_.cluster_waits.End(*this, fetch_->cluster);
}

Pools::Picked TcpRelay::PickEndpoint(const ConfigSnapshot& snapshot) {
  const Pools::Target target = {.cluster = *cluster_,
                                .criteria = {.labels = endpoint_criteria_.get()}};
  Pools::Picked picked = context_.pools.PickEndpoint(target, snapshot);
  for (int picks = 1; picks < kPicksMax && picked.endpoint != nullptr; ++picks) {
    if (!failed_endpoint_.is_set() || picked.endpoint->address != failed_endpoint_) break;
    picked = context_.pools.PickEndpoint(target, snapshot);
  }
  return picked;
}

void TcpRelay::GiveUp() { downstream_.connection->Close(Connection::Flush::kNo); }

void TcpRelay::OnConnected(Side& side) {
  if (&side == &downstream_) {
    CountHandshake(context_.writer);
    Begin();
    return;
  }
  tcp_upstream_->OnConnected();
  log_.OnUpstreamConnected(*side.connection);
  connection_->SetIdleTimeout(idle_timeout_);
  Resume(downstream_);
}

void TcpRelay::OnConnectFailed(int system_error) {
  failed_endpoint_ = upstream_.connection->peer_address();
  log_.OnConnectFailed(system_error);
  if (connect_attempts_ < connect_attempts_max_) return;
  tcp_upstream_->stats().Add(kUpstreamCxConnectAttemptsExceeded);
  log_.AddFlag(http::ResponseFlag::kUpstreamRetryLimitExceeded);
}

size_t TcpRelay::OnBytes(Side& from, std::string_view bytes) {
  Side& to = OtherThan(from);
  if (to.connection == nullptr) return bytes.size();
  to.connection->Write(bytes);
  CountBytes(from, bytes.size());
  if (to.connection->is_above_high_water()) {
    Pause(from);
    if (&from == &downstream_) stats_.Add(kTcpPausedReadingTotal);
  }
  return bytes.size();
}

void TcpRelay::OnBelowLowWater(Side& to) {
  Side& from = OtherThan(to);
  if (!from.is_paused) return;
  Resume(from);
  if (&from == &downstream_) stats_.Add(kTcpResumedReadingTotal);
}

void TcpRelay::OnEof(Side& from) {
  ended_last_ = &from;
  Side& to = OtherThan(from);
  if (to.connection != nullptr) to.connection->ShutdownWrite();
}

void TcpRelay::OnClosed(Side& side, CloseReason reason, int system_error) {
  &side == &downstream_ ? OnDownstreamClosed(reason) : OnUpstreamClosed(reason, system_error);
  if (downstream_.connection != nullptr || upstream_.connection != nullptr) return;
  log_.Write(termination_details(), context_);
  listener_.Remove(*this);
}

void TcpRelay::OnDownstreamClosed(CloseReason reason) {
  CountEnd(*connection_, reason, context_.writer);
  EndFetch();
  downstream_.connection = nullptr;
  if (reason == CloseReason::kIdleTimeout) stats_.Add(kTcpIdleTimeout);
  if (upstream_.connection == nullptr) return;
  End(upstream_, reason);
  if (!upstream_.connection->is_closing()) StartUpstreamFlush();
}

// The client has what it asked for; its last bytes still wait for the endpoint to take them.
void TcpRelay::StartUpstreamFlush() {
  is_upstream_flushing_ = true;
  stats_.Add(kTcpUpstreamFlushTotal);
  stats_.Add(kTcpUpstreamFlushActive);
  upstream_.connection->SetIdleTimeout(idle_timeout_);
}

void TcpRelay::OnUpstreamClosed(CloseReason reason, int system_error) {
  // Whose end came last has ended it, as Envoy counts: the client, once its endpoint had finished.
  const bool is_client_last = reason == CloseReason::kRemoteEof && ended_last_ == &downstream_;
  tcp_upstream_->OnClosed(is_client_last ? CloseReason::kLocal : reason);
  const bool has_failed_to_connect =
      !tcp_upstream_->is_connected() && reason != CloseReason::kLocal;
  if (has_failed_to_connect) OnConnectFailed(system_error);
  if (!has_failed_to_connect && reason == CloseReason::kRemoteReset) {
    log_.AddFlag(http::ResponseFlag::kUpstreamRemoteReset);
  }
  upstream_.connection = nullptr;
  context_.net.loop.DeferDelete(std::move(tcp_upstream_));
  if (is_upstream_flushing_) {
    stats_.Subtract(kTcpUpstreamFlushActive);
    if (reason == CloseReason::kIdleTimeout) stats_.Add(kTcpIdleTimeout);
  }
  if (downstream_.connection == nullptr) return;
  if (!has_failed_to_connect) {
    End(downstream_, reason);
  } else if (connect_attempts_ < connect_attempts_max_ && !connection_->is_closing()) {
    Connect();
  } else {
    GiveUp();
  }
}

// What the end of one connection means for the other.
void TcpRelay::End(Side& side, CloseReason reason_of_other) {
  switch (reason_of_other) {
    case CloseReason::kRemoteEof:
      // Both have said all they had to say: this one ends by itself once it has written the rest.
      return;
    case CloseReason::kRemoteReset:
    case CloseReason::kIoError:
    case CloseReason::kSpun:
      side.connection->Reset();
      return;
    case CloseReason::kUnsaidEnd:  // many clients never say it, and what they sent is to arrive
    case CloseReason::kLocal:
    case CloseReason::kConnectFailed:
    case CloseReason::kBindFailed:
    case CloseReason::kConnectOverflow:
    case CloseReason::kConnectTimeout:
    case CloseReason::kHandshakeFailed:
    case CloseReason::kIdleTimeout:
    case CloseReason::kWriteStalled:
      side.connection->Close(Connection::Flush::kYes);
      return;
  }
}

void TcpRelay::Pause(Side& side) {
  if (!std::exchange(side.is_paused, true)) side.connection->PauseReading();
}

void TcpRelay::Resume(Side& side) {
  if (side.connection == nullptr || !std::exchange(side.is_paused, false)) return;
  side.connection->ResumeReading();
}

// There are no messages to end at: the connection is given the drain time.
void TcpRelay::StartDrain(Duration) {
  if (std::exchange(is_draining_, true)) return;
  const MonotonicTime end = context_.net.loop.now() + context_.drain_time;
  if (end_timer_.is_armed() && end_timer_.deadline() <= end) return;
  ends_by_drain_ = true;
  end_timer_.Arm(context_.drain_time);
}

void TcpRelay::OnEndTimer() {
  if (!ends_by_drain_) {
    stats_.Add(kTcpMaxConnectionDuration);
    log_.AddFlag(http::ResponseFlag::kDurationTimeout);
  }
  for (Side* side : {&downstream_, &upstream_}) {
    if (side->connection != nullptr) side->connection->Close(Connection::Flush::kYes);
  }
}

void TcpRelay::CloseNow() {
  for (Side* side : {&downstream_, &upstream_}) {
    if (side->connection != nullptr) side->connection->Close(Connection::Flush::kNo);
  }
}

// As they pass, since nobody knows when the connection will end.
void TcpRelay::CountBytes(const Side& from, size_t size) {
  const bool is_from_client = &from == &downstream_;
  is_from_client ? log_.CountReceived(size) : log_.CountSent(size);
  stats_.Add(is_from_client ? kTcpCxRxBytesTotal : kTcpCxTxBytesTotal, size);
  tcp_upstream_->stats().Add(is_from_client ? kUpstreamCxTxBytesTotal : kUpstreamCxRxBytesTotal,
                             size);
}

}  // namespace outrigger
