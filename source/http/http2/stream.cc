#include "http/http2/stream.h"

#include <nghttp2/nghttp2.h>

#include <utility>

#include "http/head_copy.h"
#include "http/http2/session.h"

namespace outrigger::http::http2 {

void Stream::KeptFields::Keep(const HeaderMap& from) { CopyFields(from, arena, fields); }

Stream::Stream(Session& session, SlabPool& slabs, Hears hears)
    : session_(session),
      slabs_(slabs),
      hears_(hears),
      queued_(slabs),
      received_(slabs),
      flush_timeout_(session.flush_timeout()) {
  session_.OnStreamMade(*this);
}

Stream::~Stream() {
  DropQueued();
  session_.OnStreamDestroyed(*this);
}

void Stream::DropQueued() {
  session_.stats().Subtract(kPendingSendBytes, queued_.size());
  queued_.Clear();
}

void Stream::QueueBody(std::string_view bytes) {
  queued_.Append(bytes);
  session_.stats().Add(kPendingSendBytes, bytes.size());
  session_.WakeSending(*this);
}

void Stream::QueueEnd(const HeaderMap* trailers) {
  is_end_queued_ = true;
  if (trailers != nullptr && trailers->size() > 0) {
    queued_trailers_ = std::make_unique<KeptFields>(slabs_);
    queued_trailers_->Keep(*trailers);
  }
  session_.WakeSending(*this);
  OnEndSubmitted();
}

void Stream::SetFlushing(bool is_flushing) {
  is_flushing &= flush_timeout_ > Duration::zero();
  if (std::exchange(is_flushing_, is_flushing) == is_flushing) return;
  if (!is_flushing) return session_.OnFlushed();
  flushing_since_ = session_.now();
  session_.OnFlushing(flush_due());
}

void Stream::ResetIfStalled() {
  if (!is_flushing_) return;
  if (session_.now() < flush_due()) {
    session_.ExpectFlushed(flush_due());
    return;
  }
  session_.stats().Add(kTxFlushTimeout);
  SetFlushing(false);
  outgoing_.Abort();
  incoming_.Abort();
  DropQueued();
  session_.SubmitReset(*this);
}

void Stream::OnEndSubmitted() {
  SetFlushing(!is_end_sent_);
  if (incoming_.is_over()) receiver_ = nullptr;
  if (is_closed_) session_.QueueDelivery(*this);  // it is forgotten there
}

void Stream::Reset() {
  receiver_ = nullptr;
  is_whole_ |= incoming_.is_whole();
  incoming_.Abort();
  if (is_closed_) {
    session_.QueueDelivery(*this);  // it is forgotten there
    return;
  }
  // A whole response goes out first; the peer is then told to stop (RFC 9113 8.1).
  if (outgoing_.is_ended() && !is_end_sent_) return;
  outgoing_.Abort();
  if (id_ != 0 && !(is_end_sent_ && is_whole())) session_.SubmitReset(*this);
}

void Stream::Pause() {
  if (++pauses_ == 1) paused_at_ = session_.now();
}

void Stream::Resume() {
  if (pauses_ == 0) return;
  --pauses_;
  if (pauses_ > 0) return;
  // Within one turn it has only waited for what was said to leave.
  if (session_.now() != paused_at_) kept_up_bytes_ = 0;
  if (!received_.empty() || has_peer_ended_) session_.QueueDelivery(*this);
}

void Stream::EndWithHead() {
  if (receiver_ == nullptr) return;
  is_end_delivered_ = true;
  session_.QueueDelivery(*this);
  std::exchange(receiver_, nullptr)->OnMessageEnd();
}

void Stream::OnData(std::string_view bytes) {
  if (receiver_ != nullptr && is_holding()) {
    received_.Append(bytes);
    return;
  }
  DeliverBody(bytes);
}

void Stream::OnTrailers(const HeaderMap& trailers) {
  if (receiver_ == nullptr) return;
  if (is_holding()) {
    received_trailers_ = std::make_unique<KeptFields>(slabs_);
    received_trailers_->Keep(trailers);
    return;
  }
  // A response that has no body has no trailers either, whatever its peer thinks.
  if (incoming_.TakeTrailers()) receiver_->OnTrailers(trailers);
}

void Stream::OnPeerEnd() {
  has_peer_ended_ = true;
  if (!is_holding()) DeliverEnd();
}

void Stream::DeliverBody(std::string_view bytes) {
  if (receiver_ != nullptr && incoming_.TakeBody(bytes.size())) {
    receiver_->OnBody(bytes);
  } else if (receiver_ != nullptr) {
    Refuse();
  }
  session_.ReleaseWindow(*this, bytes.size());
}

// More or less body than was announced (R40). nghttp2 sees to that before; the end of the stream
// tells the receiver.
void Stream::Refuse() { session_.SubmitReset(*this, NGHTTP2_PROTOCOL_ERROR); }

// Everything that waits, as long as it is wanted.
void Stream::Deliver() {
  if (is_end_delivered_ && !has_peer_ended_ && !is_closed_) session_.SubmitReset(*this);
  while (receiver_ != nullptr && pauses_ == 0 && !received_.empty()) {
    const std::string_view piece = received_.Front();
    DeliverBody(piece);
    received_.Consume(piece.size());
  }
  if (!is_holding() && has_peer_ended_) DeliverEnd();
}

void Stream::DeliverEnd() {
  if (receiver_ == nullptr || std::exchange(is_end_delivered_, true)) return;
  if (received_trailers_ != nullptr && incoming_.TakeTrailers()) {
    receiver_->OnTrailers(received_trailers_->fields);
    if (receiver_ == nullptr) return;
  }
  if (!incoming_.TakeEnd()) {
    Refuse();
    return;
  }
  MessageEvents* receiver = receiver_;
  if (hears_ == Hears::kUntilEnd || outgoing_.is_over()) receiver_ = nullptr;
  receiver->OnMessageEnd();
}

void Stream::Reject(uint32_t error_code, const Error& error) {
  session_.SubmitReset(*this, error_code);
  Fail(error);
}

void Stream::Fail(const Error& error) {
  SetFlushing(false);
  incoming_.Abort();
  outgoing_.Abort();
  IntrusiveList<Stream>::Remove(*this);
  if (MessageEvents* receiver = std::exchange(receiver_, nullptr)) receiver->OnMessageError(error);
}

}  // namespace outrigger::http::http2
