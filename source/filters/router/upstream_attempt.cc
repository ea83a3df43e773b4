#include "filters/router/upstream_attempt.h"

#include <utility>

#include "base/check.h"

namespace outrigger {

void UpstreamAttempt::StartOn(UpstreamConnection& connection) {
  OUTRIGGER_CHECK(connection_ == nullptr);
  pool_ = nullptr;
  connection_ = &connection;
  encoder_ = &connection.StartExchange(*this, *this);
  was_reused_ = connection.is_reused();
  is_request_ended_ = is_response_ended_ = had_response_bytes_ = false;
}

void UpstreamAttempt::OnConnectionReady(UpstreamConnection& connection) {
  StartOn(connection);
  events_.OnAttemptConnected();
}

void UpstreamAttempt::OnConnectionFailed(const http::Error& error) {
  pool_ = nullptr;
  was_reused_ = had_response_bytes_ = false;
  events_.OnAttemptError(error);
}

void UpstreamAttempt::Abort() {
  if (Http1Pool* pool = std::exchange(pool_, nullptr)) pool->CancelWait(*this);
  LetGo();
}

// Gives the connection back; the pool keeps it only when both directions are complete.
void UpstreamAttempt::LetGo() {
  encoder_ = nullptr;
  trailers_ = nullptr;
  UpstreamConnection* connection = std::exchange(connection_, nullptr);
  if (connection == nullptr) return;
  had_response_bytes_ = connection->has_response_bytes();
  connection->Release();
}

void UpstreamAttempt::SendHead(const http::RequestHead& head) {
  encoder_->EncodeRequestHead(head);
  is_request_ended_ = head.body.kind == http::BodyLength::Kind::kNone;
  connection_->Flush();
}

void UpstreamAttempt::SendBody(std::string_view bytes) {
  if (encoder_ == nullptr || is_request_ended_) return;
  encoder_->EncodeBody(bytes);
  connection_->Flush();
}

void UpstreamAttempt::SendEnd(const http::HeaderMap* trailers) {
  if (encoder_ == nullptr || is_request_ended_) return;
  is_request_ended_ = true;
  encoder_->EncodeEnd(trailers);
  connection_->Flush();
}

void UpstreamAttempt::PauseResponse() {
  if (connection_ != nullptr) connection_->PauseResponse();
}

void UpstreamAttempt::ResumeResponse() {
  if (connection_ != nullptr) connection_->ResumeResponse();
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
  last.is_unprocessed |=
      error.kind == http::ErrorKind::kUpstreamReset && connection_->IsUnprocessed();
  LetGo();
  events_.OnAttemptError(last);
}

}  // namespace outrigger
