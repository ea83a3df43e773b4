// The functions behind the pages, one file each (pages of one subject share one, as those of stats,
// and / and /help).
//
// Thread: service.
#pragma once

#include "admin/page.h"

namespace outrigger::admin {

void ServeCerts(const AdminRequest& request, AdminResponse& response);
void ServeClusters(const AdminRequest& request, AdminResponse& response);
void ServeConfigDump(const AdminRequest& request, AdminResponse& response);
void ServeContention(const AdminRequest& request, AdminResponse& response);
void ServeDrainListeners(const AdminRequest& request, AdminResponse& response);
void ServeHealthcheckFail(const AdminRequest& request, AdminResponse& response);
void ServeHealthcheckOk(const AdminRequest& request, AdminResponse& response);
void ServeHelp(const AdminRequest& request, AdminResponse& response);
void ServeHome(const AdminRequest& request, AdminResponse& response);
void ServeHotRestartVersion(const AdminRequest& request, AdminResponse& response);
void ServeInitDump(const AdminRequest& request, AdminResponse& response);
void ServeListeners(const AdminRequest& request, AdminResponse& response);
void ServeLogging(const AdminRequest& request, AdminResponse& response);
void ServeMemory(const AdminRequest& request, AdminResponse& response);
void ServeNoProfile(const AdminRequest& request, AdminResponse& response);
void ServeQuit(const AdminRequest& request, AdminResponse& response);
void ServeReady(const AdminRequest& request, AdminResponse& response);
void ServeResetCounters(const AdminRequest& request, AdminResponse& response);
void ServeRuntime(const AdminRequest& request, AdminResponse& response);
void ServeRuntimeModify(const AdminRequest& request, AdminResponse& response);
void ServeServerInfo(const AdminRequest& request, AdminResponse& response);
void ServeStats(const AdminRequest& request, AdminResponse& response);
void ServeStatsPrometheus(const AdminRequest& request, AdminResponse& response);
void ServeUpdates(const AdminRequest& request, AdminResponse& response);
void ServeXds(const AdminRequest& request, AdminResponse& response);

// "  /path (POST): what it does" lines; also what an unknown path is answered with.
std::string HelpText();
// Envoy's name of a state: "LIVE", "DRAINING", ...
std::string_view StateName(ServerState state);

}  // namespace outrigger::admin
