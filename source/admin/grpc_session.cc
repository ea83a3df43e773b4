#include "admin/grpc_session.h"

#include "admin/admin_server.h"

namespace outrigger::admin {

namespace {

http::http2::Options OptionsOf() {
  http::http2::Options options;
  options.streams_max = GrpcSession::kCallsMax;
  return options;
}

}  // namespace

GrpcSession::GrpcSession(AdminServer& server, Connection& connection,
                         EventLoop::TurnEndHandler& owner)
    : server_(server),
      connection_(connection),
      owner_(owner),
      codec_(
          connection.write_buffer(),
          {server.net().loop, server.net().slabs, server.net().cells, server.http2_stats(), *this},
          *this, OptionsOf(), "http") {}

void GrpcSession::Wake() { server_.net().loop.AtTurnEnd(owner_); }

size_t GrpcSession::OnBytes(std::string_view bytes) {
  const size_t taken = codec_.Decode(bytes);
  Wake();
  return taken;
}

void GrpcSession::OnEof() {
  saw_eof_ = true;
  codec_.OnEof();
  Wake();
}

http::MessageEvents& GrpcSession::OnRequestHead(const http::RequestHead& head,
                                                http::ResponseEncoder& encoder) {
  return calls_.emplace_back(server_, head, encoder, [this] { Wake(); });
}

void GrpcSession::OnTurnEnd() {
  if (connection_.is_closing()) return;
  bool has_more = false;
  for (ClientStatusCall& call : calls_) has_more |= call.Work();
  bool can_frame = true;
  while (can_frame && !connection_.is_above_high_water()) {
    can_frame = codec_.OnTurnEnd();
    connection_.WriteQueued();
  }
  calls_.remove_if([](const ClientStatusCall& call) { return call.is_over(); });
  // Above high water it is the connection that says when to go on.
  if (!connection_.is_above_high_water()) {
    for (const ClientStatusCall& call : calls_) has_more |= call.has_room();
  }
  if (has_more) Wake();
  if (codec_.must_close() || (saw_eof_ && calls_.empty())) {
    connection_.Close(Connection::Flush::kYes);
  }
}

}  // namespace outrigger::admin
