#include "server/server_gauges.h"

#include <charconv>
#include <string_view>

#include "base/resident_memory.h"
#include "server/command_line.h"
#include "stats/server_stats.h"

namespace outrigger {

namespace {

// As Envoy: the revision's first six digits as a number.
uint64_t RevisionNumber(std::string_view version_text) {
  uint64_t number = 0;
  const std::string_view digits = version_text.substr(0, 6);
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

}  // namespace

void SetServerGauges(stats::Registry& registry, const ServerFigures& figures) {
  stats::Block& server = registry.Find(stats::kServerFamily, "")->ForWriter(stats::kControlWriter);
  server.Set(stats::kServerLive, figures.state == admin::ServerState::kLive ? 1 : 0);
  server.Set(stats::kServerState, static_cast<uint64_t>(figures.state));
  server.Set(stats::kServerConcurrency, figures.workers);
  server.Set(stats::kServerUptime, static_cast<uint64_t>(figures.uptime / std::chrono::seconds(1)));
  server.Set(stats::kServerTotalConnections, figures.connections);
  server.Set(stats::kServerConnectionsOpen, figures.connections_open);
  server.Set(stats::kServerConnectionsMax, figures.connections_max);
  server.Set(stats::kServerVersion, RevisionNumber(VersionText()));
  server.Set(stats::kServerMemoryPhysicalSize, ResidentBytes());
  if (figures.heap.has_value()) {
    server.Set(stats::kServerMemoryAllocated, figures.heap->allocated);
    server.Set(stats::kServerMemoryHeapSize, figures.heap->size);
  }
  server.Set(stats::kServerDaysUntilFirstCertExpiring, figures.days_until_first_expiry);
  if (figures.initialization.has_value()) {
    server.Record(stats::kServerInitializationTimeMs,
                  std::chrono::duration<double, std::milli>(*figures.initialization).count());
  }
  stats::Block& listeners =
      registry.Find(stats::kListenerManagerFamily, "")->ForWriter(stats::kControlWriter);
  listeners.Set(stats::kWorkersStarted, 1);
  listeners.Set(stats::kTotalListenersDraining, figures.listeners_draining);
  const auto control_plane = registry.Find(stats::kControlPlaneFamily, "");
  stats::Block& link = control_plane->ForWriter(stats::kControlWriter);
  link.Set(stats::kControlPlaneConnectedState, figures.connected_state);
  link.Set(stats::kControlPlanePendingRequests, figures.pending_requests);
  link.Set(stats::kControlPlaneRateLimitEnforced, figures.rate_limit_enforced);
  if (figures.silence.has_value()) {
    link.Set(stats::kControlPlaneSecondsSinceLastMessage,
             static_cast<uint64_t>(*figures.silence / std::chrono::seconds(1)));
  }
  control_plane->SetText(stats::kControlPlaneIdentifier, figures.control_plane);
}

}  // namespace outrigger
