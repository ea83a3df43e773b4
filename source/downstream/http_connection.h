// One downstream HTTP connection: its codec and its running exchanges, one at a time over HTTP/1,
// many over HTTP/2.
//
// Its first bytes tell the protocol, unless the listener's configuration does.
//
// Belongs to a listening socket, not to a version of a listener: each request is served with the
// filter chain that it has in the socket's listener now (adoption); when there is none, it drains.
//
// Owned by a Listener. Thread: worker.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/container/inlined_vector.h"
#include "downstream/client_identity.h"
#include "downstream/downstream_connection.h"
#include "downstream/exchange.h"
#include "downstream/request_admission.h"
#include "downstream/worker_context.h"
#include "http/codec.h"
#include "http/http2/session.h"
#include "net/connection.h"

namespace outrigger {

class Listener;

class HttpConnection final : public DownstreamConnection,
                             public NetworkFilter,
                             public http::ServerCodecEvents,
                             public http::http2::SessionOwner,
                             public EventLoop::TurnEndHandler {
 public:
  HttpConnection(WorkerContext& context, Listener& listener, std::unique_ptr<Connection> connection,
                 const ChainOfListener& chain);
  ~HttpConnection() override;

  // No more requests after the current one; an idle connection is closed after `idle_grace`.
  void StartDrain(Duration idle_grace) override;
  void CloseNow() override;

  // For its exchanges.
  void Flush();
  void OnRequestBodyPaused();
  void OnRequestBodyResumed();
  // The client's bytes for it may come, those among them that have come already.
  void OnTunnelOpened();
  // Whether a response has to wait, and until when.
  bool is_full(const http::StreamEncoder& response) const;
  bool has_room(const http::StreamEncoder& response) const;
  bool closes_after_response() const;
  void OnExchangeFinished(Exchange& exchange);
  void CountResponse(uint16_t status, bool is_request_complete);
  void CountUnderscores(const Admission& admission);
  const Listener& listener() const { return listener_; }
  stats::Block& stats() { return *stats_; }
  const Connection& connection() const { return *connection_; }
  // With the address on our side only if `rules` look at it.
  ClientConnection client_connection(const RequestRules& rules) const;

  http::MessageEvents& OnRequestHead(const http::RequestHead& head,
                                     http::ResponseEncoder& encoder) override;
  void OnConnectionError(const http::Error& error) override;
  void OnRequestRefused(const http::Error& error) override;

  void OnConnected() override;
  size_t OnBytes(std::string_view bytes) override;
  void OnEof() override;
  void OnBelowLowWater() override;
  void OnClosed(CloseReason reason, int system_error) override;
  void OnTurnEnd() override;
  void OnOutputDue() override { Flush(); }
  void OnPeerSilent() override { CloseNow(); }

 private:
  using Exchanges = absl::InlinedVector<Exchange*, 1>;

  void Describe(logging::LogEntry& entry) const override;
  bool ChooseCodec(std::string_view bytes);
  void MakeCodec(bool is_http2);
  void ContinueResponses();
  void UpdateReading();
  void CloseIfDone();
  // The timer, made when it is first needed.
  template <typename OnFire>
  Timer& Made(std::unique_ptr<Timer>& timer, OnFire on_fire) {
    if (timer == nullptr) timer = std::make_unique<Timer>(context_.net.loop, on_fire);
    return *timer;
  }
  void WatchHead();
  void OnHeadTimeout();
  void WatchFlush();
  void OnFlushTimeout();
  void OnLifetimeEnd();
  void CountTowardsMax();
  void CountRequest();
  void CountErrorReply(const http::Error& error);
  void CountClose(CloseReason reason);
  std::string_view scheme() const { return connection_->is_encrypted() ? "https" : "http"; }

  WorkerContext& context_;
  Listener& listener_;
  std::unique_ptr<Connection> connection_;
  std::shared_ptr<const HttpOptions> options_;  // until the codec is made
  std::unique_ptr<http::ServerCodec> codec_;    // null until the first bytes
  Exchanges exchanges_;
  const Duration head_timeout_;
  const Duration linger_timeout_;
  // Null as long as there was no need for them: most connections lie idle.
  std::unique_ptr<Timer> head_timer_;      // from the first byte of a head to its last (R23)
  std::unique_ptr<Timer> flush_timer_;     // while responses wait for the peer (R28)
  std::unique_ptr<Timer> lifetime_timer_;  // while it lives, where that has a limit
  std::shared_ptr<stats::Scope> scope_;    // keeps stats_ alive beyond its listener's configuration
  stats::Block* stats_;
  std::shared_ptr<stats::Scope> listener_scope_;  // the same of these
  stats::Block* listener_stats_;
  // All codecs of one protocol together; the scope lives as long as the process.
  stats::Block* codec_stats_ = nullptr;
  const size_t high_water_;
  uint32_t requests_left_;  // zero: as many as come
  bool is_http2_ = false;
  bool is_reading_paused_ = false;
  bool is_draining_ = false;
  bool saw_eof_ = false;
  bool did_eof_cut_exchange_ = false;
  bool has_served_ = false;
  bool has_protocol_error_ = false;
};

}  // namespace outrigger
