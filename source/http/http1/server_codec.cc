#include "http/http1/server_codec.h"

#include <utility>

#include "base/check.h"

namespace outrigger::http::http1 {

ServerCodec::ServerCodec(ByteBuffer& output, ServerCodecEvents& events, const CodecLimits& limits,
                         std::string_view scheme, const Options& options)
    : output_(output),
      events_(events),
      limits_(limits),
      scheme_(scheme),
      options_(options),
      fields_(limits_, options.keeps_original_names),
      body_(limits_) {}

bool ServerCodec::may_decode() const {
  if (must_close_) return false;
  // The next request waits for the response (R10), the body of this one for whom it floods, a
  // tunnel for the answer (R53).
  if (request_.is_over()) return response_.is_over();
  return pause_count_ == 0 && !is_tunnel_pending_;
}

size_t ServerCodec::Decode(std::string_view bytes) {
  OUTRIGGER_CHECK(!is_decoding_);
  is_decoding_ = true;
  size_t taken = 0;
  while (taken < bytes.size() && may_decode()) {
    const std::string_view rest = bytes.substr(taken);
    const size_t step = request_.is_over() ? DecodeHead(rest) : DecodeBody(rest);
    if (step == 0) break;
    taken += step;
  }
  is_decoding_ = false;
  is_holding_early_bytes_ = is_tunnel_pending_ && taken < bytes.size();
  // What follows the last request of a connection is nobody's.
  return must_close_ ? bytes.size() : taken;
}

size_t ServerCodec::DecodeHead(std::string_view bytes) {
  // One empty line before a request is forgiven (RFC 9112 2.2).
  if (!is_inside_head_ && !has_skipped_line_ && bytes[0] == '\r') {
    if (bytes.size() == 1) return 0;
    if (bytes[1] == '\n') {
      has_skipped_line_ = true;
      return 2;
    }
  }
  is_inside_head_ = true;
  is_head_request_ = false;
  switch (scanner_.Scan(bytes, limits_.head_bytes_max)) {
    case HeadScanner::Verdict::kIncomplete:
      return 0;
    case HeadScanner::Verdict::kMalformed:
      FailConnection(scanner_.failure());
      return 0;
    case HeadScanner::Verdict::kTooLarge:
      FailConnection(scanner_.has_first_line()
                         ? ParseFailure{ErrorKind::kRequestHeadTooLarge, "request head too large"}
                         : ParseFailure{ErrorKind::kRequestTargetTooLong, "request line too long"});
      return 0;
    case HeadScanner::Verdict::kComplete:
      return StartRequest(bytes.substr(0, scanner_.size()));
  }
  return 0;
}

size_t ServerCodec::StartRequest(std::string_view head_bytes) {
  scanner_.Reset();
  is_inside_head_ = has_skipped_line_ = false;
  Framing framing;
  const auto failure = ParseRequestHead(head_bytes, limits_, fields_, head_, framing);
  is_head_request_ = head_.is_head();
  if (failure.has_value()) {
    FailConnection(*failure);
    return head_bytes.size();
  }
  head_.scheme = scheme_;
  request_version_ = head_.version;
  client_wants_close_ = !framing.KeepsAlive(head_.version);
  pause_count_ = 0;
  is_tunnel_pending_ = head_.asks_for_tunnel();
  request_.Start();
  response_.Start();
  OUTRIGGER_CHECK(request_.TakeHead(head_.body));
  StartBody(head_bytes.size());
  MessageEvents& receiver = events_.OnRequestHead(head_, *this);
  if (request_.is_aborted()) return head_bytes.size();
  receiver_ = &receiver;
  if (body_.is_done()) FinishRequest();
  return head_bytes.size();
}

void ServerCodec::StartBody(size_t head_bytes) {
  switch (head_.body.kind) {
    case BodyLength::Kind::kNone:
      body_.StartNone();
      break;
    case BodyLength::Kind::kKnown:
      body_.StartKnown(head_.body.bytes);
      break;
    case BodyLength::Kind::kUnknown:
      head_.asks_for_tunnel() ? body_.StartUntilClose() : body_.StartChunked(head_bytes);
      break;
  }
}

size_t ServerCodec::DecodeBody(std::string_view bytes) {
  const BodyParser::Step step = body_.Next(bytes, fields_, trailers_);
  const size_t taken = body_.taken();
  switch (step) {
    case BodyParser::Step::kNeedMore:
      return 0;
    case BodyParser::Step::kBody:
      if (!body_.body().empty()) {
        OUTRIGGER_CHECK(request_.TakeBody(body_.body().size()));
        receiver_->OnBody(body_.body());
      }
      break;
    case BodyParser::Step::kTrailers:
      OUTRIGGER_CHECK(request_.TakeTrailers());
      receiver_->OnTrailers(trailers_);
      break;
    case BodyParser::Step::kEnd:
      break;
    case BodyParser::Step::kError:
      FailRequest(ErrorKind::kBadRequest, body_.cause());
      return 0;
  }
  // A body of known length ends with its last byte, not with the next one.
  if (body_.is_done() && !request_.is_aborted()) FinishRequest();
  return taken;
}

void ServerCodec::FinishRequest() {
  OUTRIGGER_CHECK(request_.TakeEnd());
  std::exchange(receiver_, nullptr)->OnMessageEnd();
}

void ServerCodec::FailRequest(ErrorKind kind, std::string_view cause) {
  request_.Abort();
  must_close_ = true;
  std::exchange(receiver_, nullptr)->OnMessageError({kind, Side::kDownstream, cause, false});
}

void ServerCodec::FailConnection(const ParseFailure& failure) {
  must_close_ = true;
  is_inside_head_ = false;
  events_.OnConnectionError({failure.kind, Side::kDownstream, failure.cause, false});
}

void ServerCodec::OnEof() {
  if (receiver_ == nullptr) return;
  // One side of a tunnel has ended; who ends it before it is open has given it up.
  if (body_.is_until_close() && !is_tunnel_pending_ && !is_holding_early_bytes_) {
    FinishRequest();
  } else {
    FailRequest(ErrorKind::kDownstreamReset, "request ended early");
  }
}

void ServerCodec::EncodeErrorReply(const Error& error) {
  OUTRIGGER_CHECK(response_.expects_head() || response_.is_over());
  const ErrorRow& row = RowFor(error.kind);
  request_.Abort();
  response_.Abort();
  receiver_ = nullptr;
  must_close_ = true;
  HeadWriter writer(output_, {options_.header_case});
  writer.WriteStatusLine(row.status);
  writer.WriteContentLength(row.body.size());
  if (!row.body.empty()) writer.WriteField("content-type", "text/plain");
  writer.WriteField("connection", "close");
  writer.WriteEmptyLine();
  if (!is_head_request_) writer.Write(row.body);
}

void ServerCodec::EncodeInformational(const ResponseHead& head) {
  if (response_.is_aborted()) return;
  OUTRIGGER_CHECK(head.is_informational() && head.status != 101 && response_.TakeInformational());
  if (request_version_ == Version::kHttp10) return;  // RFC 9110 15.2
  HeadWriter writer(output_, NamesOf(head));
  writer.WriteStatusLine(head.status);
  writer.WriteFields(head.headers);
  writer.WriteEmptyLine();
}

HeaderNames ServerCodec::NamesOf(const ResponseHead& head) const {
  return {options_.header_case, &head.original_names};
}

ServerCodec::BodyFraming ServerCodec::ChooseFraming(const ResponseHead& head) const {
  if (is_head_request_ || head.status == 204 || head.status == 304) return BodyFraming::kNoBody;
  if (head.body.kind != BodyLength::Kind::kUnknown) return BodyFraming::kKnown;
  return request_version_ == Version::kHttp10 ? BodyFraming::kUntilClose : BodyFraming::kChunked;
}

void ServerCodec::EncodeResponseHead(const ResponseHead& head, bool closes_connection) {
  if (response_.is_aborted()) return;
  if (head.opens_tunnel) {
    OpenTunnel(head);
    return;
  }
  response_framing_ = ChooseFraming(head);
  const bool has_body = response_framing_ != BodyFraming::kNoBody;
  // Whoever encodes a body that stays away may encode any part of it.
  const bool is_unchecked = !has_body && head.body.kind != BodyLength::Kind::kNone;
  OUTRIGGER_CHECK(
      !head.is_informational() &&
      response_.TakeHead(is_unchecked ? BodyLength{BodyLength::Kind::kUnknown, 0} : head.body));
  // A request that has not come to its end would have to be read first (R11).
  const bool closes = closes_connection || closes_next_ || client_wants_close_ || must_close_ ||
                      !request_.is_ended() || response_framing_ == BodyFraming::kUntilClose;
  HeadWriter writer(output_, NamesOf(head));
  writer.WriteStatusLine(head.status);
  writer.WriteFields(head.headers);
  if (!has_body) {
    if (const auto length = head.bodyless_length()) writer.WriteContentLength(*length);
  } else if (response_framing_ == BodyFraming::kKnown) {
    writer.WriteContentLength(head.body.bytes);
  } else if (response_framing_ == BodyFraming::kChunked) {
    writer.WriteField("transfer-encoding", "chunked");
  }
  if (closes) {
    has_announced_close_ = true;
    writer.WriteField("connection", "close");
  } else if (request_version_ == Version::kHttp10) {
    writer.WriteField("connection", "keep-alive");
  }
  writer.WriteEmptyLine();
  if (response_.is_over()) FinishResponse();
}

// What the client sent for it by now is offered again by the connection.
void ServerCodec::OpenTunnel(const ResponseHead& head) {
  OUTRIGGER_CHECK(is_tunnel_pending_ && response_.TakeHead(head.body));
  is_tunnel_pending_ = false;
  response_framing_ = BodyFraming::kUntilClose;
  has_announced_close_ = true;  // nothing else can follow
  HeadWriter writer(output_, NamesOf(head));
  writer.WriteStatusLine(head.status);
  writer.WriteFields(head.headers);
  if (!head.upgrade.empty()) {
    writer.WriteField("connection", "upgrade");
    writer.WriteField("upgrade", head.upgrade);
  }
  writer.WriteEmptyLine();
}

void ServerCodec::EncodeBody(std::string_view bytes) {
  if (response_.is_aborted()) return;
  OUTRIGGER_CHECK(response_.TakeBody(bytes.size()));
  switch (response_framing_) {
    case BodyFraming::kNoBody:
      return;  // HEAD, 204, 304: stays away whatever the head announced (R14)
    case BodyFraming::kChunked:
      WriteChunk(output_, bytes);
      return;
    case BodyFraming::kKnown:
    case BodyFraming::kUntilClose:
      output_.Append(bytes);
      return;
  }
}

void ServerCodec::EncodeEnd(const HeaderMap* trailers) {
  if (response_.is_aborted()) return;
  const bool was_over = response_.is_over();
  OUTRIGGER_CHECK(response_.TakeEnd());
  if (was_over) return;
  if (response_framing_ == BodyFraming::kChunked) WriteLastChunk(output_, trailers);
  FinishResponse();
}

void ServerCodec::FinishResponse() {
  response_framing_ = BodyFraming::kNoBody;
  if (has_announced_close_) must_close_ = true;
}

void ServerCodec::ResetStream() {
  receiver_ = nullptr;
  request_.Abort();
  response_.Abort();
  must_close_ = true;
}

void ServerCodec::ResumeBody() {
  // A pause of an exchange that is over went with it.
  if (pause_count_ > 0) --pause_count_;
}

}  // namespace outrigger::http::http1
