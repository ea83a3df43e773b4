// One request of the load client and its answer. Never sent twice: whatever goes wrong while it is
// outstanding is its failure.
//
// Owned by a ClientConnection, which uses it for one request after the other. Thread: main.
#pragma once

#include <string>

#include "event/timer.h"
#include "http/codec.h"
#include "net/connection.h"
#include "tools/load/ledger.h"
#include "tools/load/received_answer.h"

namespace outrigger::load {

class ClientConnection;
class LoadRun;

struct LoadRequest {
  std::string id;
  MonotonicTime due{};
};

class LoadExchange final : public http::ResponseEvents {
 public:
  LoadExchange(LoadRun& run, ClientConnection& connection, NetContext& net);

  // Writes the request. Requires: is_free().
  void Start(LoadRequest request, http::RequestEncoder& encoder);
  bool is_free() const { return state_ == State::kFree; }
  bool is_outstanding() const { return state_ == State::kOutstanding; }
  // Answered or failed, and not yet taken for another one.
  bool is_over() const { return state_ == State::kAnswered || state_ == State::kFailed; }
  bool has_failed() const { return state_ == State::kFailed; }
  // Checks the answer, if there is one, and tells the run. Requires: is_over().
  void Settle();
  // `reason` groups. Requires: is_outstanding().
  void Fail(const std::string& reason, const std::string& detail);
  // Its connection is gone. Requires: is_outstanding().
  void FailWithConnection(int system_error);

  void OnInformational(const http::ResponseHead&) override {}
  void OnResponseHead(const http::ResponseHead& head) override { answer_.TakeHead(head); }
  void OnBody(std::string_view bytes) override { answer_.TakeBody(bytes); }
  void OnTrailers(const http::HeaderMap& trailers) override { answer_.TakeTrailers(trailers); }
  void OnMessageEnd() override;
  void OnMessageError(const http::Error& error) override;

 private:
  enum class State { kFree, kOutstanding, kAnswered, kFailed };

  void Encode(http::RequestEncoder& encoder);
  void EncodeText(http::RequestHead& head, http::RequestEncoder& encoder);
  void CheckAnswer();
  void OnTimeout();

  LoadRun& run_;
  ClientConnection& connection_;
  Timer timeout_;
  State state_ = State::kFree;
  LoadRequest request_;
  BodyDigest sent_;  // its body
  ReceivedAnswer answer_;
  http::RequestEncoder* encoder_ = nullptr;  // while it is outstanding
};

}  // namespace outrigger::load
