// Which network and listener filters may be left out: those that only observe, or that do nothing
// with the configuration they were given. All others decide something, and are refused.
//
// Thread: control.
#pragma once

#include "base/validation_errors.h"
#include "envoy/config/listener/v3/listener_components.pb.h"

namespace outrigger::compiler {

// A network filter in front of the connection manager.
void CheckNetworkFilter(const envoy::config::listener::v3::Filter& proto, ValidationErrors& errors);
void CheckListenerFilter(const envoy::config::listener::v3::ListenerFilter& proto,
                         ValidationErrors& errors);

}  // namespace outrigger::compiler
