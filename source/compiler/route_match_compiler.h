// envoy.config.route.v3.RouteMatch -> path match and conditions.
//
// Thread: control.
#pragma once

#include "base/validation_errors.h"
#include "compiler/runtime_layers.h"
#include "envoy/config/route/v3/route_components.pb.h"
#include "routing/route_table.h"

namespace outrigger::compiler {

routing::PathMatch CompilePathMatch(const envoy::config::route::v3::RouteMatch& proto,
                                    ValidationErrors& errors);
routing::RouteConditions CompileConditions(const envoy::config::route::v3::RouteMatch& proto,
                                           const RuntimeNumbers& runtime, ValidationErrors& errors);

}  // namespace outrigger::compiler
