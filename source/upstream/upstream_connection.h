// One pooled HTTP/1 connection to an endpoint: connecting, idle, or carrying one exchange.
//
// Owned by its Http1Pool. The user of an exchange talks to the encoder, and gives the connection
// back by Release exactly once, whatever happened; an exchange that did not end cleanly closes the
// connection.
//
// Thread: worker.
#pragma once

#include <cstdint>
#include <memory>

#include "cluster/circuit_use.h"
#include "http/http1/client_codec.h"
#include "net/connection.h"
#include "net/network_filter.h"

namespace outrigger {

class Http1Pool;

// What an exchange hears of its connection beside the codec's events.
class UpstreamUser {
 public:
  virtual ~UpstreamUser() = default;
  // Request bytes left for the peer: the body may go on.
  virtual void OnUpstreamBelowLowWater() = 0;
};

class UpstreamConnection final : public NetworkFilter {
 public:
  // Starts connecting at once.
  UpstreamConnection(NetContext& net, Http1Pool& pool);
  ~UpstreamConnection() override;

  // Requires: idle (the pool hands out no other).
  http::RequestEncoder& StartExchange(http::ResponseEvents& events, UpstreamUser& user);
  // Sends what was encoded, at the end of the turn.
  void Flush() { connection_->WriteQueued(); }
  void Release();

  void PauseResponse();
  void ResumeResponse();

  bool is_connected() const { return is_connected_; }
  bool is_closing() const { return connection_->is_closing(); }
  bool is_above_high_water() const { return connection_->is_above_high_water(); }
  // Carried an exchange before: its peer may have been closing it just now (P29).
  bool is_reused() const { return exchanges_started_ > 1; }
  uint32_t exchanges_started() const { return exchanges_started_; }
  bool has_response_bytes() const { return codec_.has_response_bytes(); }
  // Nothing of the running exchange's request can have been processed: none of it was written, or
  // the peer had ended its side before it arrived (P29).
  bool IsUnprocessed() const;
  // Counts the exchange about to start against the cluster's limit; false when that is reached.
  [[nodiscard]] bool CountRequest();
  // Fit for one more exchange right now.
  bool IsReusable() const;
  // Waits in the pool, no longer than `timeout` (zero: for ever).
  void StartIdle(Duration timeout) { connection_->SetIdleTimeout(timeout); }
  MonotonicTime created_at() const { return connection_->created_at(); }
  // Closes; the pool forgets it when the socket is gone.
  void Close();
  const Address& peer_address() const { return connection_->peer_address(); }
  Address local_address() const { return connection_->local_address(); }

  // The pool's own: its position in the pool's lists, and its part of the cluster's connections.
  size_t pool_index = 0;
  CircuitUse connection_use;

  void OnConnected() override;
  size_t OnBytes(std::string_view bytes) override;
  void OnEof() override;
  void OnBelowLowWater() override;
  void OnClosed(CloseReason reason, int system_error) override;

 private:
  void CountClose(CloseReason reason);
  void SettleReleased();

  NetContext& net_;
  Http1Pool& pool_;
  std::unique_ptr<Connection> connection_;
  http::http1::ClientCodec codec_;
  http::ResponseEvents* events_ = nullptr;  // null while no exchange uses the connection
  UpstreamUser* user_ = nullptr;
  CircuitUse request_use_;
  uint32_t exchanges_started_ = 0;
  uint64_t written_before_ = 0;  // bytes of earlier exchanges
  bool is_connected_ = false;
  bool is_decoding_ = false;
  bool is_response_paused_ = false;
  bool saw_eof_ = false;
  bool was_exchange_cut_ = false;  // the last one ended before its response or its request did
  bool needs_settling_ = false;    // released from inside Decode
};

}  // namespace outrigger
