// The codecs of one client connection and of what it reaches, with a relay between them that does
// what an exchange does: heads, bodies, trailers and ends go on as they come, a side that is full
// pauses the other, and an exchange that is over is touched no more. No sockets, no routes.
//
// Thread: the test's.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "http/http1/client_codec.h"
#include "http/http1/server_codec.h"
#include "test/unit/http/http2/http2_probe.h"

namespace outrigger::http {

// One request and its response on their way through. Aborts when it hears of anything behind its
// end.
class RelayedExchange final : public MessageEvents {
 public:
  static constexpr size_t kHighWater = 8 * 1024;

  RelayedExchange(std::string name, ResponseEncoder& downstream)
      : name_(std::move(name)), downstream_(downstream) {}

  void Start(RequestEncoder& upstream, const RequestHead& head) {
    upstream_ = &upstream;
    request_length_ = head.body;
    RequestHead named = head;
    named.authority = name_;  // how the other end tells which one it got
    upstream.EncodeRequestHead(named);
  }
  // Answered by us.
  void Refuse(uint16_t status) {
    has_own_answer_ = true;
    ResponseHead head;
    head.status = status;
    downstream_.EncodeResponseHead(head, false);
    if (!has_request_ended_) downstream_.ResetStream();
    is_over_ = true;
  }
  // As the water marks of the connections do.
  void UpdatePauses() {
    if (is_over_ || upstream_ == nullptr) return;
    Update(is_request_paused_, upstream_->queued_bytes(), downstream_);
    if (!is_over_) Update(is_response_paused_, downstream_.queued_bytes(), *upstream_);
  }

  void OnBody(std::string_view bytes) override {
    OUTRIGGER_CHECK(!is_over_ && !is_request_paused_ && !has_request_ended_);
    request_body_ += bytes;
    upstream_->EncodeBody(bytes);
  }
  void OnTrailers(const HeaderMap& trailers) override {
    OUTRIGGER_CHECK(!is_over_ && !has_request_ended_);
    has_request_trailers_ = true;
    upstream_->EncodeEnd(&trailers);
  }
  void OnMessageEnd() override {
    OUTRIGGER_CHECK(!is_over_ && !has_request_ended_);
    has_request_ended_ = true;
    if (!has_request_trailers_) upstream_->EncodeEnd(nullptr);
  }
  void OnMessageError(const Error&) override {
    OUTRIGGER_CHECK(!is_over_);
    is_over_ = true;
    if (upstream_ != nullptr) upstream_->ResetStream();
    downstream_.ResetStream();
  }

  ResponseEvents& response() { return response_; }
  bool is_over() const { return is_over_; }
  const std::string& name() const { return name_; }
  // What was passed on, and whether its end was.
  const std::string& request_body() const { return request_body_; }
  const std::string& response_body() const { return response_body_; }
  // Or the whole of it was there, whatever became of its stream.
  bool has_request_ended() const {
    return has_request_ended_ || IsWhole(request_length_, request_body_);
  }
  bool has_response_ended() const {
    return has_response_ended_ || (response_.has_head && IsWhole(response_.body, response_body_));
  }
  bool has_own_answer() const { return has_own_answer_; }

 private:
  struct Response final : ResponseEvents {
    explicit Response(RelayedExchange& owner) : exchange(owner) {}
    void OnInformational(const ResponseHead& head) override {
      OUTRIGGER_CHECK(!exchange.is_over_ && !has_head);
      exchange.downstream_.EncodeInformational(head);
    }
    void OnResponseHead(const ResponseHead& head) override {
      OUTRIGGER_CHECK(!exchange.is_over_ && !has_head);
      has_head = true;
      body = head.body;
      exchange.downstream_.EncodeResponseHead(head, false);
    }
    void OnBody(std::string_view bytes) override {
      OUTRIGGER_CHECK(!exchange.is_over_ && !exchange.is_response_paused_ && has_head);
      exchange.response_body_ += bytes;
      exchange.downstream_.EncodeBody(bytes);
    }
    void OnTrailers(const HeaderMap& trailers) override {
      OUTRIGGER_CHECK(!exchange.is_over_ && has_head);
      has_trailers = true;
      exchange.downstream_.EncodeEnd(&trailers);
    }
    void OnMessageEnd() override { exchange.OnResponseEnd(); }
    void OnMessageError(const Error&) override { exchange.OnResponseError(); }

    RelayedExchange& exchange;
    bool has_head = false;
    bool has_trailers = false;
    BodyLength body;
  };

  static bool IsWhole(const BodyLength& length, const std::string& body) {
    return length.kind == BodyLength::Kind::kNone ||
           (length.kind == BodyLength::Kind::kKnown && length.bytes == body.size());
  }
  static void Update(bool& is_paused, size_t queued, StreamEncoder& sender) {
    if (!is_paused && queued > kHighWater) {
      is_paused = true;
      sender.PauseBody();
    } else if (is_paused && queued <= kHighWater / 2) {
      is_paused = false;
      sender.ResumeBody();
    }
  }
  void OnResponseEnd() {
    OUTRIGGER_CHECK(!is_over_ && response_.has_head);
    has_response_ended_ = is_over_ = true;
    if (!response_.has_trailers) downstream_.EncodeEnd(nullptr);
    if (has_request_ended_) return;
    upstream_->ResetStream();
    downstream_.ResetStream();
  }
  void OnResponseError() {
    OUTRIGGER_CHECK(!is_over_);
    if (!response_.has_head) {
      Refuse(502);
      return;
    }
    is_over_ = true;
    downstream_.ResetStream();
  }

  const std::string name_;
  ResponseEncoder& downstream_;
  RequestEncoder* upstream_ = nullptr;  // until it is over
  Response response_{*this};
  BodyLength request_length_{BodyLength::Kind::kUnknown, 0};
  std::string request_body_;
  std::string response_body_;
  bool has_request_ended_ = false;
  bool has_request_trailers_ = false;
  bool has_response_ended_ = false;
  bool is_request_paused_ = false;
  bool is_response_paused_ = false;
  bool has_own_answer_ = false;
  bool is_over_ = false;
};

// The way to one service: an HTTP/2 connection for all exchanges, or an HTTP/1 connection for one.
class RelayUpstream {
 public:
  explicit RelayUpstream(http2::Surroundings& around, bool is_http2) : output_(around.slabs) {
    if (is_http2) {
      http2_.emplace(output_, around.context, http2::Options());
    } else {
      http1_.emplace(output_, CodecLimits());
    }
  }
  bool may_start() const { return http2_ ? http2_->free_streams() > 0 : !was_used_; }
  RequestEncoder& StartExchange(ResponseEvents& events) {
    was_used_ = true;
    if (http2_) return http2_->StartExchange(events);
    return http1_->StartExchange(events);
  }
  // What the service says.
  void Receive(std::string_view bytes) {
    if (is_at_end_) return;
    pending_ += bytes;
    if (http2_) {
      http2_->Decode(pending_);
      pending_.clear();
    } else {
      pending_.erase(0, http1_->Decode(pending_));
    }
  }
  void OnTurnEnd() {
    if (http2_) http2_->OnTurnEnd();
    if (!is_at_end_) Receive("");
  }
  void OnEof() {
    if (is_at_end_) return;
    is_at_end_ = true;
    http2_ ? http2_->OnEof() : http1_->OnEof();
  }
  std::string TakeOutput() {
    std::string bytes = output_.ToString();
    output_.Clear();
    return bytes;
  }
  bool has_ended() const { return is_at_end_; }

 private:
  ByteBuffer output_;
  std::optional<http2::ClientCodec> http2_;
  std::optional<http1::ClientCodec> http1_;
  std::string pending_;
  bool was_used_ = false;
  bool is_at_end_ = false;
};

// The proxy: what one client connection reaches.
class CodecRelay final : public ServerCodecEvents {
 public:
  CodecRelay(http2::Surroundings& around, bool is_client_http2, bool is_service_http2)
      : around_(around),
        is_client_http2_(is_client_http2),
        is_service_http2_(is_service_http2),
        output_(around.slabs) {
    if (is_client_http2) {
      codec_ = std::make_unique<http2::ServerCodec>(output_, around.context, *this,
                                                    http2::Options(), "http");
    } else {
      codec_ = std::make_unique<http1::ServerCodec>(output_, *this, CodecLimits(), "http");
    }
  }

  // What the client says.
  void Receive(std::string_view bytes) {
    if (has_ended_) return;
    pending_ += bytes;
    pending_.erase(0, codec_->Decode(pending_));
  }
  void OnTurnEnd() {
    for (const auto& exchange : exchanges) exchange->UpdatePauses();
    codec_->OnTurnEnd();
    for (const auto& upstream : upstreams) upstream->OnTurnEnd();
    if (codec_->must_close() && IsQuiet()) has_ended_ = true;
    Receive("");
  }
  void OnEof() {
    if (!std::exchange(has_ended_, true)) codec_->OnEof();
  }
  std::string TakeOutput() {
    std::string bytes = output_.ToString();
    output_.Clear();
    return bytes;
  }
  bool has_ended() const { return has_ended_; }
  bool IsQuiet() const {
    return std::ranges::all_of(exchanges, [](const auto& each) { return each->is_over(); });
  }

  MessageEvents& OnRequestHead(const RequestHead& head, ResponseEncoder& encoder) override {
    std::string name = "e" + std::to_string(exchanges.size());
    exchanges.push_back(std::make_unique<RelayedExchange>(std::move(name), encoder));
    RelayedExchange& exchange = *exchanges.back();
    clients_names.emplace_back(head.authority);
    RelayUpstream& upstream = NextUpstream();
    if (head.asks_for_tunnel()) {
      exchange.Refuse(403);
    } else if (!upstream.may_start() || upstream.has_ended()) {
      exchange.Refuse(503);
    } else {
      exchange.Start(upstream.StartExchange(exchange.response()), head);
    }
    return exchange;
  }
  void OnConnectionError(const Error& error) override {
    if (!is_client_http2_) codec_->EncodeErrorReply(error);
  }

  std::vector<std::unique_ptr<RelayedExchange>> exchanges;
  std::vector<std::string> clients_names;  // what each exchange's client called it
  std::vector<std::unique_ptr<RelayUpstream>> upstreams;

 private:
  RelayUpstream& NextUpstream() {
    if (upstreams.empty() || !is_service_http2_) {
      upstreams.push_back(std::make_unique<RelayUpstream>(around_, is_service_http2_));
    }
    return *upstreams.back();
  }

  http2::Surroundings& around_;
  const bool is_client_http2_;
  const bool is_service_http2_;
  ByteBuffer output_;
  std::string pending_;
  bool has_ended_ = false;
  std::unique_ptr<ServerCodec> codec_;
};

}  // namespace outrigger::http
