// One connection to the admin port: reads requests, finds their page, writes answers, one at a
// time.
//
// A long answer is made a few pieces per loop turn and only as fast as the peer takes it, so that a
// big dump holds up neither other pages nor memory. Bodies of requests are counted and dropped: no
// page reads any.
//
// Owned by AdminServer. Thread: service.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "admin/grpc_session.h"
#include "admin/page.h"
#include "admin/query.h"
#include "http/http1/server_codec.h"
#include "net/connection.h"

namespace outrigger::admin {

class AdminServer;

class AdminConnection final : public NetworkFilter,
                              public http::ServerCodecEvents,
                              public http::MessageEvents,
                              public EventLoop::TurnEndHandler {
 public:
  static constexpr size_t kRequestBodyBytesMax = 1024 * 1024;
  static constexpr Duration kIdleTimeout = std::chrono::minutes(5);
  static constexpr int kPiecesPerTurn = 4;

  AdminConnection(AdminServer& server, std::unique_ptr<Connection> connection);

  http::MessageEvents& OnRequestHead(const http::RequestHead& head,
                                     http::ResponseEncoder& encoder) override;
  void OnConnectionError(const http::Error& error) override;

  void OnBody(std::string_view bytes) override;
  void OnTrailers(const http::HeaderMap&) override {}
  void OnMessageEnd() override;
  void OnMessageError(const http::Error& error) override;

  size_t OnBytes(std::string_view bytes) override;
  void OnEof() override;
  void OnAboveHighWater() override { is_blocked_ = true; }
  void OnBelowLowWater() override;
  void OnClosed(CloseReason reason, int system_error) override;

  // Writes the next pieces of a long answer.
  void OnTurnEnd() override;

 private:
  void ServePage(const Page& page);
  void FetchLedger(const Page& page);
  void Answer(const Page& page, std::shared_ptr<const ConfigLedger> ledger);
  void Refuse(uint16_t status, std::string body);
  void Send(AdminResponse response);
  void FinishAnswer();
  void CloseIfDone();

  AdminServer& server_;
  const std::unique_ptr<Connection> connection_;
  http::http1::ServerCodec codec_;
  std::unique_ptr<GrpcSession> grpc_;  // null: it speaks HTTP/1
  // What answers from other threads hold weakly: it ends with this connection.
  const std::shared_ptr<AdminConnection*> self_;

  bool is_begun_ = false;  // what it speaks is known
  std::string method_;
  std::string target_;
  Query query_;
  size_t body_bytes_ = 0;
  absl::AnyInvocable<bool(std::string& piece)> next_piece_;  // while a long answer is under way
  bool is_answered_ = true;
  bool is_blocked_ = false;
  bool saw_eof_ = false;
};

}  // namespace outrigger::admin
