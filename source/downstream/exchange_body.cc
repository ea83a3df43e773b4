// What follows the head of a request: its body and trailers, kept or relayed, and how they end.
#include <memory>
#include <utility>

#include "downstream/exchange.h"
#include "downstream/http_connection.h"
#include "http/head_copy.h"

namespace outrigger {

// The body may come: whoever refuses it does so with a final status.
void Exchange::SendContinue() {
  if (!std::exchange(request_.expects_continue, false)) return;
  response_.Clear();
  response_.status = 100;
  encoder_->EncodeInformational(response_);
  connection_->Flush();
}

// It is complete, and the router has begun.
void Exchange::SendGatheredBody() {
  const bool has_ended = request_.body.kind == http::BodyLength::Kind::kNone;
  if (!filters_.has_gathered() || has_ended) return;
  SendRequestBody(filters_.gathered());
  if (connection_ != nullptr) SendRequestEnd(kept_trailers_.get());
}

void Exchange::OnBody(std::string_view bytes) {
  if (connection_ == nullptr) return;
  TouchIdleTimer();
  log_.CountReceived(bytes.size());
  if (!filters_.is_gathering()) return SendRequestBody(bytes);
  if (!filters_.Gather(bytes)) ReplyFromFilter(filters_.reply());
}

void Exchange::SendRequestBody(std::string_view bytes) {
  if (!request_.asks_for_tunnel()) {
    const auto filtered = filters_.FilterRequestBody(bytes);
    if (!filtered.has_value()) {
      router_.Cancel();
      ReplyFromFilter(filters_.reply());
      return;
    }
    bytes = *filtered;
  }
  if (bytes.empty()) return;
  mirroring_.OnBody(bytes);
  router_.OnRequestBody(bytes);
}

void Exchange::SendRequestEnd(const http::HeaderMap* trailers) {
  if (!filters_.FilterRequestEnd()) {
    router_.Cancel();
    ReplyFromFilter(filters_.reply());
    return;
  }
  mirroring_.OnEnd(trailers);
  router_.OnRequestEnd(trailers);
}

void Exchange::OnTrailers(const http::HeaderMap& trailers) { request_trailers_ = &trailers; }

void Exchange::OnMessageEnd() {
  const http::HeaderMap* trailers = std::exchange(request_trailers_, nullptr);
  if (connection_ == nullptr || is_request_complete_) return;
  is_request_complete_ = true;
  log_.OnRequestEnd();
  request_timer_.Disarm();
  // A tunnel has no response that could be late (as Envoy).
  if (!response_.opens_tunnel) ArmRouteTimeout();
  if (!filters_.is_gathering()) return SendRequestEnd(trailers);
  KeepGatheredBody(trailers);
}

void Exchange::KeepGatheredBody(const http::HeaderMap* trailers) {
  if (!filters_.EndGathering()) return ReplyFromFilter(filters_.reply());
  const std::string_view body = filters_.gathered();
  if (!body.empty()) {
    request_.body = {http::BodyLength::Kind::kKnown, body.size()};
  } else if (trailers == nullptr) {
    request_.body = {};
  }
  if (trailers != nullptr) {
    kept_trailers_ = std::make_unique<http::HeaderMap>();
    http::CopyFields(*trailers, arena_, *kept_trailers_);
  }
  GoOn(filters_.Resume());
}

// The request cannot be completed: the client is gone, or sent bytes that are no body.
void Exchange::OnMessageError(const http::Error& error) {
  if (connection_ == nullptr) return;
  router_.Cancel();
  connection_->stats().Add(http::kDownstreamRqRxReset);
  if (error.kind == http::ErrorKind::kBadRequest && !is_response_started_) {
    connection_->stats().Add(http::kDownstreamCxProtocolError);
    ReplyWithError(error);
  } else if (error.kind == http::ErrorKind::kDownstreamReset) {
    log_.OnError(error, is_response_started_);
    encoder_->ResetStream();
    Finish();
  } else {
    log_.OnError(error, is_response_started_);
    ResetDownstream();
  }
}

void Exchange::PauseRequestBody() {
  if (std::exchange(is_request_paused_, true)) return;
  encoder_->PauseBody();
  connection_->OnRequestBodyPaused();
}

void Exchange::ResumeRequestBody() {
  if (!std::exchange(is_request_paused_, false)) return;
  encoder_->ResumeBody();
  connection_->OnRequestBodyResumed();
}

}  // namespace outrigger
