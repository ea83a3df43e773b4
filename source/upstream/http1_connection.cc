#include "upstream/http1_connection.h"

#include <optional>
#include <utility>

#include "base/check.h"
#include "upstream/connection_pool.h"

namespace outrigger {

Http1Connection::Http1Connection(NetContext& net, ConnectionPool& pool,
                                 std::unique_ptr<Connection> connection)
    : UpstreamConnection(net, pool, std::move(connection)),
      codec_(connection_->write_buffer(), http::CodecLimits{}, pool.key().codec.http1) {}

size_t Http1Connection::free_streams() const {
  const bool is_free = is_idle() && codec_.is_idle() && !codec_.must_close() &&
                       !connection_->has_pending_input() && may_carry_more();
  return is_free ? 1 : 0;
}

void Http1Connection::Drain() {
  if (is_idle()) Close();
}

UpstreamStream& Http1Connection::TakeStream(CircuitUse use) {
  OUTRIGGER_CHECK(!std::exchange(is_taken_, true));
  request_use_ = std::move(use);
  return *this;
}

http::RequestEncoder& Http1Connection::StartExchange(http::ResponseEvents& events,
                                                     UpstreamUser& user) {
  OUTRIGGER_CHECK(is_taken_ && events_ == nullptr && codec_.is_idle());
  events_ = &events;
  user_ = &user;
  CountExchange();
  const size_t queued = connection_->write_buffer().size();
  written_before_ = connection_->bytes_written() + queued;
  wire_before_ = connection_->wire_bytes_written() + queued;
  return codec_.StartExchange(events);
}

void Http1Connection::Flush() {
  connection_->WriteQueued();
  if (codec_.has_finished_sending()) connection_->ShutdownWrite();
}

void Http1Connection::Release() {
  OUTRIGGER_CHECK(events_ != nullptr);
  is_taken_ = false;
  events_ = nullptr;
  user_ = nullptr;
  request_use_.Release();
  pool_.OnRequestEnded();
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

void Http1Connection::SettleReleased() {
  needs_settling_ = false;
  if (free_streams() == 0) Close();
  pool_.OnReleased(*this);
}

bool Http1Connection::IsUnprocessed() const {
  return connection_->bytes_written() <= written_before_ ||
         connection_->PeerEndedBefore(wire_before_);
}

void Http1Connection::PauseResponse() {
  if (is_response_paused_) return;
  is_response_paused_ = true;
  codec_.PauseBody();
  connection_->PauseReading();
}

void Http1Connection::ResumeResponse() {
  if (!is_response_paused_) return;
  is_response_paused_ = false;
  codec_.ResumeBody();
  connection_->ResumeReading();
}

size_t Http1Connection::OnBytes(std::string_view bytes) {
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

void Http1Connection::OnEof() {
  saw_eof_ = true;
  is_decoding_ = true;
  codec_.OnEof();
  is_decoding_ = false;
  if (needs_settling_) SettleReleased();
  Close();
}

void Http1Connection::OnBelowLowWater() {
  if (user_ != nullptr) user_->OnUpstreamBelowLowWater();
}

void Http1Connection::OnClosed(CloseReason reason, int) {
  const std::optional<http::ErrorKind> failure = codec_.failure();
  CountClose(reason, events_ != nullptr || was_exchange_cut_,
             failure.has_value() && *failure != http::ErrorKind::kUpstreamReset);
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
  pool_.OnClosed(*this);
}

}  // namespace outrigger
