// Routes by scope: envoy.config.route.v3.ScopedRouteConfiguration -> RouteScope, and what a
// connection manager says of its scopes -> ScopedRoutes; or every mistake by field path.
//
// A scope whose routes are wanted on demand has them fetched like any other: the first request
// finds them. Thread: control.
#pragma once

#include <memory>

#include "base/validation_errors.h"
#include "compiler/environment.h"
#include "snapshot/scoped_routes.h"

namespace envoy::config::route::v3 {
class ScopedRouteConfiguration;
}
namespace envoy::extensions::filters::network::http_connection_manager::v3 {
class ScopedRoutes;
}

namespace outrigger::compiler {

// Both give null when there are errors.
std::shared_ptr<const RouteScope> CompileScope(
    const envoy::config::route::v3::ScopedRouteConfiguration& proto,
    const CompileEnvironment& environment, ValidationErrors& errors);

std::shared_ptr<const ScopedRoutes> CompileScopedRoutes(
    const envoy::extensions::filters::network::http_connection_manager::v3::ScopedRoutes& proto,
    const CompileEnvironment& environment, ValidationErrors& errors);

}  // namespace outrigger::compiler
