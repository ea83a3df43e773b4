#include "admin/admin_connection.h"

#include <fmt/format.h>

#include <utility>

#include "admin/admin_server.h"
#include "admin/pages.h"

namespace outrigger::admin {

AdminConnection::AdminConnection(AdminServer& server, std::unique_ptr<Connection> connection)
    : server_(server),
      connection_(std::move(connection)),
      codec_(connection_->write_buffer(), *this, http::CodecLimits(), "http"),
      self_(std::make_shared<AdminConnection*>(this)) {
  connection_->SetIdleTimeout(kIdleTimeout);
  connection_->Start(*this);
}

size_t AdminConnection::OnBytes(std::string_view bytes) {
  if (!is_begun_) {
    constexpr std::string_view kPreface = GrpcSession::kPreface;
    if (bytes.size() < kPreface.size() && kPreface.starts_with(bytes)) return 0;
    is_begun_ = true;
    if (bytes.starts_with(kPreface)) {
      grpc_ = std::make_unique<GrpcSession>(server_, *connection_, *this);
    }
  }
  if (grpc_ != nullptr) return grpc_->OnBytes(bytes);
  const size_t taken = codec_.Decode(bytes);
  CloseIfDone();
  return taken;
}

http::MessageEvents& AdminConnection::OnRequestHead(const http::RequestHead& head,
                                                    http::ResponseEncoder& encoder) {
  method_ = head.method;
  target_ = head.path;
  body_bytes_ = 0;
  is_answered_ = false;
  if (head.expects_continue) {
    http::ResponseHead proceed;
    proceed.status = 100;
    encoder.EncodeInformational(proceed);
    connection_->WriteQueued();
  }
  return *this;
}

void AdminConnection::OnBody(std::string_view bytes) {
  body_bytes_ += bytes.size();
  if (body_bytes_ > kRequestBodyBytesMax && !is_answered_) Refuse(413, "request body too large\n");
}

void AdminConnection::OnMessageEnd() {
  if (is_answered_) return;
  const std::string_view target = target_;
  const std::string_view path = target.substr(0, target.find('?'));
  query_ = path.size() < target.size() ? Query(target.substr(path.size() + 1)) : Query();
  if (const Page* page = FindPage(path)) {
    ServePage(*page);
  } else {
    Refuse(404, "invalid path. " + HelpText());
  }
}

void AdminConnection::ServePage(const Page& page) {
  if (page.changes_something && method_ != "POST") {
    Refuse(405, fmt::format("Method {} not allowed, POST required.", method_));
  } else if (page.needs_ledger) {
    FetchLedger(page);
  } else {
    Answer(page, nullptr);
  }
}

void AdminConnection::FetchLedger(const Page& page) {
  std::weak_ptr<AdminConnection*> weak = self_;
  server_.sources().with_ledger([weak, &page](std::shared_ptr<const ConfigLedger> ledger) {
    if (auto self = weak.lock()) (*self)->Answer(page, std::move(ledger));
  });
}

void AdminConnection::Answer(const Page& page, std::shared_ptr<const ConfigLedger> ledger) {
  if (connection_->is_closing()) return;  // the peer went while control was asked
  AdminRequest request{server_.sources(),
                       server_.loggers(),
                       query_,
                       connection_->loop().now(),
                       connection_->loop().wall_now(),
                       std::move(ledger)};
  AdminResponse response;
  page.serve(request, response);
  Send(std::move(response));
}

void AdminConnection::Refuse(uint16_t status, std::string body) {
  AdminResponse response;
  response.status = status;
  response.body = std::move(body);
  Send(std::move(response));
}

void AdminConnection::Send(AdminResponse response) {
  is_answered_ = true;
  http::ResponseHead head;
  head.status = response.status;
  head.headers.Add(http::HeaderId::kContentType, response.content_type);
  head.headers.Add("cache-control", "no-cache, max-age=0");
  head.headers.Add("x-content-type-options", "nosniff");
  const std::string_view date = server_.date().Render(connection_->loop().wall_now());
  head.headers.Add(http::HeaderId::kDate, date);
  head.headers.Add(http::HeaderId::kServer, "envoy");
  if (response.next_piece) {
    head.body.kind = http::BodyLength::Kind::kUnknown;
    codec_.EncodeResponseHead(head, /*closes_connection=*/false);
    // A body that would not be sent is not made either.
    if (method_ == "HEAD") {
      FinishAnswer();
      return;
    }
    next_piece_ = std::move(response.next_piece);
    connection_->loop().AtTurnEnd(*this);
    return;
  }
  head.body = {http::BodyLength::Kind::kKnown, response.body.size()};
  codec_.EncodeResponseHead(head, /*closes_connection=*/false);
  codec_.EncodeBody(response.body);
  FinishAnswer();
}

void AdminConnection::OnTurnEnd() {
  if (grpc_ != nullptr) return grpc_->OnTurnEnd();
  if (!next_piece_ || connection_->is_closing()) return;
  std::string piece;
  for (int i = 0; i < kPiecesPerTurn; ++i) {
    if (is_blocked_ || connection_->is_above_high_water()) break;
    piece.clear();
    const bool has_more = next_piece_(piece);
    if (!piece.empty()) codec_.EncodeBody(piece);
    if (!has_more) {
      next_piece_ = nullptr;
      FinishAnswer();
      return;
    }
    connection_->WriteQueued();
  }
  // Blocked: goes on in OnBelowLowWater.
  if (!is_blocked_) connection_->loop().AtTurnEnd(*this);
}

void AdminConnection::OnBelowLowWater() {
  is_blocked_ = false;
  if (grpc_ != nullptr) return grpc_->OnBelowLowWater();
  if (next_piece_) connection_->loop().AtTurnEnd(*this);
}

void AdminConnection::FinishAnswer() {
  codec_.EncodeEnd(nullptr);
  connection_->WriteQueued();
  // The next request may lie in the connection already.
  connection_->OfferKeptBytes();
  CloseIfDone();
}

void AdminConnection::CloseIfDone() {
  if (codec_.has_active_exchange() && !codec_.must_close()) return;
  // The peer may still be sending what was refused: it gets the answer, not a reset.
  if (codec_.must_close() || saw_eof_) connection_->Close(Connection::Flush::kThenLinger);
}

void AdminConnection::OnConnectionError(const http::Error& error) {
  codec_.EncodeErrorReply(error);
  connection_->WriteQueued();
}

void AdminConnection::OnMessageError(const http::Error& error) {
  next_piece_ = nullptr;
  if (!is_answered_ && error.kind != http::ErrorKind::kDownstreamReset) {
    is_answered_ = true;
    codec_.EncodeErrorReply(error);
    connection_->WriteQueued();
  } else {
    codec_.ResetStream();
  }
}

void AdminConnection::OnEof() {
  if (grpc_ != nullptr) return grpc_->OnEof();
  saw_eof_ = true;
  codec_.OnEof();
  CloseIfDone();
}

void AdminConnection::OnClosed(CloseReason, int) {
  next_piece_ = nullptr;
  server_.Remove(*this);
}

}  // namespace outrigger::admin
