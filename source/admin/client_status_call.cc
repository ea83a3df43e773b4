#include "admin/client_status_call.h"

#include <utility>

#include "admin/admin_server.h"
#include "envoy/service/status/v3/csds.pb.h"
#include "http/grpc_status.h"

namespace outrigger::admin {

namespace {

constexpr std::string_view kService = "/envoy.service.status.v3.ClientStatusDiscoveryService/";
constexpr size_t kPrefixBytes = 5;  // of a message: whether it is compressed, and its length
constexpr size_t kFrameBytes = 16 * 1024;

uint32_t LengthIn(std::string_view prefix) {
  uint32_t length = 0;
  for (size_t i = 1; i < kPrefixBytes; ++i) {
    length = (length << 8) | static_cast<unsigned char>(prefix[i]);
  }
  return length;
}

std::string PrefixFor(size_t length) {
  std::string prefix(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) prefix += static_cast<char>(length >> shift & 0xff);
  return prefix;
}

bool IsKnown(std::string_view path) {
  if (!path.starts_with(kService)) return false;
  path.remove_prefix(kService.size());
  return path == "FetchClientStatus" || path == "StreamClientStatus";
}

}  // namespace

ClientStatusCall::ClientStatusCall(AdminServer& server, const http::RequestHead& head,
                                   http::ResponseEncoder& encoder, std::function<void()> wake)
    : server_(server),
      encoder_(encoder),
      is_grpc_(http::IsGrpcRequest(head)),
      is_known_(IsKnown(head.path)),
      wake_(std::move(wake)),
      self_(std::make_shared<ClientStatusCall*>(this)) {}

void ClientStatusCall::OnBody(std::string_view bytes) {
  if (is_over_ || !is_known_) return;
  received_ += bytes;
  TakeQuestions();
}

void ClientStatusCall::TakeQuestions() {
  while (!is_over_ && received_.size() >= kPrefixBytes) {
    const size_t length = LengthIn(received_);
    if (received_[0] != '\0') return End(Code::kUnimplemented, "the message is compressed");
    if (length > kQuestionBytesMax) return End(Code::kResourceExhausted, "the message is too long");
    if (received_.size() < kPrefixBytes + length) return;
    Ask(std::string_view(received_).substr(kPrefixBytes, length));
    received_.erase(0, kPrefixBytes + length);
  }
}

void ClientStatusCall::Ask(std::string_view question) {
  envoy::service::status::v3::ClientStatusRequest request;
  if (!request.ParseFromArray(question.data(), static_cast<int>(question.size()))) {
    return End(Code::kInvalidArgument, "the message cannot be read");
  }
  if (request.node_matchers_size() > 0) {
    return End(Code::kInvalidArgument, "node_matchers: there is one node here");
  }
  if (questions_.size() == kQuestionsMax) {
    return End(Code::kResourceExhausted, "more questions than are answered");
  }
  questions_.push_back(!request.exclude_resource_contents());
  wake_();
}

void ClientStatusCall::OnMessageEnd() {
  has_asked_all_ = true;
  wake_();
}

void ClientStatusCall::OnMessageError(const http::Error&) {
  is_over_ = true;
  wake_();
}

// Pages are for HTTP/1.
void ClientStatusCall::Refuse() {
  if (is_grpc_) return End(Code::kUnimplemented, "there is no such method");
  is_over_ = true;
  http::ResponseHead head;
  head.status = 415;
  encoder_.EncodeResponseHead(head, /*closes_connection=*/false);
  encoder_.ResetStream();
}

bool ClientStatusCall::Work() {
  if (is_over_) return false;
  if (!is_grpc_ || !is_known_) {
    Refuse();
    return false;
  }
  if (!sending_.empty()) {
    SendPieces();
    return false;  // the codec says when there is room
  }
  if (answer_.has_value()) {
    if (answer_->Advance()) return true;
    sending_ = answer_->Take();
    sending_.insert(0, PrefixFor(sending_.size()));
    answer_.reset();
    questions_.pop_front();
    return true;
  }
  if (!questions_.empty()) {
    if (!std::exchange(is_fetching_, true)) FetchLedger();
  } else if (has_asked_all_) {
    End(Code::kOk, {});
  }
  return false;
}

void ClientStatusCall::FetchLedger() {
  std::weak_ptr<ClientStatusCall*> weak = self_;
  server_.sources().with_ledger([weak](std::shared_ptr<const ConfigLedger> ledger) {
    const auto self = weak.lock();
    if (self == nullptr || (*self)->is_over_) return;
    ClientStatusCall& call = **self;
    call.is_fetching_ = false;
    call.answer_.emplace(
        std::move(ledger),
        ClientStatus::Options{call.server_.sources().serialized_node, call.questions_.front()});
    call.wake_();
  });
}

void ClientStatusCall::SendHead() {
  if (std::exchange(has_head_, true)) return;
  http::ResponseHead head;
  head.status = 200;
  head.headers.Add(http::HeaderId::kContentType, "application/grpc");
  head.body.kind = http::BodyLength::Kind::kUnknown;
  encoder_.EncodeResponseHead(head, /*closes_connection=*/false);
}

void ClientStatusCall::SendPieces() {
  SendHead();
  size_t sent = 0;
  while (sent < sending_.size() && encoder_.queued_bytes() < kQueuedBytesMax) {
    const std::string_view piece = std::string_view(sending_).substr(sent, kFrameBytes);
    encoder_.EncodeBody(piece);
    sent += piece.size();
  }
  sending_.erase(0, sent);
}

void ClientStatusCall::End(Code code, std::string_view message) {
  is_over_ = true;
  SendHead();
  http::HeaderMap trailers;
  const std::string number = std::to_string(static_cast<int>(code));
  trailers.Add("grpc-status", number);
  if (!message.empty()) trailers.Add("grpc-message", message);
  encoder_.EncodeEnd(&trailers);
  encoder_.ResetStream();  // further questions are not wanted; the answer goes out first
  wake_();
}

}  // namespace outrigger::admin
