#include "http/http2/client_stream.h"

#include "base/check.h"
#include "http/http2/field_list.h"
#include "http/http2/session.h"

namespace outrigger::http::http2 {

ClientStream::ClientStream(Session& session, SlabPool& slabs, ResponseEvents& events)
    : Stream(session, slabs, Hears::kUntilEnd), session_(session), events_(&events) {
  incoming().Start();
  outgoing().Start();
  SetReceiver(&events);
}

void ClientStream::EncodeRequestHead(const RequestHead& head) {
  if (outgoing().is_aborted()) return;
  OUTRIGGER_CHECK(outgoing().TakeHead(head.body));
  is_head_ = head.is_head();
  is_tunnel_ = head.asks_for_tunnel();
  upgrade_ = head.upgrade;
  FieldList fields;
  fields.AddRequest(head);
  // The codec opens no stream that the connection has no number for.
  OUTRIGGER_CHECK(session_.SubmitRequest(*this, fields, outgoing().is_over()));
}

void ClientStream::EncodeBody(std::string_view bytes) {
  if (outgoing().is_aborted()) return;
  OUTRIGGER_CHECK(outgoing().TakeBody(bytes.size()));
  QueueBody(bytes);
}

void ClientStream::EncodeEnd(const HeaderMap* trailers) {
  if (outgoing().is_aborted()) return;
  const bool was_over = outgoing().is_over();
  OUTRIGGER_CHECK(outgoing().TakeEnd());
  if (!was_over) QueueEnd(trailers);
}

}  // namespace outrigger::http::http2
