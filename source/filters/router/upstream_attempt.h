// One try of sending a request to an upstream: waiting for a connection, sending, receiving.
//
// Reused by its router filter for the next try. Whatever way it ends, its connection is given back
// once.
//
// Thread: worker.
#pragma once

#include <string_view>

#include "http/codec.h"
#include "upstream/connection_pool.h"
#include "upstream/upstream_stream.h"

namespace outrigger {

// What the router hears of its attempt; the last event is OnAttemptEnd or OnAttemptError.
class AttemptEvents {
 public:
  virtual ~AttemptEvents() = default;
  // The request head may be sent now.
  virtual void OnAttemptConnected() = 0;
  virtual void OnAttemptInformational(const http::ResponseHead& head) = 0;
  virtual void OnAttemptHead(const http::ResponseHead& head) = 0;
  virtual void OnAttemptBody(std::string_view bytes) = 0;
  virtual void OnAttemptEnd(const http::HeaderMap* trailers) = 0;
  virtual void OnAttemptError(const http::Error& error) = 0;
  virtual void OnAttemptBelowLowWater() = 0;
};

class UpstreamAttempt final : public ConnectionWaiter,
                              public UpstreamUser,
                              public http::ResponseEvents {
 public:
  explicit UpstreamAttempt(AttemptEvents& events) : events_(events) {}

  // Waits in `pool` (which has queued this waiter already).
  void StartWaiting(ConnectionPool& pool) { pool_ = &pool; }
  void StartOn(UpstreamStream& stream);
  // Leaves the queue, or gives up the stream under way. No event follows.
  void Abort();

  void SendHead(const http::RequestHead& head);
  void SendBody(std::string_view bytes);
  void SendEnd(const http::HeaderMap* trailers);
  void PauseResponse();
  void ResumeResponse();

  bool is_connected() const { return stream_ != nullptr; }
  // Of the request, sent and not yet taken.
  size_t queued_bytes() const { return encoder_ == nullptr ? 0 : encoder_->queued_bytes(); }
  // Requires: is_connected().
  const UpstreamStream& stream() const { return *stream_; }
  bool is_above_high_water() const { return stream_ != nullptr && stream_->is_above_high_water(); }
  // Of the stream in use, or of the last one.
  bool may_be_refused() const { return may_be_refused_; }
  bool may_race_with_close() const { return may_race_with_close_; }
  bool had_response_bytes() const { return had_response_bytes_; }

  void OnStreamReady(UpstreamStream& stream) override;
  void OnConnectionFailed(const http::Error& error) override;
  void OnUpstreamBelowLowWater() override { events_.OnAttemptBelowLowWater(); }
  void OnInformational(const http::ResponseHead& head) override;
  void OnResponseHead(const http::ResponseHead& head) override;
  void OnBody(std::string_view bytes) override { events_.OnAttemptBody(bytes); }
  void OnTrailers(const http::HeaderMap& trailers) override { trailers_ = &trailers; }
  void OnMessageEnd() override;
  void OnMessageError(const http::Error& error) override;

 private:
  void LetGo();

  AttemptEvents& events_;
  ConnectionPool* pool_ = nullptr;  // while waiting
  UpstreamStream* stream_ = nullptr;
  http::RequestEncoder* encoder_ = nullptr;
  const http::HeaderMap* trailers_ = nullptr;  // valid until the event returns
  bool is_request_ended_ = false;
  bool is_response_ended_ = false;
  bool may_be_refused_ = false;
  bool may_race_with_close_ = false;
  bool had_response_bytes_ = false;
};

}  // namespace outrigger
