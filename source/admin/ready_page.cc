#include "admin/pages.h"

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

void ServeReady(const AdminRequest& request, AdminResponse& response) {
  const ServerState state = ShownState(request.sources.state, request.sources.fails_health);
  response.status = state == ServerState::kLive ? 200 : 503;
  response.body = std::string(StateName(state)) + "\n";
}

}  // namespace outrigger::admin
