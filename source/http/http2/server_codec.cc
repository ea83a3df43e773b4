#include "http/http2/server_codec.h"

#include <nghttp2/nghttp2.h>

#include <utility>

#include "base/check.h"

namespace outrigger::http::http2 {

ServerCodec::ServerCodec(ByteBuffer& output, const SessionContext& context,
                         ServerCodecEvents& events, const Options& options, std::string_view scheme)
    : output_(output),
      slabs_(context.slabs),
      events_(events),
      output_max_(options.output_bytes_max),
      streams_max_(options.streams_max),
      scheme_(scheme),
      session_(Session::Role::kServer, context, options, *this),
      streams_(context.cells) {}

ServerCodec::~ServerCodec() = default;

size_t ServerCodec::Decode(std::string_view bytes) {
  session_.Receive(bytes);
  ReportFailure();
  return bytes.size();
}

void ServerCodec::OnEof() {
  session_.Terminate(NGHTTP2_NO_ERROR, {});
  FailStreams();
}

bool ServerCodec::OnTurnEnd() {
  session_.DeliverResumed();
  session_.Pump(output_, output_max_);
  ended_in_turn_ = 0;
  ReportFailure();
  return session_.wants_to_send();
}

void ServerCodec::ResetStalled() {
  session_.ForgetFlushDue();
  for (size_t i = 0; i < streams_.size(); ++i) streams_[i].ResetIfStalled();
}

// Bytes that break the connection's rules cost all its streams.
void ServerCodec::ReportFailure() {
  if (session_.failure().empty() || std::exchange(has_reported_failure_, true)) return;
  events_.OnConnectionError({ErrorKind::kBadRequest, Side::kDownstream, session_.failure(), false});
  FailStreams();
}

void ServerCodec::FailStreams() {
  for (size_t i = 0; i < streams_.size(); ++i) {
    streams_[i].Fail(DescribeReset(streams_[i], NGHTTP2_CANCEL));
  }
}

void ServerCodec::EncodeErrorReply(const Error& error) {
  session_.Terminate(NGHTTP2_ENHANCE_YOUR_CALM, error.cause);
  has_reported_failure_ = true;
}

Stream* ServerCodec::OnStreamOpened() {
  if (streams_.size() + ended_in_turn_ >= streams_max_) return nullptr;
  return &streams_.Make(session_, slabs_);
}

void ServerCodec::OnHead(Stream& opened, HeadBlock& block, bool ends) {
  auto& stream = static_cast<ServerStream&>(opened);
  const std::optional<Error> error = block.TakeRequest(ends, head_);
  stream.SetIsHead(head_.is_head());
  if (error.has_value()) {
    OUTRIGGER_CHECK(stream.incoming().TakeHead({}));
    Refuse(stream, *error);
    return;
  }
  head_.scheme = scheme_;
  OUTRIGGER_CHECK(stream.incoming().TakeHead(head_.body));
  if (head_.asks_for_tunnel()) stream.PauseBody();  // until it is open (R53)
  MessageEvents& receiver = events_.OnRequestHead(head_, stream);
  // It may have been answered already, and the answer be complete.
  if (stream.incoming().is_aborted()) return;
  if (stream.incoming().is_over() && stream.outgoing().is_over()) return;
  stream.SetReceiver(&receiver);
}

// A request that cannot be one: answered here, as RFC 9113 8.1.1 allows. The others go on.
void ServerCodec::Refuse(ServerStream& stream, const Error& error) {
  events_.OnRequestRefused(error);
  const ErrorRow& row = RowFor(error.kind);
  ResponseHead head;
  head.status = row.status;
  if (!row.body.empty()) {
    head.body = {BodyLength::Kind::kKnown, row.body.size()};
    head.headers.Add(HeaderId::kContentType, "text/plain");
  }
  stream.EncodeResponseHead(head, /*closes_connection=*/false);
  if (!row.body.empty()) {
    stream.EncodeBody(row.body);
    stream.EncodeEnd(nullptr);
  }
  stream.ResetStream();
  session_.ChargeRefusal();
}

void ServerCodec::OnStreamGone(Stream& gone) {
  ++ended_in_turn_;
  streams_.Destroy(static_cast<ServerStream&>(gone));
}

Error ServerCodec::DescribeReset(const Stream&, uint32_t) {
  return {ErrorKind::kDownstreamReset, Side::kDownstream, "stream reset", false};
}

}  // namespace outrigger::http::http2
