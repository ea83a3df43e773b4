#include "upstream/upstream_connection.h"

#include "base/check.h"
#include "upstream/http1_pool.h"

namespace outrigger {

UpstreamConnection::UpstreamConnection(NetContext& net, Http1Pool& pool)
    : net_(net),
      pool_(pool),
      connection_(
          Connection::StartConnect(net, pool.key().address, pool.options().connect_timeout)),
      codec_(connection_->write_buffer(), http::CodecLimits{}) {
  connection_->SetWaterMarks(pool.options().buffer_bytes_high);
  connection_->Start(*this);
}

UpstreamConnection::~UpstreamConnection() {
  // The socket's own callbacks may still be on the stack.
  net_.loop.DeferDelete(std::move(connection_));
}

http::RequestEncoder& UpstreamConnection::StartExchange(http::ResponseEvents& events,
                                                        UpstreamUser& user) {
  OUTRIGGER_CHECK(events_ == nullptr && codec_.is_idle());
  events_ = &events;
  user_ = &user;
  ++exchanges_started_;
  written_before_ = connection_->bytes_written() + connection_->write_buffer().size();
  connection_->SetIdleTimeout(Duration::zero());
  stats::Block& stats = pool_.stats();
  stats.Add(kUpstreamRqTotal);
  stats.Add(kUpstreamRqActive);
  if (exchanges_started_ == pool_.options().max_requests_per_connection) {
    stats.Add(kUpstreamCxMaxRequests);
  }
  return codec_.StartExchange(events);
}

void UpstreamConnection::Release() {
  OUTRIGGER_CHECK(events_ != nullptr);
  events_ = nullptr;
  user_ = nullptr;
  request_use_.Release();
  pool_.stats().Subtract(kUpstreamRqActive);
  was_exchange_cut_ = !codec_.is_idle() || codec_.failure().has_value();
  if (!codec_.is_idle()) {
    pool_.stats().Add(kUpstreamRqTxReset);
    codec_.ResetStream();
  }
  if (is_response_paused_) ResumeResponse();
  if (is_decoding_) {
    needs_settling_ = true;
  } else {
    SettleReleased();
  }
}

void UpstreamConnection::SettleReleased() {
  needs_settling_ = false;
  if (!IsReusable()) Close();
  pool_.OnReleased(*this);
}

bool UpstreamConnection::IsReusable() const {
  const uint32_t limit = pool_.options().max_requests_per_connection;
  return is_connected_ && codec_.is_idle() && !codec_.must_close() && !connection_->is_closing() &&
         !connection_->has_pending_input() && (limit == 0 || exchanges_started_ < limit);
}

bool UpstreamConnection::CountRequest() {
  return request_use_.TryTake(pool_.counts().requests, pool_.options().max_requests);
}

bool UpstreamConnection::IsUnprocessed() const {
  return connection_->bytes_written() <= written_before_ ||
         connection_->PeerEndedBefore(written_before_);
}

void UpstreamConnection::Close() {
  if (!connection_->is_closing()) connection_->Close(Connection::Flush::kNo);
}

void UpstreamConnection::PauseResponse() {
  if (is_response_paused_) return;
  is_response_paused_ = true;
  codec_.PauseBody();
  connection_->PauseReading();
}

void UpstreamConnection::ResumeResponse() {
  if (!is_response_paused_) return;
  is_response_paused_ = false;
  codec_.ResumeBody();
  connection_->ResumeReading();
}

void UpstreamConnection::OnConnected() {
  is_connected_ = true;
  pool_.OnConnected(*this);
}

size_t UpstreamConnection::OnBytes(std::string_view bytes) {
  is_decoding_ = true;
  const size_t taken = codec_.Decode(bytes);
  is_decoding_ = false;
  if (events_ == nullptr && taken < bytes.size()) pool_.stats().Add(kUpstreamCxProtocolError);
  // Bytes that nobody asked for: the peer is broken, or speaks of a request we do not know (R10).
  // Before another exchange could take them for its response.
  if (events_ == nullptr && (taken < bytes.size() || codec_.must_close())) Close();
  if (needs_settling_) SettleReleased();
  return taken;
}

void UpstreamConnection::OnEof() {
  saw_eof_ = true;
  is_decoding_ = true;
  codec_.OnEof();
  is_decoding_ = false;
  if (needs_settling_) SettleReleased();
  Close();
}

void UpstreamConnection::OnBelowLowWater() {
  if (user_ != nullptr) user_->OnUpstreamBelowLowWater();
}

void UpstreamConnection::OnClosed(CloseReason reason, int) {
  CountClose(reason);
  if (events_ != nullptr) {
    http::ResponseEvents& events = *events_;
    const bool has_response = codec_.has_response_bytes();
    codec_.ResetStream();
    const http::ErrorKind kind =
        has_response ? http::ErrorKind::kUpstreamTruncated : http::ErrorKind::kUpstreamReset;
    events.OnMessageError({kind, http::Side::kUpstream, "upstream connection closed", false});
    // The user must have let go in that event.
    OUTRIGGER_CHECK(events_ == nullptr);
  }
  pool_.OnClosed(*this, reason);
}

void UpstreamConnection::CountClose(CloseReason reason) {
  stats::Block& stats = pool_.stats();
  stats.Add(kUpstreamCxRxBytesTotal, connection_->bytes_read());
  stats.Add(kUpstreamCxTxBytesTotal, connection_->bytes_written());
  const std::optional<http::ErrorKind> failure = codec_.failure();
  if (failure.has_value() && *failure != http::ErrorKind::kUpstreamReset) {
    stats.Add(kUpstreamCxProtocolError);
  }
  const Duration age = net_.loop.now() - connection_->created_at();
  stats.Record(kUpstreamCxLengthMs, std::chrono::duration<double, std::milli>(age).count());
  const bool is_local = !saw_eof_ && reason != CloseReason::kRemoteEof &&
                        reason != CloseReason::kRemoteReset &&
                        reason != CloseReason::kConnectFailed;
  stats.Add(kUpstreamCxDestroy);
  stats.Add(is_local ? kUpstreamCxDestroyLocal : kUpstreamCxDestroyRemote);
  if (reason == CloseReason::kIdleTimeout) stats.Add(kUpstreamCxIdleTimeout);
  if (events_ == nullptr && !was_exchange_cut_) return;
  stats.Add(kUpstreamCxDestroyWithActiveRq);
  stats.Add(is_local ? kUpstreamCxDestroyLocalWithActiveRq : kUpstreamCxDestroyRemoteWithActiveRq);
}

}  // namespace outrigger
