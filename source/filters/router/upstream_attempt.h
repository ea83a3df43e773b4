// One try of sending a request to an upstream: waiting for a connection, sending, receiving.
//
// Reused by its router filter for the next try. Whatever way it ends, its connection is given back
// once.
//
// Thread: worker.
#pragma once

#include <string_view>

#include "http/codec.h"
#include "upstream/http1_pool.h"
#include "upstream/upstream_connection.h"

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
  void StartWaiting(Http1Pool& pool) { pool_ = &pool; }
  void StartOn(UpstreamConnection& connection);
  // Leaves the queue, or closes the connection under way. No event follows.
  void Abort();

  void SendHead(const http::RequestHead& head);
  void SendBody(std::string_view bytes);
  void SendEnd(const http::HeaderMap* trailers);
  void PauseResponse();
  void ResumeResponse();

  bool is_connected() const { return connection_ != nullptr; }
  bool is_above_high_water() const {
    return connection_ != nullptr && connection_->is_above_high_water();
  }
  // Of the connection in use, or of the last one.
  bool was_reused() const { return was_reused_; }
  bool had_response_bytes() const { return had_response_bytes_; }

  void OnConnectionReady(UpstreamConnection& connection) override;
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
  Http1Pool* pool_ = nullptr;  // while waiting
  UpstreamConnection* connection_ = nullptr;
  http::RequestEncoder* encoder_ = nullptr;
  const http::HeaderMap* trailers_ = nullptr;  // valid until the event returns
  bool is_request_ended_ = false;
  bool is_response_ended_ = false;
  bool was_reused_ = false;
  bool had_response_bytes_ = false;
};

}  // namespace outrigger
