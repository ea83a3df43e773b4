// envoy.config.route.v3.RouteConfiguration -> RouteTable, or every mistake by field path.
//
// Thread: control.
#pragma once

#include <memory>

#include "base/validation_errors.h"
#include "compiler/runtime_layers.h"
#include "routing/route_table.h"

namespace envoy::config::route::v3 {
class RouteConfiguration;
}

namespace outrigger::compiler {

std::shared_ptr<const routing::RouteTable> CompileRoutes(
    const envoy::config::route::v3::RouteConfiguration& proto, const RuntimeNumbers& runtime,
    ValidationErrors& errors);

}  // namespace outrigger::compiler
