#include "tools/load/client_connection.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "base/check.h"
#include "tools/load/load_run.h"

namespace outrigger::load {

namespace {

constexpr size_t kUnaskedBytesShownMax = 60;

// What is offered by ALPN (RFC 7301).
std::string_view ApplicationProtocols(Protocol protocol) {
  return protocol == Protocol::kHttp1 ? "\x08http/1.1" : "\x02h2";
}

std::string_view ReasonOfConnect(CloseReason reason, int system_error) {
  if (reason == CloseReason::kConnectTimeout) return "connect-timeout";
  if (reason == CloseReason::kHandshakeFailed) return "handshake-failed";
  return system_error == ECONNREFUSED ? "refused" : "connect-failed";
}

}  // namespace

ClientConnection::ClientConnection(LoadRun& run, NetContext& net) : run_(run), net_(net) {
  for (size_t i = 0; i < run.options().streams; ++i) {
    exchanges_.push_back(std::make_unique<LoadExchange>(run, *this, net));
  }
}

void ClientConnection::Connect() {
  OUTRIGGER_CHECK(!is_open());
  run_.tally().OnConnecting();
  is_connected_ = was_close_announced_ = false;
  const LoadOptions& options = run_.options();
  connection_ = Connection::StartConnect(
      net_, options.target, {options.timeout},
      {.tls = options.tls, .application_protocols = ApplicationProtocols(options.protocol)});
  codec_ = MakeLoadCodec(options.protocol, connection_->write_buffer(), net_);
  connection_->Start(*this);
}

LoadExchange& ClientConnection::FreeExchange() {
  for (const auto& exchange : exchanges_) {
    if (exchange->is_free()) return *exchange;
  }
  OUTRIGGER_CHECK(false);  // the run counts them
  return *exchanges_.front();
}

bool ClientConnection::has_outstanding() const {
  return std::any_of(exchanges_.begin(), exchanges_.end(),
                     [](const auto& exchange) { return exchange->is_outstanding(); });
}

void ClientConnection::Send(LoadRequest request) {
  if (!is_open()) Connect();
  if (!codec_->may_start()) {
    run_.tally().OnFailure("no-stream", "the peer allows fewer at a time");
    run_.OnEnded();
    return;
  }
  LoadExchange& exchange = FreeExchange();
  exchange.Start(std::move(request), codec_->StartExchange(exchange));
  Flush();
}

// HTTP/1 has written already; HTTP/2 frames the output of all its streams once a turn.
void ClientConnection::Flush() {
  net_.loop.AtTurnEnd(*this);
  connection_->WriteQueued();
}

void ClientConnection::OnTurnEnd() {
  if (!is_open() || !is_connected_ || connection_->is_closing()) return;
  bool has_more = true;
  while (has_more && !connection_->is_above_high_water()) {
    has_more = codec_->OnTurnEnd();
    connection_->WriteQueued();
  }
}

void ClientConnection::OnConnected() {
  is_connected_ = true;
  Flush();
  for (const auto& exchange : exchanges_) {
    if (exchange->is_free()) run_.OnFree(*this);
  }
}

size_t ClientConnection::OnBytes(std::string_view bytes) {
  if (!codec_->may_receive()) {
    run_.tally().OnFailure("unasked", std::string(bytes.substr(0, kUnaskedBytesShownMax)));
    run_.OnSpent(*this);
    connection_->Reset();
    return bytes.size();
  }
  // What was asked before goes out before: a GOAWAY among these bytes would keep it back.
  OnTurnEnd();
  const size_t taken = codec_->Decode(bytes);
  Flush();
  Settle();
  return taken;
}

void ClientConnection::OnEof() {
  run_.OnSpent(*this);
  codec_->OnEof();
  Settle();
  if (!connection_->is_closing()) connection_->Close(Connection::Flush::kNo);
}

void ClientConnection::Settle() {
  size_t ended = 0;
  bool has_failed = false;
  for (const auto& exchange : exchanges_) {
    if (!exchange->is_over()) continue;
    has_failed |= exchange->has_failed();
    exchange->Settle();
    ++ended;
  }
  if (connection_->is_closing()) return;
  Flush();
  if (codec_->is_spent() || (run_.options().closes_each && ended > 0)) {
    run_.OnSpent(*this);
    CloseSpent(has_failed);
    return;
  }
  for (; ended > 0; --ended) run_.OnFree(*this);
}

void ClientConnection::CloseSpent(bool has_failed) {
  if (has_outstanding()) return;
  was_close_announced_ = !has_failed && codec_->is_spent();
  if (has_failed) {
    connection_->Reset();
  } else {
    connection_->Close(Connection::Flush::kNo);
  }
}

void ClientConnection::OnClosed(CloseReason reason, int system_error) {
  run_.OnSpent(*this);
  if (!is_connected_ &&
      (reason == CloseReason::kConnectFailed || reason == CloseReason::kConnectTimeout ||
       reason == CloseReason::kHandshakeFailed)) {
    // A failure even when no request was waiting for this connection: the listener was not there.
    const std::string why(ReasonOfConnect(reason, system_error));
    const std::string detail = reason == CloseReason::kHandshakeFailed
                                   ? connection_->transport_failure().reason
                                   : std::strerror(system_error);
    if (!has_outstanding()) run_.tally().OnFailure(why, detail);
    for (const auto& exchange : exchanges_) {
      if (exchange->is_outstanding()) exchange->Fail(why, detail);
    }
  } else if (has_outstanding()) {
    for (const auto& exchange : exchanges_) {
      if (exchange->is_outstanding()) exchange->FailWithConnection(system_error);
    }
  } else if (was_close_announced_) {
    run_.tally().OnAnnouncedClose();
  } else if (!run_.options().closes_each) {
    run_.tally().OnIdleClose();
  }
  codec_->OnEof();
  for (const auto& exchange : exchanges_) {
    if (exchange->is_over()) exchange->Settle();
  }
  net_.loop.DeferDelete(std::move(codec_));
  net_.loop.DeferDelete(std::move(connection_));
  run_.OnLost(*this);
}

}  // namespace outrigger::load
