// envoy.config.route.v3.RouteMatch -> path and header matches.
//
// Thread: control.
#pragma once

#include <vector>

#include "base/validation_errors.h"
#include "envoy/config/route/v3/route_components.pb.h"
#include "routing/route_table.h"

namespace outrigger::compiler {

routing::PathMatch CompilePathMatch(const envoy::config::route::v3::RouteMatch& proto,
                                    ValidationErrors& errors);
std::vector<routing::HeaderMatch> CompileHeaderMatches(
    const envoy::config::route::v3::RouteMatch& proto, ValidationErrors& errors);

}  // namespace outrigger::compiler
