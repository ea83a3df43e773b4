#include "control_plane/session.h"

#include <fmt/format.h>

#include <type_traits>
#include <utility>

namespace outrigger::control_plane {

namespace {

constexpr DiscoveryName kAggregated{"envoy.service.discovery.v3.AggregatedDiscoveryService",
                                    "AggregatedResources"};

std::string Path(const DiscoveryName& name, std::string_view prefix) {
  return fmt::format("/{}/{}{}", name.service, prefix, name.resources);
}

}  // namespace

std::optional<Session> Session::ForMethod(std::string_view method) {
  const auto find = [method](const DiscoveryName& name,
                             std::optional<ResourceType> only) -> std::optional<Session> {
    if (method == Path(name, "Delta"))
      return Session(Either(std::in_place_type<DeltaSession>, only));
    if (method == Path(name, "Stream"))
      return Session(Either(std::in_place_type<SotwSession>, only));
    return std::nullopt;
  };
  if (auto session = find(kAggregated, std::nullopt)) return session;
  for (const ResourceType type : kResourceTypes) {
    if (auto session = find(NameOfService(type), type)) return session;
  }
  return std::nullopt;
}

absl::Status Session::OnMessage(std::string_view bytes) {
  return std::visit(
      [bytes](auto& session) -> absl::Status {
        typename std::decay_t<decltype(session)>::Request request;
        if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
          return absl::InvalidArgumentError("a message that is no request");
        }
        return session.OnRequest(request);
      },
      session_);
}

std::optional<Verdict> Session::TakeVerdict() {
  return std::visit([](auto& session) { return session.TakeVerdict(); }, session_);
}

void Session::Resend(ResourceType type) {
  std::visit([type](auto& session) { session.Resend(type); }, session_);
}

bool Session::awaits_answer(ResourceType type) const {
  return std::visit([type](const auto& session) { return session.awaits_answer(type); }, session_);
}

std::vector<std::string> Session::TakeDue(const ResourceView& view) {
  return std::visit(
      [&view](auto& session) {
        std::vector<std::string> due;
        for (const auto& response : session.TakeDue(view)) {
          due.push_back(response.SerializeAsString());
        }
        return due;
      },
      session_);
}

const std::string& Session::node_id() const {
  return std::visit([](const auto& session) -> const std::string& { return session.node_id(); },
                    session_);
}

}  // namespace outrigger::control_plane
