// Seam: the ADS stream. Opens one aggregated stream at a time and carries serialized messages.
//
// Production: grpc over the link of grpc_link/, and HTTP that asks again and again
// (server/rest_transport). Tests: a scripted fake. Back-off is not here: the
// client decides when to open again.
//
// Thread: control calls and is called; an implementation may use others inside.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace outrigger::xds {

class AdsStreamEvents {
 public:
  virtual ~AdsStreamEvents() = default;
  // The stream accepts messages. Requests sent before are queued by the transport.
  virtual void OnStreamReady() = 0;
  // One serialized response of the protocol in use. Valid during the call.
  virtual void OnStreamMessage(std::string_view message) = 0;
  // Where the server is asked again and again: it was, and no message came of that. OK: nothing has
  // changed. Else why not; it will be asked again, and what has come so far stays.
  virtual void OnPollEnd(const absl::Status&) {}
  // Last event; the reason is the gRPC status, OK when the server ended the stream.
  virtual void OnStreamClosed(const absl::Status& status) = 0;
};

class AdsStream {
 public:
  // Ends the stream; no event follows. Allowed within an event of this stream.
  virtual ~AdsStream() = default;
  // Queues one serialized request. Order is kept.
  virtual void Send(std::string message) = 0;
};

class AdsTransport {
 public:
  virtual ~AdsTransport() = default;
  // Never calls `events` before returning.
  virtual std::unique_ptr<AdsStream> Open(AdsStreamEvents& events) = 0;
};

}  // namespace outrigger::xds
