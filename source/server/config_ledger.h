// What the admin pages show of the configuration, as a const value made by control.
//
// Thread: control.
#pragma once

#include <memory>

#include "admin/admin_sources.h"
#include "compiler/configuration.h"
#include "server/listen_sockets.h"
#include "server/update_history.h"

namespace outrigger {

std::shared_ptr<const admin::ConfigLedger> MakeConfigLedger(
    const compiler::Configuration& configuration, const ListenSockets& sockets,
    const UpdateHistory& history, stats::Registry& stats);

}  // namespace outrigger
