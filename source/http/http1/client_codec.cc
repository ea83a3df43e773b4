#include "http/http1/client_codec.h"

#include <utility>

#include "base/check.h"
#include "http/syntax.h"

namespace outrigger::http::http1 {

ClientCodec::ClientCodec(ByteBuffer& output, const CodecLimits& limits, const Options& options)
    : output_(output),
      limits_(limits),
      options_(options),
      fields_(limits_, options.keeps_original_names),
      body_(limits_) {}

RequestEncoder& ClientCodec::StartExchange(ResponseEvents& events) {
  OUTRIGGER_CHECK(is_idle() && !must_close_ && !is_decoding_);
  events_ = &events;
  request_.Start();
  response_.Start();
  scanner_.Reset();
  has_response_bytes_ = false;
  informational_count_ = pause_count_ = 0;
  return *this;
}

namespace {

void WriteConnection(const RequestHead& head, HeadWriter& writer) {
  const bool has_te = head.headers.Has(HeaderId::kTe);  // RFC 9110 10.1.4
  if (head.upgrade.empty()) {
    if (has_te) writer.WriteField("connection", "te");
    return;
  }
  writer.WriteField("connection", has_te ? "te, upgrade" : "upgrade");
  writer.WriteField("upgrade", head.upgrade);
}

}  // namespace

void ClientCodec::EncodeRequestHead(const RequestHead& head) {
  if (request_.is_aborted()) return;
  OUTRIGGER_CHECK(request_.TakeHead(head.body));
  is_head_request_ = head.is_head();
  is_tunnel_request_ = head.asks_for_tunnel();
  is_request_chunked_ = head.body.kind == BodyLength::Kind::kUnknown && !is_tunnel_request_;
  upgrade_ = head.upgrade;
  HeadWriter writer(output_, {options_.header_case, &head.original_names});
  writer.WriteRequestLine(head);
  writer.WriteFields(head.headers);
  WriteConnection(head, writer);
  if (is_tunnel_request_) {
    // Neither length nor coding: no body (R53).
  } else if (is_request_chunked_) {
    writer.WriteField("transfer-encoding", "chunked");
  } else if (head.body.kind == BodyLength::Kind::kKnown) {
    writer.WriteContentLength(head.body.bytes);
  } else if (head.method == "POST" || head.method == "PUT" || head.method == "PATCH") {
    writer.WriteContentLength(0);  // RFC 9110 8.6
  }
  writer.WriteEmptyLine();
}

void ClientCodec::EncodeBody(std::string_view bytes) {
  if (request_.is_aborted()) return;
  OUTRIGGER_CHECK(request_.TakeBody(bytes.size()));
  if (is_request_chunked_) {
    WriteChunk(output_, bytes);
  } else {
    output_.Append(bytes);
  }
}

void ClientCodec::EncodeEnd(const HeaderMap* trailers) {
  if (request_.is_aborted()) return;
  const bool was_over = request_.is_over();
  OUTRIGGER_CHECK(request_.TakeEnd());
  if (!was_over && is_request_chunked_) WriteLastChunk(output_, trailers);
}

size_t ClientCodec::Decode(std::string_view bytes) {
  OUTRIGGER_CHECK(!is_decoding_);
  is_decoding_ = true;
  size_t taken = 0;
  while (events_ != nullptr && taken < bytes.size()) {
    has_response_bytes_ = true;
    const std::string_view rest = bytes.substr(taken);
    if (!response_.expects_head() && pause_count_ > 0) break;
    const size_t step = response_.expects_head() ? DecodeHead(rest) : DecodeBody(rest);
    if (step == 0) break;
    taken += step;
  }
  is_decoding_ = false;
  // What follows the last response of a connection is nobody's.
  return must_close_ && events_ == nullptr ? bytes.size() : taken;
}

size_t ClientCodec::DecodeHead(std::string_view bytes) {
  if (!request_.has_head()) {
    Fail(ErrorKind::kUpstreamProtocolError, "response before its request");
    return 0;
  }
  switch (scanner_.Scan(bytes, limits_.head_bytes_max)) {
    case HeadScanner::Verdict::kIncomplete:
      return 0;
    case HeadScanner::Verdict::kMalformed:
      Fail(ErrorKind::kUpstreamProtocolError, scanner_.failure().cause);
      return 0;
    case HeadScanner::Verdict::kTooLarge:
      Fail(ErrorKind::kUpstreamProtocolError, "response head too large");
      return 0;
    case HeadScanner::Verdict::kComplete:
      return StartResponse(bytes.substr(0, scanner_.size()));
  }
  return 0;
}

size_t ClientCodec::StartResponse(std::string_view head_bytes) {
  scanner_.Reset();
  const size_t size = head_bytes.size();
  Framing framing;
  if (const auto failure = ParseResponseHead(head_bytes, fields_, head_, framing)) {
    Fail(ErrorKind::kUpstreamProtocolError, failure->cause);
    return size;
  }
  if (OpensTunnel(framing)) {
    OpenTunnel(framing);
    return size;
  }
  if (head_.is_informational()) {
    if (TakeInformational(framing)) events_->OnInformational(head_);
    return size;
  }
  if (!framing.KeepsAlive(head_.version)) must_close_ = true;
  StartBody(framing, size);
  OUTRIGGER_CHECK(response_.TakeHead(head_.body));
  events_->OnResponseHead(head_);
  if (events_ != nullptr && body_.is_done()) FinishResponse();
  return size;
}

// To what was asked for (R52), and only once it was.
bool ClientCodec::OpensTunnel(const Framing& framing) const {
  if (!is_tunnel_request_) return false;
  if (upgrade_.empty()) return head_.status >= 200 && head_.status < 300;
  return head_.status == 101 && EqualsIgnoringCase(framing.upgrade, upgrade_);
}

// Whatever its framing fields say, bytes follow until the end (RFC 9110 9.3.6).
void ClientCodec::OpenTunnel(const Framing& framing) {
  head_.opens_tunnel = true;
  head_.upgrade = upgrade_.empty() ? std::string_view() : framing.upgrade;
  head_.body = {BodyLength::Kind::kUnknown, 0};
  body_.StartUntilClose();
  must_close_ = true;
  OUTRIGGER_CHECK(response_.TakeHead(head_.body));
  events_->OnResponseHead(head_);
}

// A response that does not end the exchange (R13). A body with one would be read as the next head.
bool ClientCodec::TakeInformational(const Framing& framing) {
  if (head_.status == 101) {  // R52
    Fail(ErrorKind::kUpstreamProtocolError, "switching protocols was not asked for");
  } else if (++informational_count_ > limits_.informational_max) {
    Fail(ErrorKind::kUpstreamProtocolError, "too many informational responses");
  } else if (framing.is_chunked || framing.content_length.value_or(0) > 0) {
    Fail(ErrorKind::kUpstreamProtocolError, "informational response with a body");
  }
  return events_ != nullptr && response_.TakeInformational();
}

// RFC 9112 6.3.
void ClientCodec::StartBody(const Framing& framing, size_t head_bytes) {
  if (is_head_request_ || head_.status == 204 || head_.status == 304) {
    body_.StartNone();
    // A 204 that announces a body comes from a peer that may send it (R14).
    const bool announces_body = framing.is_chunked || framing.content_length.value_or(0) > 0;
    if (head_.status == 204) {
      must_close_ |= announces_body;
    } else {
      head_.announced_length = framing.content_length;
    }
  } else if (framing.is_chunked) {
    head_.body.kind = BodyLength::Kind::kUnknown;
    body_.StartChunked(head_bytes);
  } else if (framing.content_length.has_value()) {
    if (*framing.content_length > 0) {
      head_.body = {BodyLength::Kind::kKnown, *framing.content_length};
    }
    body_.StartKnown(*framing.content_length);
  } else {
    head_.body.kind = BodyLength::Kind::kUnknown;
    body_.StartUntilClose();
    must_close_ = true;
  }
}

size_t ClientCodec::DecodeBody(std::string_view bytes) {
  const BodyParser::Step step = body_.Next(bytes, fields_, trailers_);
  const size_t taken = body_.taken();
  switch (step) {
    case BodyParser::Step::kNeedMore:
      return 0;
    case BodyParser::Step::kBody:
      if (!body_.body().empty()) {
        OUTRIGGER_CHECK(response_.TakeBody(body_.body().size()));
        events_->OnBody(body_.body());
      }
      break;
    case BodyParser::Step::kTrailers:
      OUTRIGGER_CHECK(response_.TakeTrailers());
      events_->OnTrailers(trailers_);
      break;
    case BodyParser::Step::kEnd:
      break;
    case BodyParser::Step::kError:
      Fail(ErrorKind::kUpstreamProtocolError, body_.cause());
      return 0;
  }
  // A body of known length ends with its last byte, not with the next one.
  if (body_.is_done() && events_ != nullptr) FinishResponse();
  return taken;
}

void ClientCodec::FinishResponse() {
  OUTRIGGER_CHECK(response_.TakeEnd());
  if (!request_.is_ended()) must_close_ = true;  // R11
  std::exchange(events_, nullptr)->OnMessageEnd();
}

void ClientCodec::Fail(ErrorKind kind, std::string_view cause) {
  must_close_ = true;
  failure_ = kind;
  request_.Abort();
  response_.Abort();
  std::exchange(events_, nullptr)->OnMessageError({kind, Side::kUpstream, cause, false});
}

void ClientCodec::OnEof() {
  must_close_ = true;
  if (events_ == nullptr) return;
  if (response_.has_head()) {
    if (body_.is_until_close()) {
      FinishResponse();
    } else {
      Fail(ErrorKind::kUpstreamTruncated, "response body ended early");
    }
  } else if (has_response_bytes_) {
    Fail(ErrorKind::kUpstreamProtocolError, "response head ended early");
  } else {
    Fail(ErrorKind::kUpstreamReset, "upstream closed before a response");
  }
}

void ClientCodec::ResetStream() {
  events_ = nullptr;
  request_.Abort();
  response_.Abort();
  must_close_ = true;
}

void ClientCodec::ResumeBody() {
  // A pause of an exchange that is over went with it.
  if (pause_count_ > 0) --pause_count_;
}

}  // namespace outrigger::http::http1
