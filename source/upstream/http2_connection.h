// A pooled HTTP/2 connection: carries as many exchanges at a time as its peer allows.
//
// Thread: worker.
#pragma once

#include "base/cell_list.h"
#include "http/http2/client_codec.h"
#include "upstream/upstream_connection.h"

namespace outrigger {

class Http2Connection final : public UpstreamConnection,
                              public EventLoop::TurnEndHandler,
                              public http::http2::SessionOwner {
 public:
  Http2Connection(NetContext& net, ConnectionPool& pool, std::unique_ptr<Connection> connection);
  ~Http2Connection() override;

  UpstreamStream& TakeStream(CircuitUse use) override;
  size_t free_streams() const override;
  bool is_multiplexed() const override { return true; }
  bool is_idle() const override { return streams_.empty(); }
  bool is_spent() const override { return codec_.is_going_away() || !may_carry_more(); }
  void Drain() override;

  size_t OnBytes(std::string_view bytes) override;
  void OnEof() override;
  void OnBelowLowWater() override;
  void OnClosed(CloseReason reason, int system_error) override;
  void OnTurnEnd() override;
  void OnOutputDue() override { Flush(); }
  void OnPeerSilent() override { Close(); }

 private:
  // One exchange.
  class Stream : public UpstreamStream {
   public:
    Stream(Http2Connection& connection, CircuitUse use)
        : connection_(connection), request_use_(std::move(use)) {}

    http::RequestEncoder& StartExchange(http::ResponseEvents& events, UpstreamUser& user) override;
    void Flush() override { connection_.Flush(); }
    void Release() override;
    void PauseResponse() override;
    void ResumeResponse() override;
    bool is_above_high_water() const override;
    bool may_be_refused() const override { return true; }
    bool may_race_with_close() const override { return false; }  // GOAWAY tells what was taken
    bool has_response_bytes() const override { return codec_stream_->has_response(); }
    bool IsUnprocessed() const override { return !codec_stream_->is_head_sent(); }
    Address local_address() const override { return connection_.connection_->local_address(); }
    TransportAgreement agreement() const override { return connection_.connection_->agreement(); }

    void TellIfWritable();

   private:
    Http2Connection& connection_;
    CircuitUse request_use_;
    http::http2::ClientStream* codec_stream_ = nullptr;
    UpstreamUser* user_ = nullptr;
    bool is_response_paused_ = false;
  };

  static http::http2::Options OptionsOf(const ConnectionPool& pool);
  void Flush();
  void Forget(Stream& stream);
  void TellWritable();
  void Settle();

  const size_t high_water_;
  http::http2::ClientCodec codec_;
  CellList<Stream> streams_;
  bool has_become_idle_ = false;  // and the pool does not know
  bool has_cut_exchange_ = false;
};

}  // namespace outrigger
