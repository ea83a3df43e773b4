// The contract between a connection and whoever understands its bytes, downstream and upstream
// alike: http_connection, tcp_relay, a pooled upstream connection, the admin server, the gRPC
// relay.
//
// The connection calls; the filter never calls back re-entrantly into a handler of its own. Inside
// any callback the filter may write to, pause or close the connection; it must not destroy it (the
// owner does that in OnClosed, by EventLoop::DeferDelete).
//
// Thread: the connection's loop.
#pragma once

#include <cstddef>
#include <string_view>

namespace outrigger {

enum class CloseReason {
  kRemoteEof,        // peer finished sending and we finished answering
  kRemoteReset,      // ECONNRESET, EPIPE
  kUnsaidEnd,        // the peer finished, and its TLS did not say so: bytes may be missing
  kLocal,            // we asked for it
  kConnectFailed,    // refused, unreachable
  kBindFailed,       // the address that it was to come from cannot be had
  kConnectOverflow,  // the process has as many connections as it may
  kConnectTimeout,   // of the handshake, too
  kHandshakeFailed,  // Connection::transport_failure() says how
  kIdleTimeout,
  kWriteStalled,  // peer did not take our bytes in time
  kIoError,       // any other errno
  kSpun,          // it kept asking for turns of the loop and did nothing with them (R36)
};

class NetworkFilter {
 public:
  virtual ~NetworkFilter() = default;

  // The connection has become ready: an upstream connect and its handshake are done, or the
  // handshake of an accepted one. Not called where there was nothing to wait for
  // (Connection::is_ready() from the start).
  virtual void OnConnected() {}
  // Returns how many of `bytes` were taken. The rest is kept and offered again, longer, when more
  // arrives or when reading resumes. Bytes are valid during the call only.
  virtual size_t OnBytes(std::string_view bytes) = 0;
  // The peer will send no more. Bytes not taken until now will never be.
  virtual void OnEof() = 0;
  // Write buffer went above its high mark / fell below its low mark (half of it). Always in pairs,
  // told at the end of the turn, while the connection is open; Connection::is_above_high_water()
  // says it at once.
  virtual void OnAboveHighWater() {}
  virtual void OnBelowLowWater() {}
  // Last callback. `system_error` is the errno when there was one, else 0.
  virtual void OnClosed(CloseReason reason, int system_error) = 0;
};

}  // namespace outrigger
