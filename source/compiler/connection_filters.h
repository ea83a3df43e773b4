// What becomes of network and listener filters. RBAC is compiled. Those that only observe, or do
// nothing with the configuration they were given, may be left out. All others decide something, and
// are refused.
//
// Thread: control.
#pragma once

#include <optional>

#include "access/connection_policy.h"
#include "base/validation_errors.h"
#include "envoy/config/listener/v3/listener_components.pb.h"
#include "stats/registry.h"

namespace outrigger::compiler {

// A network filter in front of the connection manager or the TCP proxy. Nothing when it is left
// out, or wrong.
std::optional<ConnectionPolicy> CompileNetworkFilter(
    const envoy::config::listener::v3::Filter& proto, stats::Registry& stats,
    ValidationErrors& errors);
void CheckListenerFilter(const envoy::config::listener::v3::ListenerFilter& proto,
                         ValidationErrors& errors);

}  // namespace outrigger::compiler
