// One downstream HTTP connection: its codec and its running exchange.
//
// Belongs to a listening socket, not to a version of a listener: each request is served with what
// the socket's listener says now (adoption); when that is gone, the connection drains.
//
// Owned by a Listener. Thread: worker.
#pragma once

#include <cstdint>
#include <memory>

#include "base/intrusive_list.h"
#include "downstream/exchange.h"
#include "downstream/worker_context.h"
#include "http/http1/server_codec.h"
#include "net/connection.h"

namespace outrigger {

class Listener;

class HttpConnection final : public IntrusiveHook<HttpConnection>,
                             public NetworkFilter,
                             public http::ServerCodecEvents {
 public:
  HttpConnection(WorkerContext& context, Listener& listener, std::unique_ptr<Connection> connection,
                 const LinkedListener& config);
  ~HttpConnection() override;

  // No more requests after the current one; an idle connection is closed after `idle_grace`.
  void StartDrain(Duration idle_grace);
  void CloseNow();

  // For its exchange.
  void Flush() { connection_->WriteQueued(); }
  void PauseRequestBody();
  void ResumeRequestBody();
  bool is_above_high_water() const { return connection_->is_above_high_water(); }
  bool closes_after_response() const;
  void OnExchangeFinished();
  void CountResponse(uint16_t status, bool is_request_complete);
  const Listener& listener() const { return listener_; }
  stats::Block& stats() { return *stats_; }
  MonotonicTime created_at() const { return connection_->created_at(); }
  const Address& peer_address() const { return connection_->peer_address(); }

  http::MessageEvents& OnRequestHead(const http::RequestHead& head,
                                     http::ResponseEncoder& encoder) override;
  void OnConnectionError(const http::Error& error) override;

  size_t OnBytes(std::string_view bytes) override;
  void OnEof() override;
  void OnBelowLowWater() override;
  void OnClosed(CloseReason reason, int system_error) override;

 private:
  void CloseIfDone();
  void WatchHead();
  void OnHeadTimeout();
  void CountFirstBytes();
  void CountErrorReply(const http::Error& error);
  void CountClose(CloseReason reason);

  WorkerContext& context_;
  Listener& listener_;
  std::unique_ptr<Connection> connection_;
  http::http1::ServerCodec codec_;
  Exchange* exchange_ = nullptr;
  const Duration head_timeout_;
  Timer head_timer_;                     // from the first byte of a request head to its last (R23)
  std::shared_ptr<stats::Scope> scope_;  // keeps stats_ alive beyond its listener's configuration
  stats::Block* stats_;
  bool is_body_paused_ = false;
  bool is_draining_ = false;
  bool saw_eof_ = false;
  bool did_eof_cut_exchange_ = false;
  bool has_spoken_ = false;
};

}  // namespace outrigger
