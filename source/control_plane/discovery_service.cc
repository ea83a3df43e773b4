#include "control_plane/discovery_service.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/log.h"

namespace outrigger::control_plane {

namespace {

// How far what is resent may lag behind its period, and then catch up: timers are late.
constexpr Duration kResendLagMax = std::chrono::milliseconds(20);

std::string NameOf(const DiscoveryStream& stream, const std::string& node_id) {
  return node_id.empty() ? stream.peer() : node_id;
}

void LogVerdict(const std::string& node, const Verdict& verdict) {
  if (verdict.error.empty()) {
    Log(LogLevel::kInfo, "node {} accepted {} version {} ({})", node, FolderName(verdict.type),
        verdict.version, verdict.names);
  } else {
    Log(LogLevel::kWarning, "node {} rejected {} version {} ({}): {}", node,
        FolderName(verdict.type), verdict.version, verdict.names, verdict.error);
  }
}

}  // namespace

DiscoveryService::DiscoveryService(EventLoop& loop, const ResourceFolder& folder, Faults faults)
    : loop_(loop),
      folder_(folder),
      faults_(faults),
      resend_timer_(loop, [this] { ResendRejected(); }) {}

grpc::ServerGenericBidiReactor* DiscoveryService::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  std::optional<Session> session = Session::ForMethod(context->method());
  if (!session.has_value()) {
    return grpc::CallbackGenericService::CreateReactor(context);  // UNIMPLEMENTED
  }
  auto* stream = new DiscoveryStream(*this, *std::move(session), context->peer());
  if (!loop_.Post([this, stream] { Add(*stream); })) {
    stream->End(grpc::Status(grpc::StatusCode::UNAVAILABLE, "shutting down"));
  }
  return stream;
}

void DiscoveryService::Add(DiscoveryStream& stream) {
  streams_.insert(&stream);
  if (is_ending_ || streams_.size() > kStreamsMax) {
    stream.End(grpc::Status(grpc::StatusCode::UNAVAILABLE,
                            is_ending_ ? "shutting down" : "too many streams"));
    return;
  }
  stream.Start();
}

void DiscoveryService::OnMessage(DiscoveryStream& stream, std::string_view bytes) {
  Session& session = stream.session();
  const bool was_known = !session.node_id().empty();
  const absl::Status status = session.OnMessage(bytes);
  const std::string node = NameOf(stream, session.node_id());
  if (!was_known && !session.node_id().empty()) {
    Log(LogLevel::kInfo, "node {} is connected from {}", node, stream.peer());
  }
  if (const auto verdict = session.TakeVerdict()) {
    LogVerdict(node, *verdict);
    NoteVerdict(stream, *verdict);
  }
  if (!status.ok()) {
    const std::string reason(status.message());
    Log(LogLevel::kWarning, "node {}: {}: its stream is ended", node, reason);
    stream.End(grpc::Status(static_cast<grpc::StatusCode>(status.raw_code()), reason));
    return;
  }
  // What has changed meanwhile comes before what was rejected: it may be the end of it.
  Push(stream);
  ResendRejected();
}

void DiscoveryService::NoteVerdict(DiscoveryStream& stream, const Verdict& verdict) {
  rejected_.erase({&stream, verdict.type});
  if (verdict.error.empty() || faults_.resend_period == Duration::zero()) return;
  rejected_.insert({&stream, verdict.type});
}

void DiscoveryService::ResendRejected() {
  resend_at_ = std::max(resend_at_, loop_.now() - kResendLagMax);
  while (!rejected_.empty() && resend_at_ <= loop_.now()) {
    const auto [stream, type] = *rejected_.begin();
    rejected_.erase(rejected_.begin());
    if (stream->session().awaits_answer(type)) continue;  // it has changed
    stream->session().Resend(type);
    Push(*stream);
    resend_at_ += faults_.resend_period;
  }
  if (!rejected_.empty()) resend_timer_.Arm(resend_at_ - loop_.now());
}

void DiscoveryService::Resend(ResourceType type) {
  for (DiscoveryStream* stream : streams_) stream->session().Resend(type);
}

void DiscoveryService::Push(DiscoveryStream& stream) {
  const auto view = folder_.ViewFor(stream.session().node_id());
  for (std::string& response : stream.session().TakeDue(*view)) stream.Send(std::move(response));
}

void DiscoveryService::PushAll() {
  for (DiscoveryStream* stream : streams_) Push(*stream);
}

void DiscoveryService::EndStreams() {
  is_ending_ = true;
  for (DiscoveryStream* stream : streams_) {
    stream->End(grpc::Status(grpc::StatusCode::UNAVAILABLE, "shutting down"));
  }
}

void DiscoveryService::Remove(DiscoveryStream& stream) {
  streams_.erase(&stream);
  std::erase_if(rejected_, [&](const auto& entry) { return entry.first == &stream; });
  const std::string& node = stream.session().node_id();
  if (!node.empty()) Log(LogLevel::kInfo, "node {} is gone", node);
}

}  // namespace outrigger::control_plane
