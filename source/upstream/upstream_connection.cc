#include "upstream/upstream_connection.h"

#include <utility>

#include "upstream/connection_counts.h"
#include "upstream/connection_pool.h"

namespace outrigger {

UpstreamConnection::UpstreamConnection(NetContext& net, ConnectionPool& pool,
                                       std::unique_ptr<Connection> connection)
    : net_(net), pool_(pool), connection_(std::move(connection)) {
  connection_->ContinueWith(*this);
  const Duration most = pool.options().connection_duration_max;
  if (most == Duration::zero()) return;
  age_timer_ = std::make_unique<Timer>(net.loop, [this] { OnTooOld(); });
  age_timer_->Arm(most);
}

UpstreamConnection::~UpstreamConnection() {
  // The socket's own callbacks may still be on the stack.
  net_.loop.DeferDelete(std::move(connection_));
}

void UpstreamConnection::Close() {
  if (!connection_->is_closing()) connection_->Close(Connection::Flush::kNo);
}

bool UpstreamConnection::may_carry_more() const {
  const uint32_t limit = pool_.options().max_requests_per_connection;
  return !connection_->is_closing() && !is_too_old_ && (limit == 0 || exchanges_started_ < limit);
}

void UpstreamConnection::OnTooOld() {
  if (connection_->is_closing()) return;
  is_too_old_ = true;
  pool_.OnTooOld(*this);
}

void UpstreamConnection::CountExchange() {
  ++exchanges_started_;
  connection_->SetUnusedTimeout(Duration::zero());
  pool_.OnRequestStarted();
  if (exchanges_started_ == pool_.options().max_requests_per_connection) {
    pool_.stats().Add(kUpstreamCxMaxRequests);
  }
}

void UpstreamConnection::CountClose(CloseReason reason, bool has_cut_exchange,
                                    bool is_protocol_error) {
  stats::Block& stats = pool_.stats();
  stats.Add(kUpstreamCxRxBytesTotal, connection_->bytes_read());
  stats.Add(kUpstreamCxTxBytesTotal, connection_->bytes_written());
  if (is_protocol_error) stats.Add(kUpstreamCxProtocolError);
  if (reason == CloseReason::kIdleTimeout) stats.Add(kUpstreamCxIdleTimeout);
  CountConnectionEnd(stats, {reason, saw_eof_, has_cut_exchange,
                             net_.loop.now() - connection_->created_at(), exchanges_started_});
}

}  // namespace outrigger
