// One exchange's part of an upstream connection: all of an HTTP/1 connection for as long as the
// exchange takes, or one stream of an HTTP/2 connection.
//
// Handed out by a pool, given back by Release exactly once, whatever happened; an exchange that did
// not end cleanly costs the HTTP/1 connection, or resets the HTTP/2 stream.
//
// Thread: worker.
#pragma once

#include "http/codec.h"
#include "net/address.h"
#include "net/transport.h"

namespace outrigger {

// What an exchange hears of its connection beside the codec's events.
class UpstreamUser {
 public:
  virtual ~UpstreamUser() = default;
  // Request bytes left for the peer: the body may go on.
  virtual void OnUpstreamBelowLowWater() = 0;
};

class UpstreamStream {
 public:
  virtual ~UpstreamStream() = default;
  // Requires: called once, right after the pool handed the stream out.
  virtual http::RequestEncoder& StartExchange(http::ResponseEvents& events, UpstreamUser& user) = 0;
  // Sends what was encoded, at the end of the turn.
  virtual void Flush() = 0;
  virtual void Release() = 0;
  virtual void PauseResponse() = 0;
  virtual void ResumeResponse() = 0;

  // The request's body has to wait; the user is told when it may go on.
  virtual bool is_above_high_water() const = 0;
  // May fail before the upstream has looked at the request: another try is worth being ready for.
  virtual bool may_be_refused() const = 0;
  // The peer may have been closing the connection just when the request was sent (P29).
  virtual bool may_race_with_close() const = 0;
  virtual bool has_response_bytes() const = 0;
  // Nothing of the request can have been processed, as far as the connection can tell.
  virtual bool IsUnprocessed() const = 0;
  // Our side of the connection, and what it has agreed on with the other one.
  virtual Address local_address() const = 0;
  virtual TransportAgreement agreement() const = 0;
};

}  // namespace outrigger
