// The HTTP connection manager, the last filter of most chains -> HttpOptions, or every mistake by
// field path.
//
// Thread: control.
#pragma once

#include "base/validation_errors.h"
#include "compiler/http_filters.h"
#include "snapshot/listener_config.h"

namespace outrigger::compiler {

HttpOptions CompileHcm(const HttpConnectionManagerProto& proto, ValidationErrors& errors);

}  // namespace outrigger::compiler
