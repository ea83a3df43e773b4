#include "server/rest_call.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "cluster/cluster_stats.h"
#include "cluster/response_codes.h"
#include "http/error.h"

namespace outrigger {

RestCall::RestCall(RestCalls& calls, RestRequest request, OnRestAnswer on_answer)
    : calls_(calls),
      request_(std::move(request)),
      on_answer_(std::move(on_answer)),
      timer_(calls.net().loop, [this] { OnTimeout(); }) {
  head_.method = "POST";
  head_.path = request_.path;
  head_.authority = request_.authority;
  head_.scheme = "http";
  head_.headers.Add(http::HeaderId::kContentType, "application/json");
  head_.body = {http::BodyLength::Kind::kKnown, request_.body.size()};
}

void RestCall::Start() {
  started_at_ = calls_.net().loop.now();
  timer_.Arm(request_.timeout);
  Try();
}

void RestCall::Try() {
  const Cluster* cluster = calls_.snapshot().clusters.Get(request_.cluster);
  if (cluster == nullptr) return Finish(absl::UnavailableError("its cluster is gone"));
  scope_ = cluster->stats;
  const Pools::Acquired acquired =
      calls_.pools().Acquire({request_.cluster}, calls_.snapshot(), attempt_);
  if (acquired.error != nullptr) return OnAttemptError(*acquired.error);
  if (acquired.stream == nullptr) return attempt_.StartWaiting(*acquired.pool);
  attempt_.StartOn(*acquired.stream);
  OnAttemptConnected();
}

void RestCall::Abort() {
  timer_.Disarm();
  attempt_.Abort();
}

void RestCall::OnAttemptConnected() {
  attempt_.SendHead(head_);
  attempt_.SendBody(request_.body);
  attempt_.SendEnd(nullptr);
}

void RestCall::OnAttemptHead(const http::ResponseHead& head) {
  answer_.status = head.status;
  CountStatus(head.status);
}

void RestCall::OnAttemptBody(std::string_view bytes) {
  if (answer_.body.size() + bytes.size() <= RestCalls::kAnswerBytesMax) {
    answer_.body.append(bytes);
    return;
  }
  attempt_.Abort();
  Finish(absl::ResourceExhaustedError("the answer is larger than 64 MiB"));
}

void RestCall::OnAttemptError(const http::Error& error) {
  if (attempt_.may_race_with_close() && !attempt_.had_response_bytes() &&
      !std::exchange(attempt_.needs_new_connection, true)) {
    return Try();
  }
  const http::ErrorRow& row = http::RowFor(error.kind);
  if (row.status != 0) CountStatus(row.status);
  Finish(absl::UnavailableError(
      absl::StrCat(std::string(row.details), ": ", std::string(error.cause))));
}

void RestCall::OnTimeout() {
  scope_->ForWriter(stats::kServiceWriter).Add(kUpstreamRqTimeout);
  attempt_.Abort();
  Finish(absl::DeadlineExceededError("no answer within request_timeout"));
}

void RestCall::CountStatus(uint16_t status) {
  CountResponse(*scope_, stats::kServiceWriter, status);
  const std::chrono::duration<double, std::milli> took = calls_.net().loop.now() - started_at_;
  scope_->ForWriter(stats::kServiceWriter).Record(kUpstreamRqTime, took.count());
}

void RestCall::Finish(absl::StatusOr<RestAnswer> answer) {
  timer_.Disarm();
  calls_.Remove(*this);
  on_answer_(std::move(answer));
}

}  // namespace outrigger
