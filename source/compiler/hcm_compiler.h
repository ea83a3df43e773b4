// The HTTP connection manager, the last filter of most chains -> HttpOptions, or every mistake by
// field path.
//
// Thread: control.
#pragma once

#include "base/validation_errors.h"
#include "compiler/discovered_filters.h"
#include "compiler/environment.h"
#include "compiler/http_filters.h"
#include "snapshot/listener_config.h"

namespace outrigger::compiler {

struct HcmContext {
  stats::Registry& stats;
  const CompileEnvironment& environment;
  DiscoveredFilters& discovered_filters;
  bool is_edge = false;  // strangers connect here: what is not said is strict (R20, R23, R44)
};
HttpOptions CompileHcm(const HttpConnectionManagerProto& proto, const HcmContext& context,
                       ValidationErrors& errors);

}  // namespace outrigger::compiler
