#include "filters/router/upstream_attempt.h"

#include <utility>

#include "base/check.h"

namespace outrigger {

void UpstreamAttempt::StartOn(UpstreamStream& stream) {
  OUTRIGGER_CHECK(stream_ == nullptr);
  pool_ = nullptr;
  stream_ = &stream;
  encoder_ = &stream.StartExchange(*this, *this);
  may_be_refused_ = stream.may_be_refused();
  may_race_with_close_ = stream.may_race_with_close();
  is_request_ended_ = is_response_ended_ = had_response_bytes_ = false;
}

void UpstreamAttempt::OnStreamReady(UpstreamStream& stream) {
  StartOn(stream);
  events_.OnAttemptConnected();
}

void UpstreamAttempt::OnConnectionFailed(const http::Error& error) {
  pool_ = nullptr;
  may_be_refused_ = may_race_with_close_ = had_response_bytes_ = false;
  events_.OnAttemptError(error);
}

void UpstreamAttempt::Abort() {
  if (ConnectionPool* pool = std::exchange(pool_, nullptr)) pool->CancelWait(*this);
  LetGo();
}

// Gives the stream back; what becomes of its connection is the pool's.
void UpstreamAttempt::LetGo() {
  encoder_ = nullptr;
  trailers_ = nullptr;
  UpstreamStream* stream = std::exchange(stream_, nullptr);
  if (stream == nullptr) return;
  had_response_bytes_ = stream->has_response_bytes();
  stream->Release();
}

void UpstreamAttempt::SendHead(const http::RequestHead& head) {
  encoder_->EncodeRequestHead(head);
  is_request_ended_ = head.body.kind == http::BodyLength::Kind::kNone;
  stream_->Flush();
}

void UpstreamAttempt::SendBody(std::string_view bytes) {
  if (encoder_ == nullptr || is_request_ended_) return;
  encoder_->EncodeBody(bytes);
  stream_->Flush();
}

void UpstreamAttempt::SendEnd(const http::HeaderMap* trailers) {
  if (encoder_ == nullptr || is_request_ended_) return;
  is_request_ended_ = true;
  encoder_->EncodeEnd(trailers);
  stream_->Flush();
}

void UpstreamAttempt::PauseResponse() {
  if (stream_ != nullptr) stream_->PauseResponse();
}

void UpstreamAttempt::ResumeResponse() {
  if (stream_ != nullptr) stream_->ResumeResponse();
}

void UpstreamAttempt::OnInformational(const http::ResponseHead& head) {
  events_.OnAttemptInformational(head);
}

void UpstreamAttempt::OnResponseHead(const http::ResponseHead& head) {
  events_.OnAttemptHead(head);
}

void UpstreamAttempt::OnMessageEnd() {
  is_response_ended_ = true;
  const http::HeaderMap* trailers = trailers_;
  LetGo();
  events_.OnAttemptEnd(trailers);
}

void UpstreamAttempt::OnMessageError(const http::Error& error) {
  http::Error last = error;
  last.is_unprocessed |= error.kind == http::ErrorKind::kUpstreamReset && stream_->IsUnprocessed();
  LetGo();
  events_.OnAttemptError(last);
}

}  // namespace outrigger
