#include "downstream/http_connection.h"

#include <utility>

#include "base/check.h"
#include "downstream/listener.h"

namespace outrigger {

namespace {

// How long a draining connection waits for a request that may be on its way.
constexpr Duration kDrainIdleGrace = std::chrono::seconds(1);

http::CodecLimits LimitsOf(const HttpOptions& options) {
  http::CodecLimits limits;
  limits.head_bytes_max = options.head_bytes_max;
  limits.target_bytes_max = options.head_bytes_max;
  limits.fields_max = options.fields_max;
  return limits;
}

}  // namespace

HttpConnection::HttpConnection(WorkerContext& context, Listener& listener,
                               std::unique_ptr<Connection> connection, const LinkedListener& config)
    : context_(context),
      listener_(listener),
      connection_(std::move(connection)),
      codec_(connection_->write_buffer(), *this, LimitsOf(config.config->chain.http), "http"),
      head_timeout_(config.config->chain.http.request_head_timeout),
      head_timer_(context.net.loop, [this] { OnHeadTimeout(); }),
      scope_(config.config->chain.http.stats),
      stats_(&scope_->ForWriter(context.writer)) {
  connection_->SetWaterMarks(config.config->buffer_bytes_high);
  connection_->SetIdleTimeout(config.config->chain.http.idle_timeout);
  stats_->Add(http::kDownstreamCxTotal);
  stats_->Add(http::kDownstreamCxActive);
  connection_->Start(*this);
}

HttpConnection::~HttpConnection() { OUTRIGGER_CHECK(exchange_ == nullptr); }

http::MessageEvents& HttpConnection::OnRequestHead(const http::RequestHead& head,
                                                   http::ResponseEncoder& encoder) {
  connection_->SetIdleTimeout(Duration::zero());
  Exchange& exchange = context_.exchanges.Start(context_);
  exchange_ = &exchange;
  exchange.OnRequestHead(*this, encoder, head);
  return exchange;
}

void HttpConnection::OnConnectionError(const http::Error& error) {
  stats_->Add(http::kDownstreamCxProtocolError);
  CountErrorReply(error);
  codec_.EncodeErrorReply(error);
  Flush();
}

// A request that never became an exchange.
void HttpConnection::CountErrorReply(const http::Error& error) {
  stats_->Add(http::kDownstreamRqTotal);
  stats_->Add(http::kDownstreamRqHttp1Total);
  CountResponse(http::RowFor(error.kind).status, /*is_request_complete=*/false);
}

void HttpConnection::CountResponse(uint16_t status, bool is_request_complete) {
  stats_->Add(http::kDownstreamRqCompleted);
  stats_->Add(http::kDownstreamRq1xx + status / 100u - 1);
  if (!is_request_complete) stats_->Add(http::kDownstreamRqResponseBeforeRqComplete);
}

// Only its first bytes tell that a connection speaks HTTP/1.
void HttpConnection::CountFirstBytes() {
  if (std::exchange(has_spoken_, true)) return;
  stats_->Add(http::kDownstreamCxHttp1Total);
  stats_->Add(http::kDownstreamCxHttp1Active);
}

size_t HttpConnection::OnBytes(std::string_view bytes) {
  CountFirstBytes();
  const size_t taken = codec_.Decode(bytes);
  WatchHead();
  CloseIfDone();
  return taken;
}

void HttpConnection::WatchHead() {
  if (head_timeout_ == Duration::zero()) return;
  if (!codec_.is_inside_head()) {
    head_timer_.Disarm();
  } else if (!head_timer_.is_armed()) {
    head_timer_.Arm(head_timeout_);
  }
}

void HttpConnection::OnHeadTimeout() {
  if (connection_->is_closing()) return;
  stats_->Add(http::kDownstreamRqHeaderTimeout);
  const http::Error error = {http::ErrorKind::kRequestHeadTimeout, http::Side::kDownstream,
                             "request head took too long", true};
  CountErrorReply(error);
  codec_.EncodeErrorReply(error);
  Flush();
  CloseIfDone();
}

void HttpConnection::OnEof() {
  saw_eof_ = true;
  const bool had_exchange = exchange_ != nullptr;
  codec_.OnEof();
  did_eof_cut_exchange_ = had_exchange && exchange_ == nullptr;
  CloseIfDone();
}

// Closes once nothing more can happen here: after the last response, or after the peer's last byte.
void HttpConnection::CloseIfDone() {
  if (exchange_ != nullptr) return;
  if (!codec_.must_close() && !saw_eof_) return;
  // A client that still sends is to read our answer, not to be reset (R11).
  connection_->Close(Connection::Flush::kThenLinger);
}

void HttpConnection::OnExchangeFinished() {
  exchange_ = nullptr;
  if (is_body_paused_) ResumeRequestBody();
  const Duration idle_timeout =
      listener_.CurrentServing().listener->config->chain.http.idle_timeout;
  connection_->SetIdleTimeout(is_draining_ ? kDrainIdleGrace : idle_timeout);
  // A request that came meanwhile lies in the connection (R10).
  connection_->OfferKeptBytes();
  if (!connection_->has_kept_bytes() || codec_.must_close()) CloseIfDone();
}

bool HttpConnection::closes_after_response() const {
  const bool closes = is_draining_ || listener_.drains_with_process();
  if (closes) stats_->Add(http::kDownstreamCxDrainClose);
  return closes;
}

void HttpConnection::PauseRequestBody() {
  if (std::exchange(is_body_paused_, true)) return;
  codec_.PauseBody();
  connection_->PauseReading();
}

void HttpConnection::ResumeRequestBody() {
  if (!std::exchange(is_body_paused_, false)) return;
  codec_.ResumeBody();
  connection_->ResumeReading();
}

void HttpConnection::StartDrain(Duration idle_grace) {
  is_draining_ = true;
  codec_.CloseAfterCurrent();
  // An idle connection may have a request on its way to us: it gets some time to arrive.
  if (exchange_ == nullptr) connection_->SetIdleTimeout(idle_grace);
}

void HttpConnection::CloseNow() { connection_->Close(Connection::Flush::kNo); }

void HttpConnection::OnBelowLowWater() {
  if (exchange_ != nullptr) exchange_->OnDownstreamBelowLowWater();
}

void HttpConnection::OnClosed(CloseReason reason, int) {
  CountClose(reason);
  if (exchange_ != nullptr) {
    Exchange* exchange = exchange_;
    codec_.ResetStream();
    exchange->OnDownstreamClosed();
  }
  listener_.Remove(*this);
}

void HttpConnection::CountClose(CloseReason reason) {
  const bool is_remote =
      saw_eof_ || reason == CloseReason::kRemoteEof || reason == CloseReason::kRemoteReset;
  stats_->Subtract(http::kDownstreamCxActive);
  if (has_spoken_) stats_->Subtract(http::kDownstreamCxHttp1Active);
  stats_->Add(http::kDownstreamCxDestroy);
  stats_->Add(is_remote ? http::kDownstreamCxDestroyRemote : http::kDownstreamCxDestroyLocal);
  if (exchange_ != nullptr || did_eof_cut_exchange_) {
    stats_->Add(http::kDownstreamCxDestroyActiveRq);
    stats_->Add(is_remote ? http::kDownstreamCxDestroyRemoteActiveRq
                          : http::kDownstreamCxDestroyLocalActiveRq);
  }
  if (reason == CloseReason::kIdleTimeout) stats_->Add(http::kDownstreamCxIdleTimeout);
  stats_->Add(http::kDownstreamCxRxBytesTotal, connection_->bytes_read());
  stats_->Add(http::kDownstreamCxTxBytesTotal, connection_->bytes_written());
  const Duration age = connection_->loop().now() - connection_->created_at();
  stats_->Record(http::kDownstreamCxLengthMs,
                 std::chrono::duration<double, std::milli>(age).count());
}

}  // namespace outrigger
