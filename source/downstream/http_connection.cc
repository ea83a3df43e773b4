#include "downstream/http_connection.h"

#include <utility>

#include "base/check.h"
#include "downstream/listener.h"
#include "http/http1/http1_stats.h"
#include "http/http1/server_codec.h"
#include "http/http2/server_codec.h"
#include "net/close_reason.h"
#include "snapshot/listener_stats.h"

namespace outrigger {

namespace {

// How long a draining connection waits for a request that may be on its way.
constexpr Duration kDrainIdleGrace = std::chrono::seconds(1);

constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";  // RFC 9113 3.4

http::CodecLimits LimitsOf(const HttpOptions& options) {
  http::CodecLimits limits;
  limits.head_bytes_max = options.head_bytes_max;
  limits.target_bytes_max = options.head_bytes_max;
  limits.fields_max = options.fields_max;
  return limits;
}

}  // namespace

HttpConnection::HttpConnection(WorkerContext& context, Listener& listener,
                               std::unique_ptr<Connection> connection, const ChainOfListener& chain)
    : DownstreamConnection(chain, *connection),
      context_(context),
      listener_(listener),
      connection_(std::move(connection)),
      options_(chain.listener->config, &chain.config().http()),
      head_timeout_(options_->request_head_timeout),
      linger_timeout_(options_->delayed_close_timeout),
      scope_(options_->stats),
      stats_(&scope_->ForWriter(context.writer)),
      listener_scope_(options_->listener_stats),
      listener_stats_(&listener_scope_->ForWriter(context.writer)),
      high_water_(chain.listener->config->buffer_bytes_high),
      requests_left_(options_->connection_requests_max) {
  connection_->SetWaterMarks(high_water_);
  // A head of HTTP/1 is taken whole, or refused when it is seen to be longer.
  connection_->SetKeptBytesMax(options_->head_bytes_max + NetContext::kReadScratchBytes);
  connection_->SetUnusedTimeout(options_->idle_timeout);
  stats_->Add(http::kDownstreamCxTotal);
  stats_->Add(http::kDownstreamCxActive);
  if (const Duration most = options_->connection_duration_max; most > Duration::zero()) {
    Made(lifetime_timer_, [this] { OnLifetimeEnd(); }).Arm(most);
  }
  connection_->Start(*this);
  if (connection_->is_ready()) Judge(chain.config(), context.writer);
}

HttpConnection::~HttpConnection() { OUTRIGGER_CHECK(exchanges_.empty()); }

// Only its first bytes tell what a connection speaks. False: too few of them yet.
bool HttpConnection::ChooseCodec(std::string_view bytes) {
  switch (options_->codec) {
    case CodecType::kHttp1:
      MakeCodec(/*is_http2=*/false);
      return true;
    case CodecType::kHttp2:
      MakeCodec(/*is_http2=*/true);
      return true;
    case CodecType::kAuto:
      break;
  }
  // What was agreed on counts; without an agreement the bytes tell, as in plaintext.
  if (const std::string_view agreed = connection_->agreement().application_protocol;
      !agreed.empty()) {
    MakeCodec(agreed == "h2");
    return true;
  }
  if (bytes.size() < kHttp2Preface.size() && kHttp2Preface.starts_with(bytes)) return false;
  MakeCodec(bytes.starts_with(kHttp2Preface));
  return true;
}

void HttpConnection::MakeCodec(bool is_http2) {
  is_http2_ = is_http2;
  const HttpOptions& http = *options_;
  if (is_http2) {
    http::http2::Options options = *http.http2;
    options.limits = LimitsOf(http);
    options.output_bytes_max = high_water_;
    options.flush_timeout = http.stream_flush_timeout.value_or(http.stream_idle_timeout);
    codec_stats_ = &http.http2_stats->ForWriter(context_.writer);
    NetContext& net = context_.net;
    const http::http2::SessionContext session = {net.loop, net.slabs, net.cells, *codec_stats_,
                                                 *this};
    codec_ = std::make_unique<http::http2::ServerCodec>(connection_->write_buffer(), session, *this,
                                                        options, scheme());
  } else {
    codec_stats_ = &http.http1_stats->ForWriter(context_.writer);
    codec_ = std::make_unique<http::http1::ServerCodec>(connection_->write_buffer(), *this,
                                                        LimitsOf(http), scheme(), http.http1);
  }
  stats_->Add(is_http2 ? http::kDownstreamCxHttp2Total : http::kDownstreamCxHttp1Total);
  stats_->Add(is_http2 ? http::kDownstreamCxHttp2Active : http::kDownstreamCxHttp1Active);
  options_.reset();
  if (is_draining_) codec_->StartDrain();
}

http::MessageEvents& HttpConnection::OnRequestHead(const http::RequestHead& head,
                                                   http::ResponseEncoder& encoder) {
  connection_->SetUnusedTimeout(Duration::zero());
  has_served_ = true;
  CountRequest();
  Exchange& exchange = context_.exchanges.Start(context_);
  exchange.index = exchanges_.size();
  exchanges_.push_back(&exchange);
  CountTowardsMax();
  exchange.OnRequestHead(*this, encoder, head);
  return exchange;
}

// The last one of a connection is told so with its response.
void HttpConnection::CountTowardsMax() {
  if (requests_left_ == 0) return;
  --requests_left_;
  if (requests_left_ > 0) return;
  stats_->Add(http::kDownstreamCxMaxRequestsReached);
  StartDrain(kDrainIdleGrace);
}

void HttpConnection::OnLifetimeEnd() {
  if (connection_->is_closing()) return;
  stats_->Add(http::kDownstreamCxMaxDurationReached);
  if (codec_ == nullptr) {
    CloseNow();
  } else {
    StartDrain(kDrainIdleGrace);
  }
}

ClientConnection HttpConnection::client_connection(const RequestRules& rules) const {
  static const Address kNotAsked;
  return {connection_->peer_address(),
          rules.needs_local_address() ? connection_->local_address() : kNotAsked,
          connection_->is_encrypted()};
}

void HttpConnection::CountRequest() {
  stats_->Add(http::kDownstreamRqTotal);
  stats_->Add(is_http2_ ? http::kDownstreamRqHttp2Total : http::kDownstreamRqHttp1Total);
}

void HttpConnection::OnConnectionError(const http::Error& error) {
  has_protocol_error_ = true;
  stats_->Add(http::kDownstreamCxProtocolError);
  if (!is_http2_) {
    CountErrorReply(error);
    codec_->EncodeErrorReply(error);
  }
  Flush();
}

void HttpConnection::OnRequestRefused(const http::Error& error) { CountErrorReply(error); }

// A request that never became an exchange.
void HttpConnection::CountErrorReply(const http::Error& error) {
  CountRequest();
  CountResponse(http::RowFor(error.kind).status, /*is_request_complete=*/false);
  ExchangeLog::WriteUnread(listener_.ServingOf(*this).chain.config(), *connection_, error,
                           context_);
}

void HttpConnection::CountResponse(uint16_t status, bool is_request_complete) {
  stats_->Add(http::kDownstreamRqCompleted);
  stats_->Add(http::kDownstreamRq1xx + status / 100u - 1);
  listener_stats_->Add(kListenerRqCompleted);
  listener_stats_->Add(kListenerRq1xx + status / 100u - 1);
  if (!is_request_complete) stats_->Add(http::kDownstreamRqResponseBeforeRqComplete);
}

void HttpConnection::CountUnderscores(const Admission& admission) {
  if (admission.dropped_underscores > 0) {
    codec_stats_->Add(is_http2_ ? size_t{http::http2::kDroppedHeadersWithUnderscores}
                                : size_t{http::http1::kDroppedHeadersWithUnderscores},
                      admission.dropped_underscores);
  }
  if (!admission.error || admission.error->kind != http::ErrorKind::kUnderscoreInName) return;
  codec_stats_->Add(is_http2_ ? size_t{http::http2::kRequestsRejectedWithUnderscoresInHeaders}
                              : size_t{http::http1::kRequestsRejectedWithUnderscoresInHeaders});
}

void HttpConnection::OnConnected() {
  CountHandshake(context_.writer);
  Judge(listener_.ServingOf(*this).chain.config(), context_.writer);
}

size_t HttpConnection::OnBytes(std::string_view bytes) {
  if (codec_ == nullptr && !ChooseCodec(bytes)) {
    WatchHead();
    return 0;
  }
  const size_t taken = codec_->Decode(bytes);
  WatchHead();
  if (is_http2_) Flush();
  CloseIfDone();
  return taken;
}

void HttpConnection::WatchHead() {
  if (head_timeout_ == Duration::zero()) return;
  if (codec_ != nullptr && !codec_->is_inside_head()) {
    if (head_timer_ != nullptr) head_timer_->Disarm();
    return;
  }
  Timer& timer = Made(head_timer_, [this] { OnHeadTimeout(); });
  if (!timer.is_armed()) timer.Arm(head_timeout_);
}

void HttpConnection::OnHeadTimeout() {
  if (connection_->is_closing()) return;
  if (codec_ == nullptr) MakeCodec(/*is_http2=*/false);
  stats_->Add(http::kDownstreamRqHeaderTimeout);
  const http::Error error = {http::ErrorKind::kRequestHeadTimeout, http::Side::kDownstream,
                             "request head took too long", true};
  CountErrorReply(error);
  codec_->EncodeErrorReply(error);
  Flush();
  CloseIfDone();
}

void HttpConnection::OnEof() {
  saw_eof_ = true;
  const bool had_exchange = !exchanges_.empty();
  if (codec_ != nullptr) codec_->OnEof();
  did_eof_cut_exchange_ = had_exchange && exchanges_.empty();
  CloseIfDone();
}

// Closes once nothing more can happen here: after the last response, or after the peer's last byte.
void HttpConnection::CloseIfDone() {
  if (!exchanges_.empty()) return;
  if (!saw_eof_ && (codec_ == nullptr || !codec_->must_close())) return;
  // A client that still sends is to read our answer, not to be reset (R11).
  if (linger_timeout_ > Duration::zero()) {
    connection_->Close(Connection::Flush::kThenLinger, linger_timeout_);
  } else {
    connection_->Close(Connection::Flush::kYes);
  }
}

void HttpConnection::OnExchangeFinished(Exchange& exchange) {
  // Its neighbours do not matter: thousands of them may end at once (R30).
  const size_t index = exchange.index;
  OUTRIGGER_CHECK(index < exchanges_.size() && exchanges_[index] == &exchange);
  exchanges_[index] = exchanges_.back();
  exchanges_[index]->index = index;
  exchanges_.pop_back();
  UpdateReading();
  if (is_http2_) Flush();  // the end may be a reset, which nobody has sent
  if (!exchanges_.empty()) return;
  if (is_draining_) {
    connection_->SetIdleTimeout(kDrainIdleGrace);
  } else {
    connection_->SetUnusedTimeout(listener_.ServingOf(*this).chain.config().http().idle_timeout);
  }
  // A request that came meanwhile lies in the connection (R10).
  connection_->OfferKeptBytes();
  if (!connection_->has_kept_bytes() || codec_->must_close()) CloseIfDone();
}

// HTTP/1 has written already; HTTP/2 frames the output of all its streams once a turn.
void HttpConnection::Flush() {
  if (is_http2_) context_.net.loop.AtTurnEnd(*this);
  connection_->WriteQueued();
}

void HttpConnection::OnTurnEnd() {
  if (connection_->is_closing()) return;
  bool has_more = true;
  while (has_more && !connection_->is_above_high_water()) {
    has_more = codec_->OnTurnEnd();
    connection_->WriteQueued();
  }
  ContinueResponses();
  WatchFlush();
  CloseIfDone();
}

void HttpConnection::WatchFlush() {
  const MonotonicTime due = codec_->flush_due();
  if (due == MonotonicTime::max()) {
    if (flush_timer_ != nullptr) flush_timer_->Disarm();
    return;
  }
  Timer& timer = Made(flush_timer_, [this] { OnFlushTimeout(); });
  if (!timer.is_armed() || due < timer.deadline()) timer.Arm(due - context_.net.loop.now());
}

void HttpConnection::OnFlushTimeout() {
  codec_->ResetStalled();
  Flush();
}

bool HttpConnection::closes_after_response() const {
  const bool closes = is_draining_ || listener_.sends_clients_away();
  if (closes) stats_->Add(http::kDownstreamCxDrainClose);
  return closes;
}

void HttpConnection::OnRequestBodyPaused() { UpdateReading(); }

void HttpConnection::OnRequestBodyResumed() {
  UpdateReading();
  if (is_http2_) Flush();
}

void HttpConnection::OnTunnelOpened() {
  stats_->Add(http::kDownstreamCxUpgradesTotal);
  stats_->Add(http::kDownstreamCxUpgradesActive);
  connection_->OfferKeptBytes();
}

void HttpConnection::UpdateReading() {
  const bool should_pause = codec_->is_blocked_by_pause();
  if (std::exchange(is_reading_paused_, should_pause) == should_pause) return;
  should_pause ? connection_->PauseReading() : connection_->ResumeReading();
}

bool HttpConnection::is_full(const http::StreamEncoder& response) const {
  return connection_->is_above_high_water() || response.queued_bytes() > high_water_;
}

bool HttpConnection::has_room(const http::StreamEncoder& response) const {
  return !connection_->is_above_high_water() && response.queued_bytes() <= high_water_ / 2;
}

void HttpConnection::ContinueResponses() {
  for (Exchange* exchange : exchanges_) exchange->ContinueResponse();
}

void HttpConnection::StartDrain(Duration idle_grace) {
  is_draining_ = true;
  if (codec_ != nullptr) {
    codec_->StartDrain();
    Flush();
  }
  // An idle connection may have a request on its way to us: it gets some time to arrive.
  if (exchanges_.empty()) connection_->SetIdleTimeout(idle_grace);
}

void HttpConnection::CloseNow() { connection_->Close(Connection::Flush::kNo); }

void HttpConnection::OnBelowLowWater() {
  if (is_http2_) Flush();
  ContinueResponses();
}

void HttpConnection::OnClosed(CloseReason reason, int) {
  CountClose(reason);
  CountEnd(*connection_, reason, context_.writer);
  while (!exchanges_.empty()) exchanges_.back()->OnDownstreamClosed();
  listener_.Remove(*this);
}

void HttpConnection::Describe(logging::LogEntry& entry) const {
  if (has_protocol_error_) entry.flags.Add(http::ResponseFlag::kDownstreamProtocolError);
  // Bytes that are no request at all are of no protocol.
  if (codec_ == nullptr || (has_protocol_error_ && !has_served_)) return;
  entry.protocol = is_http2_ ? "HTTP/2" : "HTTP/1.1";
}

void HttpConnection::CountClose(CloseReason reason) {
  // As in Envoy: whoever could not agree with us has ended it.
  const bool is_remote =
      saw_eof_ || IsEndedByPeer(reason) || reason == CloseReason::kHandshakeFailed;
  stats_->Subtract(http::kDownstreamCxActive);
  if (codec_ != nullptr) {
    stats_->Subtract(is_http2_ ? http::kDownstreamCxHttp2Active : http::kDownstreamCxHttp1Active);
  }
  stats_->Add(http::kDownstreamCxDestroy);
  stats_->Add(is_remote ? http::kDownstreamCxDestroyRemote : http::kDownstreamCxDestroyLocal);
  if (!exchanges_.empty() || did_eof_cut_exchange_) {
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
