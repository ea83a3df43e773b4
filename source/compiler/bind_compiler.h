// Where connections to services come from -> ClientSockets, or every mistake by field path.
//
// Thread: control.
#pragma once

#include "base/validation_errors.h"
#include "net/client_socket.h"

namespace envoy::config::core::v3 {
class BindConfig;
}

namespace outrigger::compiler {

ClientSockets CompileBind(const envoy::config::core::v3::BindConfig& proto,
                          ValidationErrors& errors);

}  // namespace outrigger::compiler
