// A pooled HTTP/1 connection: carries one exchange at a time.
//
// Thread: worker.
#pragma once

#include "http/http1/client_codec.h"
#include "upstream/upstream_connection.h"

namespace outrigger {

class Http1Connection final : public UpstreamConnection, public UpstreamStream {
 public:
  Http1Connection(NetContext& net, ConnectionPool& pool, std::unique_ptr<Connection> connection);

  UpstreamStream& TakeStream(CircuitUse use) override;
  size_t free_streams() const override;
  bool is_multiplexed() const override { return false; }
  bool is_idle() const override { return !is_taken_; }
  bool is_spent() const override { return is_idle() && free_streams() == 0; }
  void Drain() override;

  http::RequestEncoder& StartExchange(http::ResponseEvents& events, UpstreamUser& user) override;
  void Flush() override;
  void Release() override;
  void PauseResponse() override;
  void ResumeResponse() override;
  bool is_above_high_water() const override { return connection_->is_above_high_water(); }
  bool may_be_refused() const override { return may_race_with_close(); }
  // Carried an exchange before.
  bool may_race_with_close() const override { return exchanges_started() > 1; }
  bool has_response_bytes() const override { return codec_.has_response_bytes(); }
  // None of it was written, or the peer had ended its side before it arrived.
  bool IsUnprocessed() const override;
  Address local_address() const override { return connection_->local_address(); }
  TransportAgreement agreement() const override { return connection_->agreement(); }

  size_t OnBytes(std::string_view bytes) override;
  void OnEof() override;
  void OnBelowLowWater() override;
  void OnClosed(CloseReason reason, int system_error) override;

 private:
  void SettleReleased();

  http::http1::ClientCodec codec_;
  http::ResponseEvents* events_ = nullptr;  // null while no exchange uses the connection
  UpstreamUser* user_ = nullptr;
  CircuitUse request_use_;
  uint64_t written_before_ = 0;  // bytes of earlier exchanges
  uint64_t wire_before_ = 0;     // the same as the wire carries them, or fewer
  bool is_taken_ = false;
  bool is_decoding_ = false;
  bool is_response_paused_ = false;
  bool was_exchange_cut_ = false;  // the last one ended before its response or its request did
  bool needs_settling_ = false;    // released from inside Decode
};

}  // namespace outrigger
