#include "control_plane/discovery_service.h"

#include <optional>
#include <string>
#include <utility>

#include "base/log.h"

namespace outrigger::control_plane {

namespace {

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
  if (const auto verdict = session.TakeVerdict()) LogVerdict(node, *verdict);
  if (!status.ok()) {
    const std::string reason(status.message());
    Log(LogLevel::kWarning, "node {}: {}: its stream is ended", node, reason);
    stream.End(grpc::Status(static_cast<grpc::StatusCode>(status.raw_code()), reason));
    return;
  }
  Push(stream);
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
  const std::string& node = stream.session().node_id();
  if (!node.empty()) Log(LogLevel::kInfo, "node {} is gone", node);
}

}  // namespace outrigger::control_plane
