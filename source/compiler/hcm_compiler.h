// The HTTP connection manager, the last filter of most chains -> HttpOptions, or every mistake by
// field path.
//
// Thread: control.
#pragma once

#include "base/validation_errors.h"
#include "compiler/http_filters.h"
#include "snapshot/listener_config.h"

namespace outrigger::compiler {

// `is_edge`: strangers connect here, so that what is not said is strict (R20, R23, R44).
HttpOptions CompileHcm(const HttpConnectionManagerProto& proto, bool is_edge,
                       ValidationErrors& errors);

}  // namespace outrigger::compiler
