// What becomes of network and listener filters. RBAC is compiled. Those that only observe, or do
// nothing with the configuration they were given, may be left out. All others decide something, and
// are refused.
//
// Thread: control.
#pragma once

#include <optional>
#include <string_view>

#include "access/connection_policy.h"
#include "base/validation_errors.h"
#include "envoy/config/listener/v3/listener_components.pb.h"
#include "stats/registry.h"

namespace outrigger::compiler {

// A network or listener filter that may be left out.
bool IsHarmlessConnectionFilter(std::string_view type);
// One that may stand in a filter chain, or end it.
bool IsNetworkFilter(std::string_view type);
bool EndsChain(std::string_view type);
bool IsListenerFilter(std::string_view type);

// A network filter in front of the connection manager or the TCP proxy. Nothing when it is left
// out, or wrong.
std::optional<ConnectionPolicy> CompileNetworkFilter(
    const envoy::config::listener::v3::Filter& proto, stats::Registry& stats,
    ValidationErrors& errors);
// Requires: its configuration stands there.
void CheckListenerFilter(const envoy::config::listener::v3::ListenerFilter& proto,
                         ValidationErrors& errors);

}  // namespace outrigger::compiler
