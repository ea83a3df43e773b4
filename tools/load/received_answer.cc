#include "tools/load/received_answer.h"

#include <fmt/format.h>

#include "absl/strings/numbers.h"
#include "tools/load/answer.h"
#include "tools/load/grpc_message.h"

namespace outrigger::load {

namespace {

constexpr size_t kMessageOverheadMax = 16;  // of gRPC

std::string ValueOf(const http::HeaderMap& headers, std::string_view name) {
  return std::string(headers.Get(name).value_or(""));
}

}  // namespace

void ReceivedAnswer::TakeHead(const http::ResponseHead& head) {
  status = head.status;
  echo = ValueOf(head.headers, kEchoHeader);
  version = ValueOf(head.headers, kVersionHeader);
  service = ValueOf(head.headers, kNameHeader);
  announced_bytes = ValueOf(head.headers, kBytesHeader);
  content_type = ValueOf(head.headers, "content-type");
  grpc_status = ValueOf(head.headers, kGrpcStatusHeader);  // where a proxy has answered
}

void ReceivedAnswer::TakeBody(std::string_view bytes) {
  // Beyond what the service can send it is a mismatch anyway.
  if (body.size() <= kBodyBytesMax + kMessageOverheadMax) body += bytes;
}

void ReceivedAnswer::TakeTrailers(const http::HeaderMap& trailers) {
  grpc_status = ValueOf(trailers, kGrpcStatusHeader);
}

std::string ReceivedAnswer::FindMismatch(std::string_view id) const {
  return FindTextMismatch(id, body);
}

std::string ReceivedAnswer::FindGrpcMismatch(std::string_view id) const {
  if (!content_type.starts_with(kGrpcContentType)) {
    return fmt::format("content-type {}", content_type);
  }
  const auto text = DecodeGrpcMessage(body);
  return text.has_value() ? FindTextMismatch(id, *text) : "not one gRPC message";
}

std::string ReceivedAnswer::FindTextMismatch(std::string_view id, std::string_view text) const {
  if (echo != id) return fmt::format("echoed id {}", echo);
  size_t bytes = 0;
  if (!absl::SimpleAtoi(announced_bytes, &bytes) || bytes > kBodyBytesMax) {
    return fmt::format("{} is not a body size", announced_bytes);
  }
  if (text.size() != bytes) {
    return fmt::format("{} body bytes where {} were sent", text.size(), bytes);
  }
  if (text != AnswerBody(id, version, bytes)) return "hash";
  return {};
}

}  // namespace outrigger::load
