#include <fmt/format.h>

#include "admin/pages.h"
#include "admin/time_text.h"

namespace outrigger::admin {

std::string_view StateName(ServerState state) {
  switch (state) {
    case ServerState::kLive:
      return "LIVE";
    case ServerState::kDraining:
      return "DRAINING";
    case ServerState::kPreInitializing:
      return "PRE_INITIALIZING";
    case ServerState::kInitializing:
      return "INITIALIZING";
  }
  return "UNKNOWN";
}

namespace {

// What a probe does not ask, and people do.
std::string Remarks(const AdminRequest& request) {
  const int64_t saved_at = request.sources.running_on_saved;
  if (saved_at == 0) return {};
  return fmt::format(
      "running on a saved configuration of {}: no control plane has answered since the start\n",
      TimestampInSeconds(WallTime(std::chrono::seconds(saved_at))));
}

}  // namespace

void ServeReady(const AdminRequest& request, AdminResponse& response) {
  const ServerState state = ShownState(request.sources.state, request.sources.fails_health);
  response.status = state == ServerState::kLive ? 200 : 503;
  response.body = std::string(StateName(state)) + "\n";
  if (request.query.Has("verbose")) response.body += Remarks(request);
}

}  // namespace outrigger::admin
