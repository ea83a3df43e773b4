// One stream from the server's side, of the types and in the protocol that its method stands for:
// bytes in, bytes out.
//
// Owned by DiscoveryStream. Thread: the control plane's loop.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "control_plane/delta_session.h"
#include "control_plane/resource_view.h"
#include "control_plane/sotw_session.h"
#include "control_plane/verdict.h"

namespace outrigger::control_plane {

class Session {
 public:
  // Unset for a method that is none of the discovery services'.
  static std::optional<Session> ForMethod(std::string_view method);

  // A status other than OK ends the stream.
  absl::Status OnMessage(std::string_view bytes);
  // The verdict that came with the last request, once.
  std::optional<Verdict> TakeVerdict();
  // Everything of that type that it was told counts as untold: it is sent once more.
  void Resend(ResourceType type);
  // A response of that type has not been answered yet.
  bool awaits_answer(ResourceType type) const;
  // The responses that are due now, in the order in which to send them.
  std::vector<std::string> TakeDue(const ResourceView& view);
  // Empty until a request has carried a node.
  const std::string& node_id() const;

 private:
  using Either = std::variant<DeltaSession, SotwSession>;
  explicit Session(Either session) : session_(std::move(session)) {}

  Either session_;
};

}  // namespace outrigger::control_plane
