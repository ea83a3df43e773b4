#include "tools/load/service_exchange.h"

#include <algorithm>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "tools/load/answer.h"
#include "tools/load/grpc_message.h"
#include "tools/load/service_connection.h"

namespace outrigger::load {

namespace {

constexpr std::string_view kInvalidArgument = "3";  // status codes of gRPC
constexpr std::string_view kOk = "0";
constexpr std::string_view kReleaseTarget = "/release";

// The number of `name=` in the query of `target`, at most `number_max`; 0 when there is none.
uint64_t QueryNumber(std::string_view target, std::string_view name, uint64_t number_max) {
  const size_t query = target.find('?');
  if (query == std::string_view::npos) return 0;
  const std::string pairs(target.substr(query + 1));
  for (const std::string& pair : std::vector<std::string>(absl::StrSplit(pairs, '&'))) {
    if (!pair.starts_with(name) || pair.size() <= name.size() || pair[name.size()] != '=') continue;
    uint64_t number = 0;
    if (!absl::SimpleAtoi(pair.substr(name.size() + 1), &number)) return 0;
    return std::min(number, number_max);
  }
  return 0;
}

Duration DelayOf(std::string_view target) {
  constexpr auto kDelayMaxMs =
      std::chrono::duration_cast<std::chrono::milliseconds>(ServiceExchange::kDelayMax).count();
  return std::chrono::milliseconds(QueryNumber(target, "delay_ms", kDelayMaxMs));
}

}  // namespace

ServiceExchange::ServiceExchange(ServiceConnection& connection, DemoService& service,
                                 const http::RequestHead& head, http::ResponseEncoder& encoder)
    : connection_(connection),
      service_(service),
      options_(service.options()),
      encoder_(encoder),
      delay_timer_(service.net().loop, [this] { Answer(); }),
      is_grpc_(head.headers.Get("content-type").value_or("").starts_with(kGrpcContentType)),
      bytes_min_(QueryNumber(head.path, "bytes", kBodyBytesMax)),
      delay_(DelayOf(head.path)),
      is_held_(!is_grpc_ && QueryNumber(head.path, "held", 1) > 0),
      releases_(head.path == kReleaseTarget),
      id_(head.headers.Get(kIdHeader).value_or("")) {}

void ServiceExchange::OnBody(std::string_view bytes) {
  body_.Add(bytes);
  // One byte too many makes it no message.
  if (is_grpc_ && message_.size() <= kMessageBytesMax) message_ += bytes;
}

void ServiceExchange::OnMessageEnd() {
  is_answerable_ = !is_grpc_ || TakeMessage();
  service_.OnRequest(id_, body_);
  if (releases_) service_.ReleaseHeld();
  if (delay_ > Duration::zero()) {
    delay_timer_.Arm(delay_);
  } else {
    Answer();
  }
}

void ServiceExchange::OnMessageError(const http::Error&) { connection_.Remove(*this); }

bool ServiceExchange::TakeMessage() {
  const auto text = DecodeGrpcMessage(message_);
  if (!text.has_value() || message_.size() > kMessageBytesMax) return false;
  id_ = *text;
  return true;
}

void ServiceExchange::Answer() {
  const std::string text = AnswerBody(id_, options_.version, bytes_min_);
  const std::string size = std::to_string(text.size());
  http::ResponseHead head;
  head.status = 200;
  head.headers.Add("content-type", is_grpc_ ? kGrpcContentType : "text/plain");
  head.headers.Add(kVersionHeader, options_.version);
  head.headers.Add(kNameHeader, options_.name);
  head.headers.Add(kEchoHeader, id_);
  head.headers.Add(kBytesHeader, size);
  if (is_grpc_) {
    AnswerByGrpc(head, is_answerable_ ? text : "");
  } else {
    AnswerText(head, text);
  }
  if (held_.empty()) connection_.Remove(*this);
}

void ServiceExchange::AnswerText(http::ResponseHead& head, std::string_view text) {
  head.body = {http::BodyLength::Kind::kKnown, text.size()};
  encoder_.EncodeResponseHead(head, /*closes_connection=*/false);
  if (is_held_) {
    encoder_.EncodeBody(text.substr(0, text.size() / 2));
    held_ = text.substr(text.size() / 2);
    service_.Hold(*this);
    connection_.Flush();
    return;
  }
  encoder_.EncodeBody(text);
  encoder_.EncodeEnd(nullptr);
}

void ServiceExchange::Release() {
  encoder_.EncodeBody(held_);
  encoder_.EncodeEnd(nullptr);
  connection_.Remove(*this);
}

// No text: the request was no message.
void ServiceExchange::AnswerByGrpc(http::ResponseHead& head, const std::string& text) {
  http::HeaderMap trailers;
  trailers.Add(kGrpcStatusHeader, text.empty() ? kInvalidArgument : kOk);
  head.body = {http::BodyLength::Kind::kUnknown, 0};
  encoder_.EncodeResponseHead(head, /*closes_connection=*/false);
  if (!text.empty()) encoder_.EncodeBody(EncodeGrpcMessage(text));
  encoder_.EncodeEnd(&trailers);
}

}  // namespace outrigger::load
