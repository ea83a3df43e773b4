#include "http/http2/client_codec.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace outrigger::http::http2 {

namespace {

Error ProtocolError(std::string_view cause) {
  return {ErrorKind::kUpstreamProtocolError, Side::kUpstream, cause, false};
}

}  // namespace

ClientCodec::ClientCodec(ByteBuffer& output, const SessionContext& context, const Options& options)
    : output_(output),
      slabs_(context.slabs),
      output_max_(options.output_bytes_max),
      informational_max_(options.limits.informational_max),
      streams_max_(options.streams_max),
      session_(Session::Role::kClient, context, options, *this),
      streams_(context.cells) {}

ClientCodec::~ClientCodec() = default;

ClientStream& ClientCodec::StartExchange(ResponseEvents& events) {
  OUTRIGGER_CHECK(free_streams() > 0);
  return streams_.Make(session_, slabs_, events);
}

size_t ClientCodec::free_streams() const {
  if (is_going_away()) return 0;
  const size_t limit = std::min({streams_max_, session_.peer_streams_max(), session_.ids_left()});
  return limit - std::min(limit, streams_.size());
}

bool ClientCodec::is_going_away() const {
  return session_.has_goaway() || session_.is_draining() || session_.is_dead();
}

void ClientCodec::Decode(std::string_view bytes) {
  session_.Receive(bytes);
  if (!session_.failure().empty()) FailStreams();
}

void ClientCodec::OnEof() {
  session_.Terminate(NGHTTP2_NO_ERROR, {});
  FailStreams();
}

bool ClientCodec::OnTurnEnd() {
  session_.DeliverResumed();
  session_.Pump(output_, output_max_);
  if (!session_.failure().empty()) FailStreams();
  return session_.wants_to_send();
}

// A connection that ends costs its streams, a peer that breaks its rules by name.
void ClientCodec::FailStreams() {
  for (size_t i = 0; i < streams_.size(); ++i) {
    streams_[i].Fail(session_.failure().empty() ? DescribeReset(streams_[i], NGHTTP2_CANCEL)
                                                : ProtocolError(session_.failure()));
  }
}

Stream* ClientCodec::OnStreamOpened() {
  OUTRIGGER_CHECK(false);  // push is off: nghttp2 ends the connection of a server that promises
  return nullptr;
}

void ClientCodec::OnHead(Stream& answered, HeadBlock& block, bool ends) {
  auto& stream = static_cast<ClientStream&>(answered);
  if (const auto error = block.TakeResponse(ends, head_)) {
    stream.Reject(NGHTTP2_PROTOCOL_ERROR, ProtocolError(error->cause));
    return;
  }
  if (!stream.has_receiver()) return;
  stream.has_response_ = true;
  if (head_.is_informational()) {
    OnInformational(stream);
    return;
  }
  if (stream.is_tunnel_ && head_.status < 300) {
    head_.opens_tunnel = true;
    head_.body = {BodyLength::Kind::kUnknown, 0};
    head_.upgrade = stream.upgrade_;
    if (!head_.upgrade.empty()) head_.status = 101;
  } else if (stream.is_head_ || head_.status == 204 || head_.status == 304) {
    if (head_.body.kind == BodyLength::Kind::kKnown) head_.announced_length = head_.body.bytes;
    head_.body = {};
  }
  OUTRIGGER_CHECK(stream.incoming().TakeHead(head_.body));
  stream.events_->OnResponseHead(head_);
  // Who waited for the end would wait for a peer that has nothing more to say.
  if (stream.incoming().is_ended()) stream.EndWithHead();
}

// Does not end the exchange (R13).
void ClientCodec::OnInformational(ClientStream& stream) {
  if (head_.status == 101) {
    stream.Reject(NGHTTP2_PROTOCOL_ERROR, ProtocolError("switching protocols over HTTP/2"));
  } else if (++stream.informational_count_ > informational_max_) {
    stream.Reject(NGHTTP2_PROTOCOL_ERROR, ProtocolError("too many informational responses"));
  } else {
    OUTRIGGER_CHECK(stream.incoming().TakeInformational());
    stream.events_->OnInformational(head_);
  }
}

void ClientCodec::OnStreamGone(Stream& gone) { streams_.Destroy(static_cast<ClientStream&>(gone)); }

Error ClientCodec::DescribeReset(const Stream& stream, uint32_t error_code) {
  const bool has_response = static_cast<const ClientStream&>(stream).has_response_;
  // RFC 9113 8.7: refused outright, or above GOAWAY's last one, or never sent because of it.
  if (error_code == NGHTTP2_REFUSED_STREAM || !stream.is_head_sent()) {
    return {ErrorKind::kUpstreamReset, Side::kUpstream, "stream refused", !has_response};
  }
  if (!stream.was_reset_by_peer() && error_code == NGHTTP2_PROTOCOL_ERROR) {
    return ProtocolError("malformed response");
  }
  return {has_response ? ErrorKind::kUpstreamTruncated : ErrorKind::kUpstreamReset, Side::kUpstream,
          "stream reset by upstream", false};
}

}  // namespace outrigger::http::http2
