#include "http/http2/server_stream.h"

#include "base/check.h"
#include "http/http2/field_list.h"
#include "http/http2/session.h"

namespace outrigger::http::http2 {

void ServerStream::EncodeInformational(const ResponseHead& head) {
  if (outgoing().is_aborted()) return;
  OUTRIGGER_CHECK(head.is_informational() && head.status != 101 && outgoing().TakeInformational());
  FieldList fields;
  fields.AddResponse(head, std::nullopt);
  session_.SubmitInformational(*this, fields);
}

void ServerStream::EncodeResponseHead(const ResponseHead& head, bool closes_connection) {
  if (outgoing().is_aborted()) return;
  const bool is_bodyless = is_head_ || head.status == 204 || head.status == 304;
  has_body_ = !is_bodyless && head.body.kind != BodyLength::Kind::kNone;
  // Whoever encodes a body that stays away may encode any part of it.
  const bool is_unchecked = is_bodyless && head.body.kind != BodyLength::Kind::kNone;
  OUTRIGGER_CHECK(
      !head.is_informational() &&
      outgoing().TakeHead(is_unchecked ? BodyLength{BodyLength::Kind::kUnknown, 0} : head.body));
  FieldList fields;
  fields.AddResponse(head, head.bodyless_length());
  session_.SubmitResponse(*this, fields, !has_body_);
  if (outgoing().is_over()) OnEndSubmitted();
  if (head.opens_tunnel) ResumeBody();
  if (closes_connection) session_.StartDrain();
}

void ServerStream::EncodeBody(std::string_view bytes) {
  if (outgoing().is_aborted()) return;
  OUTRIGGER_CHECK(outgoing().TakeBody(bytes.size()));
  if (has_body_) QueueBody(bytes);  // else HEAD, 204, 304 (R14)
}

void ServerStream::EncodeEnd(const HeaderMap* trailers) {
  if (outgoing().is_aborted()) return;
  const bool was_over = outgoing().is_over();
  OUTRIGGER_CHECK(outgoing().TakeEnd());
  if (was_over) return;
  if (has_body_) {
    QueueEnd(trailers);
  } else {
    OnEndSubmitted();
  }
}

}  // namespace outrigger::http::http2
