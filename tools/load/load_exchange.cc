#include "tools/load/load_exchange.h"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "base/check.h"
#include "tools/load/answer.h"
#include "tools/load/client_connection.h"
#include "tools/load/grpc_message.h"
#include "tools/load/load_run.h"

namespace outrigger::load {

namespace {

constexpr size_t kShownBytesMax = 60;

std::string_view ReasonOf(http::ErrorKind kind) {
  switch (kind) {
    case http::ErrorKind::kUpstreamReset:
      return "reset";
    case http::ErrorKind::kUpstreamTruncated:
      return "truncated";
    default:  // STYLE: a client codec reports only the two above and protocol errors
      return "malformed";
  }
}

}  // namespace

LoadExchange::LoadExchange(LoadRun& run, ClientConnection& connection, NetContext& net)
    : run_(run), connection_(connection), timeout_(net.loop, [this] { OnTimeout(); }) {}

void LoadExchange::Start(LoadRequest request, http::RequestEncoder& encoder) {
  OUTRIGGER_CHECK(state_ == State::kFree);
  state_ = State::kOutstanding;
  request_ = std::move(request);
  answer_ = {};
  sent_ = {};
  encoder_ = &encoder;
  Encode(encoder);
  timeout_.Arm(run_.options().timeout);
}

void LoadExchange::Encode(http::RequestEncoder& encoder) {
  const bool is_grpc = run_.options().protocol == Protocol::kGrpc;
  http::RequestHead head;
  head.method = is_grpc ? "POST" : "GET";
  head.path = run_.options().path;
  head.authority = run_.options().host;
  head.scheme = run_.options().tls == nullptr ? "http" : "https";
  if (!is_grpc) return EncodeText(head, encoder);
  head.headers.Add("content-type", kGrpcContentType);
  head.headers.Add("te", "trailers");
  head.body = {http::BodyLength::Kind::kUnknown, 0};
  encoder.EncodeRequestHead(head);
  const std::string message = EncodeGrpcMessage(request_.id);
  sent_.Add(message);
  encoder.EncodeBody(message);
  encoder.EncodeEnd(nullptr);
}

void LoadExchange::EncodeText(http::RequestHead& head, http::RequestEncoder& encoder) {
  head.headers.Add(kIdHeader, request_.id);
  if (run_.options().body_bytes == 0) {
    encoder.EncodeRequestHead(head);
  } else {
    const std::string body = AnswerBody(request_.id, "", run_.options().body_bytes);
    sent_.Add(body);
    head.method = "POST";
    head.body = {http::BodyLength::Kind::kKnown, body.size()};
    encoder.EncodeRequestHead(head);
    encoder.EncodeBody(body);
  }
  encoder.EncodeEnd(nullptr);
}

void LoadExchange::OnMessageEnd() {
  if (state_ == State::kOutstanding) state_ = State::kAnswered;
}

void LoadExchange::OnMessageError(const http::Error& error) {
  if (state_ != State::kOutstanding) return;
  Fail(std::string(ReasonOf(error.kind)), std::string(error.cause));
}

void LoadExchange::Settle() {
  OUTRIGGER_CHECK(is_over());
  timeout_.Disarm();
  if (state_ == State::kAnswered) CheckAnswer();
  run_.ledger().Note(request_.id, sent_, has_failed() ? "failed" : "answered");
  state_ = State::kFree;
  run_.OnEnded();
}

void LoadExchange::CheckAnswer() {
  const bool is_grpc = run_.options().protocol == Protocol::kGrpc;
  const std::string start = answer_.body.substr(0, kShownBytesMax);
  if (answer_.status != 200) {
    Fail(fmt::format("status-{}: {}", answer_.status, start), request_.id);
  } else if (is_grpc && answer_.grpc_status != "0") {
    Fail(fmt::format("grpc-status-{}", answer_.grpc_status), request_.id);
  } else if (const std::string mismatch = is_grpc ? answer_.FindGrpcMismatch(request_.id)
                                                  : answer_.FindMismatch(request_.id);
             !mismatch.empty()) {
    Fail("mismatch", fmt::format("request {}: {}", request_.id, mismatch));
  } else {
    const Duration latency = run_.now() - request_.due;
    run_.tally().OnSuccess(answer_.version, answer_.service, latency);
    run_.latency_log().Note(request_.due, latency);
  }
}

void LoadExchange::Fail(const std::string& reason, const std::string& detail) {
  state_ = State::kFailed;
  run_.tally().OnFailure(reason, detail);
}

void LoadExchange::FailWithConnection(int system_error) {
  Fail(answer_.status == 0 ? "reset" : "truncated",
       fmt::format("request {}: {}", request_.id, std::strerror(system_error)));
}

void LoadExchange::OnTimeout() {
  Fail("timeout", request_.id);
  encoder_->ResetStream();
  connection_.Settle();
}

}  // namespace outrigger::load
