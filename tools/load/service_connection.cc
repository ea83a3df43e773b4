#include "tools/load/service_connection.h"

#include <utility>

#include "http/http1/server_codec.h"
#include "http/http2/server_codec.h"
#include "tools/load/demo_service.h"
#include "tools/load/service_exchange.h"

namespace outrigger::load {

namespace {

constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";  // RFC 9113 3.4

}  // namespace

ServiceConnection::ServiceConnection(DemoService& service, std::unique_ptr<Connection> connection)
    : service_(service),
      connection_(std::move(connection)),
      surroundings_(service.net()),
      stay_timer_(service.net().loop, [this] { CloseIfIdle(); }) {
  connection_->Start(*this);
}

ServiceConnection::~ServiceConnection() = default;

// False: too few bytes to tell yet.
bool ServiceConnection::ChooseCodec(std::string_view bytes) {
  if (bytes.size() < kHttp2Preface.size() && kHttp2Preface.starts_with(bytes)) return false;
  is_http2_ = bytes.starts_with(kHttp2Preface);
  ByteBuffer& output = connection_->write_buffer();
  if (is_http2_) {
    codec_ = std::make_unique<http::http2::ServerCodec>(output, surroundings_.context(), *this,
                                                        http::http2::Options{}, "http");
  } else {
    codec_ = std::make_unique<http::http1::ServerCodec>(output, *this, http::CodecLimits{}, "http");
  }
  return true;
}

size_t ServiceConnection::OnBytes(std::string_view bytes) {
  if (codec_ == nullptr && !ChooseCodec(bytes)) return 0;
  const size_t taken = codec_->Decode(bytes);
  Flush();
  CloseIfDone();
  return taken;
}

// HTTP/1 has written already; HTTP/2 frames the output of all its streams once a turn.
void ServiceConnection::Flush() {
  if (is_http2_) service_.net().loop.AtTurnEnd(*this);
  connection_->WriteQueued();
}

void ServiceConnection::OnTurnEnd() {
  if (connection_ == nullptr || connection_->is_closing()) return;
  bool has_more = true;
  while (has_more && !connection_->is_above_high_water()) {
    has_more = codec_->OnTurnEnd();
    connection_->WriteQueued();
  }
  CloseIfDone();
}

void ServiceConnection::CloseIfDone() {
  if (codec_->must_close()) connection_->Close(Connection::Flush::kThenLinger);
}

// The next request may be on its way: nobody says when it is too late.
void ServiceConnection::CloseIfIdle() {
  if (connection_ == nullptr || connection_->is_closing() || !exchanges_.empty()) return;
  connection_->Close(Connection::Flush::kYes);
}

void ServiceConnection::OnEof() {
  if (codec_ != nullptr) codec_->OnEof();
  connection_->Close(Connection::Flush::kYes);
}

http::MessageEvents& ServiceConnection::OnRequestHead(const http::RequestHead& head,
                                                      http::ResponseEncoder& encoder) {
  auto exchange = std::make_unique<ServiceExchange>(*this, service_, head, encoder);
  exchange->index = exchanges_.size();
  exchanges_.push_back(std::move(exchange));
  return *exchanges_.back();
}

void ServiceConnection::OnConnectionError(const http::Error& error) {
  if (!is_http2_ && exchanges_.empty()) codec_->EncodeErrorReply(error);
}

void ServiceConnection::Remove(ServiceExchange& exchange) {
  exchange.Unlink();
  const size_t index = exchange.index;
  std::swap(exchanges_[index], exchanges_.back());
  exchanges_[index]->index = index;
  service_.net().loop.DeferDelete(std::move(exchanges_.back()));
  exchanges_.pop_back();
  Flush();
  if (service_.options().closes_within.has_value() && !is_http2_) {
    stay_timer_.Arm(service_.ChooseStay());
  }
  // A request that came meanwhile lies in the connection.
  connection_->OfferKeptBytes();
}

void ServiceConnection::OnClosed(CloseReason, int) {
  for (auto& exchange : exchanges_) {
    exchange->Unlink();
    service_.net().loop.DeferDelete(std::move(exchange));
  }
  exchanges_.clear();
  service_.net().loop.DeferDelete(std::move(codec_));
  service_.net().loop.DeferDelete(std::move(connection_));
  service_.Remove(*this);
}

}  // namespace outrigger::load
