// The listener filters of a listener. Those that are known only find out what nobody looks at: what
// matters of them is that they may be left out, and of one whose configuration comes by itself
// (ECDS), that it is there.
//
// Thread: control.
#pragma once

#include "base/validation_errors.h"
#include "compiler/discovered_filters.h"
#include "compiler/environment.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "snapshot/listener_config.h"

namespace outrigger::compiler {

// Discoveries join those of `listener`.
void CompileListenerFilters(const envoy::config::listener::v3::Listener& proto,
                            const CompileEnvironment& environment, DiscoveredFilters& discovered,
                            ListenerConfig& listener, ValidationErrors& errors);

}  // namespace outrigger::compiler
