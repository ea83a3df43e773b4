// envoy.config.listener.v3.Listener -> ListenerConfig, or every mistake by field path.
//
// Extensions are resolved by the type URL inside typed_config, never by name. Thread: control.
#pragma once

#include <memory>

#include "base/validation_errors.h"
#include "compiler/compile_context.h"
#include "snapshot/listener_config.h"

namespace envoy::config::listener::v3 {
class Listener;
}

namespace outrigger::compiler {

std::shared_ptr<const ListenerConfig> CompileListener(
    const envoy::config::listener::v3::Listener& proto, const ListenerContext& context,
    ValidationErrors& errors);

}  // namespace outrigger::compiler
