// One call of the client status discovery service: an answer for each question, in order, until the
// client has asked its last. That FetchClientStatus has one question is its client's business.
//
// Owned by a grpc_session. Thread: service.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "admin/client_status.h"
#include "http/codec.h"

namespace outrigger::admin {

class AdminServer;

class ClientStatusCall final : public http::MessageEvents {
 public:
  static constexpr size_t kQuestionBytesMax = 64 * 1024;
  static constexpr size_t kQuestionsMax = 16;  // that wait for their answers
  static constexpr size_t kQueuedBytesMax = 64 * 1024;

  // `wake`: there is something to do at the end of the turn.
  ClientStatusCall(AdminServer& server, const http::RequestHead& head,
                   http::ResponseEncoder& encoder, std::function<void()> wake);

  void OnBody(std::string_view bytes) override;
  void OnTrailers(const http::HeaderMap&) override {}
  void OnMessageEnd() override;
  void OnMessageError(const http::Error& error) override;

  // Makes and sends the next pieces; true when more can be done in the next turn.
  bool Work();
  bool is_over() const { return is_over_; }
  // More can be sent at once.
  bool has_room() const {
    return !is_over_ && !sending_.empty() && encoder_.queued_bytes() < kQueuedBytesMax;
  }

 private:
  enum class Code : int {
    kOk = 0,
    kInvalidArgument = 3,
    kResourceExhausted = 8,
    kUnimplemented = 12
  };

  void Refuse();
  void TakeQuestions();
  void Ask(std::string_view question);
  void FetchLedger();
  void SendHead();
  void SendPieces();
  void End(Code code, std::string_view message);

  AdminServer& server_;
  http::ResponseEncoder& encoder_;
  const bool is_grpc_;
  const bool is_known_;  // a method of the service
  const std::function<void()> wake_;
  // What answers from other threads hold weakly.
  const std::shared_ptr<ClientStatusCall*> self_;
  std::string received_;
  std::deque<bool> questions_;          // whether each wants the resources themselves
  bool is_fetching_ = false;            // the ledger for the first of them
  std::optional<ClientStatus> answer_;  // being made
  std::string sending_;                 // the rest of the one before
  bool has_asked_all_ = false;
  bool has_head_ = false;
  bool is_over_ = false;
};

}  // namespace outrigger::admin
