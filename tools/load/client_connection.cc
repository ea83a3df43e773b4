#include "tools/load/client_connection.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/numbers.h"
#include "base/check.h"
#include "tools/load/answer.h"
#include "tools/load/load_run.h"

namespace outrigger::load {

namespace {

constexpr size_t kShownBytesMax = 60;

std::string ValueOf(const http::HeaderMap& headers, std::string_view name) {
  return std::string(headers.Get(name).value_or(""));
}

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

std::string_view ReasonOfConnect(CloseReason reason, int system_error) {
  if (reason == CloseReason::kConnectTimeout) return "connect-timeout";
  return system_error == ECONNREFUSED ? "refused" : "connect-failed";
}

}  // namespace

ClientConnection::ClientConnection(LoadRun& run, NetContext& net)
    : run_(run), net_(net), timeout_(net.loop, [this] { OnTimeout(); }) {}

void ClientConnection::Connect() {
  OUTRIGGER_CHECK(!is_open());
  run_.tally().OnConnecting();
  is_connected_ = was_close_announced_ = false;
  connection_ = Connection::StartConnect(net_, run_.options().target, run_.options().timeout);
  codec_.emplace(connection_->write_buffer(), http::CodecLimits{});
  connection_->Start(*this);
}

void ClientConnection::Send(LoadRequest request) {
  OUTRIGGER_CHECK(!request_.has_value());
  if (!is_open()) Connect();
  request_ = std::move(request);
  answer_ = {};
  is_answered_ = false;
  http::RequestHead head;
  head.method = "GET";
  head.path = run_.options().path;
  head.authority = run_.options().host;
  head.scheme = "http";
  head.headers.Add(kIdHeader, request_->id);
  codec_->StartExchange(*this).EncodeRequestHead(head);
  codec_->EncodeEnd(nullptr);
  connection_->WriteQueued();
  timeout_.Arm(run_.options().timeout);
}

void ClientConnection::OnConnected() {
  is_connected_ = true;
  if (!request_.has_value()) run_.OnFree(*this);
}

size_t ClientConnection::OnBytes(std::string_view bytes) {
  if (!request_.has_value()) {
    run_.tally().OnFailure("unasked", std::string(bytes.substr(0, kShownBytesMax)));
    connection_->Reset();
    return bytes.size();
  }
  const size_t taken = codec_->Decode(bytes);
  if (is_answered_) FinishAnswer();
  return taken;
}

void ClientConnection::OnEof() {
  codec_->OnEof();
  if (is_answered_) FinishAnswer();
  connection_->Close(Connection::Flush::kNo);
}

void ClientConnection::OnResponseHead(const http::ResponseHead& head) {
  answer_.status = head.status;
  answer_.echo = ValueOf(head.headers, kEchoHeader);
  answer_.version = ValueOf(head.headers, kVersionHeader);
  answer_.service = ValueOf(head.headers, kNameHeader);
  answer_.announced_bytes = ValueOf(head.headers, kBytesHeader);
}

void ClientConnection::OnBody(std::string_view bytes) {
  // Beyond what the service can send it is a mismatch anyway.
  if (answer_.body.size() <= kBodyBytesMax) answer_.body += bytes;
}

void ClientConnection::OnMessageError(const http::Error& error) {
  Fail(std::string(ReasonOf(error.kind)), std::string(error.cause));
  connection_->Reset();
}

std::string ClientConnection::FindMismatch() const {
  if (answer_.echo != request_->id) return fmt::format("echoed id {}", answer_.echo);
  size_t bytes = 0;
  if (!absl::SimpleAtoi(answer_.announced_bytes, &bytes) || bytes > kBodyBytesMax) {
    return fmt::format("{} is not a body size", answer_.announced_bytes);
  }
  if (answer_.body.size() != bytes) {
    return fmt::format("{} body bytes where {} were sent", answer_.body.size(), bytes);
  }
  if (answer_.body != AnswerBody(request_->id, answer_.version, bytes)) return "hash";
  return {};
}

void ClientConnection::FinishAnswer() {
  if (!request_.has_value()) return;
  timeout_.Disarm();
  const std::string start = answer_.body.substr(0, kShownBytesMax);
  if (answer_.status != 200) {
    Fail(fmt::format("status-{}: {}", answer_.status, start), request_->id);
  } else if (const std::string mismatch = FindMismatch(); !mismatch.empty()) {
    Fail("mismatch", fmt::format("request {}: {}", request_->id, mismatch));
  } else {
    run_.tally().OnSuccess(answer_.version, answer_.service, run_.now() - request_->due);
    request_.reset();
  }
  if (codec_->must_close()) {
    was_close_announced_ = true;
    connection_->Close(Connection::Flush::kNo);
    return;
  }
  run_.OnFree(*this);
}

void ClientConnection::Fail(const std::string& reason, const std::string& detail) {
  timeout_.Disarm();
  run_.tally().OnFailure(reason, detail);
  request_.reset();  // `detail` may be its id
}

void ClientConnection::OnTimeout() {
  Fail("timeout", request_->id);
  codec_->ResetStream();
  connection_->Reset();
}

void ClientConnection::OnClosed(CloseReason reason, int system_error) {
  if (!is_connected_ &&
      (reason == CloseReason::kConnectFailed || reason == CloseReason::kConnectTimeout)) {
    // A failure even when no request was waiting for this connection: the listener was not there.
    Fail(std::string(ReasonOfConnect(reason, system_error)), std::strerror(system_error));
  } else if (request_.has_value()) {
    Fail(answer_.status == 0 ? "reset" : "truncated",
         fmt::format("request {}: {}", request_->id, std::strerror(system_error)));
  } else if (was_close_announced_) {
    run_.tally().OnAnnouncedClose();
  } else {
    run_.tally().OnIdleClose();
  }
  net_.loop.DeferDelete(std::move(connection_));
  run_.OnLost(*this);
}

}  // namespace outrigger::load
