// Which extensions of a listener may be left out: filters that only observe, or that do nothing
// with the configuration they were given. All others decide something, and are refused.
//
// Thread: control.
#pragma once

#include "base/validation_errors.h"
#include "envoy/config/listener/v3/listener_components.pb.h"
#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"

namespace outrigger::compiler {

using HttpConnectionManagerProto =
    envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;

// Adds an error for each HTTP filter that may not be left out; the router must be the last one.
void CheckHttpFilters(const HttpConnectionManagerProto& proto, ValidationErrors& errors);
// A network filter in front of the connection manager.
void CheckNetworkFilter(const envoy::config::listener::v3::Filter& proto, ValidationErrors& errors);
void CheckListenerFilter(const envoy::config::listener::v3::ListenerFilter& proto,
                         ValidationErrors& errors);

}  // namespace outrigger::compiler
