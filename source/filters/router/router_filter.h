// The last filter of every HTTP chain: takes a matched request to an upstream and brings the
// response.
//
// Chooses the cluster (by weight), asks the pools for a connection, and runs one UpstreamAttempt at
// a time. A reused connection that fails before any response byte is replaced once, transparently
// and by a new one, when the request may be sent again (surface.md P29); so is an HTTP/2 stream
// that was refused.
//
// Owned by an exchange, which hears of the response through RouterEvents and gets exactly one
// OnUpstreamEnd or OnUpstreamError, unless it cancels. Nothing is called back before Start returns
// but through those events. Thread: worker.
#pragma once

#include <optional>
#include <string_view>

#include "base/byte_buffer.h"
#include "filters/router/upstream_attempt.h"
#include "http/error.h"
#include "http/message.h"
#include "snapshot/snapshot_slot.h"
#include "upstream/pools.h"

namespace outrigger {

class RouterEvents {
 public:
  virtual ~RouterEvents() = default;
  // What the request may have to say of where it goes, before its head is sent. `is_first`: by the
  // first attempt.
  virtual void OnEndpointChosen(ConnectionPool& pool, bool is_first) = 0;
  // The head goes out on it now.
  virtual void OnUpstreamConnected(const UpstreamStream& stream) = 0;
  virtual void OnUpstreamInformational(const http::ResponseHead& head) = 0;
  virtual void OnUpstreamHead(const http::ResponseHead& head) = 0;
  virtual void OnUpstreamBody(std::string_view bytes) = 0;
  // `trailers` may be null. Last event.
  virtual void OnUpstreamEnd(const http::HeaderMap* trailers) = 0;
  // Last event.
  virtual void OnUpstreamError(const http::Error& error) = 0;
  // No more request body for now / again.
  virtual void PauseRequestBody() = 0;
  virtual void ResumeRequestBody() = 0;
};

class RouterFilter final : public AttemptEvents {
 public:
  // Body bytes kept for sending a request again.
  static constexpr size_t kReplayBytesMax = 64 * 1024;

  RouterFilter(Pools& pools, SnapshotSlot& slot, SlabPool& slabs, RouterEvents& events);

  // Where a request goes. What it names lives until the end.
  struct Destination {
    ClusterId cluster;
    EndpointCriteria criteria = {};
  };
  // `head` lives in the exchange's arena until the end. Requires: idle.
  void Start(const Destination& destination, const http::RequestHead& head);
  void OnRequestBody(std::string_view bytes);
  void OnRequestEnd(const http::HeaderMap* trailers);
  // The exchange is over for other reasons (local reply, client gone): no event follows.
  void Cancel();
  // Backpressure of the downstream side.
  void PauseResponseBody();
  void ResumeResponseBody();

  bool is_active() const { return is_active_; }
  const UpstreamAttempt& attempt() const { return attempt_; }

  void OnAttemptConnected() override;
  void OnAttemptInformational(const http::ResponseHead& head) override;
  void OnAttemptHead(const http::ResponseHead& head) override;
  void OnAttemptBody(std::string_view bytes) override;
  void OnAttemptEnd(const http::HeaderMap* trailers) override;
  void OnAttemptError(const http::Error& error) override;
  void OnAttemptBelowLowWater() override;

 private:
  void StartAttempt();
  bool MayTryAgain(const http::Error& error) const;
  void Finish();
  void UpdateBodyPause();

  Pools& pools_;
  SnapshotSlot& slot_;
  RouterEvents& events_;
  UpstreamAttempt attempt_;
  Destination destination_;
  const http::RequestHead* head_ = nullptr;
  ByteBuffer replay_;  // the body so far, while the request might have to be sent again
  bool is_active_ = false;
  bool is_replayable_ = false;
  bool has_tried_again_ = false;
  bool is_request_ended_ = false;
  bool is_body_paused_ = false;
  bool has_response_head_ = false;
};

}  // namespace outrigger
