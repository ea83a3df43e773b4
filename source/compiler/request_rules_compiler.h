// The fields of an HTTP connection manager about the form of requests and about who sent them, as
// values.
//
// Thread: control.
#pragma once

#include "base/validation_errors.h"
#include "compiler/http_filters.h"
#include "snapshot/request_rules.h"

namespace outrigger::compiler {

// At the edge, slashes in disguise and underscores in names are refused unless the configuration
// says otherwise (R20, R44); ALLOW, the default of its enumeration, says nothing.
RequestRules CompileRequestRules(const HttpConnectionManagerProto& proto, bool is_edge,
                                 ValidationErrors& errors);

}  // namespace outrigger::compiler
