// One request of the process' own and its answer, bounded in time and size. A request that a reused
// connection lost is sent once more over a new one (P29).
//
// Owned by RestCalls. Thread: service.
#pragma once

#include <string>

#include "event/timer.h"
#include "filters/router/upstream_attempt.h"
#include "http/message.h"
#include "server/rest_calls.h"
#include "stats/scope.h"

namespace outrigger {

class RestCall final : public AttemptEvents {
 public:
  RestCall(RestCalls& calls, RestRequest request, OnRestAnswer on_answer);

  // May end at once.
  void Start();
  // Without an answer.
  void Abort();

  void OnAttemptConnected() override;
  void OnAttemptInformational(const http::ResponseHead&) override {}
  void OnAttemptHead(const http::ResponseHead& head) override;
  void OnAttemptBody(std::string_view bytes) override;
  void OnAttemptEnd(const http::HeaderMap*) override { Finish(std::move(answer_)); }
  void OnAttemptError(const http::Error& error) override;
  void OnAttemptBelowLowWater() override {}

 private:
  void Try();
  void OnTimeout();
  void CountStatus(uint16_t status);
  void Finish(absl::StatusOr<RestAnswer> answer);

  RestCalls& calls_;
  const RestRequest request_;
  OnRestAnswer on_answer_;
  http::RequestHead head_;
  RestAnswer answer_;
  UpstreamAttempt attempt_{*this};
  Timer timer_;
  std::shared_ptr<stats::Scope> scope_;  // of the cluster
  MonotonicTime started_at_{};
};

}  // namespace outrigger
