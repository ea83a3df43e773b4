// envoy.config.route.v3.RouteConfiguration -> RouteTable, or every mistake by field path.
//
// Thread: control.
#pragma once

#include <memory>
#include <string_view>

#include "base/validation_errors.h"
#include "compiler/environment.h"
#include "routing/route_table.h"

namespace envoy::config::route::v3 {
class RouteConfiguration;
}

namespace outrigger::compiler {

// Null when there are errors.
std::shared_ptr<const routing::RouteTable> CompileRoutes(
    const envoy::config::route::v3::RouteConfiguration& proto,
    const CompileEnvironment& environment, ValidationErrors& errors);

// Of a table that does not come by itself: nor do its virtual hosts.
std::shared_ptr<const routing::RouteTable> CompileInlineRoutes(
    const envoy::config::route::v3::RouteConfiguration& proto,
    const CompileEnvironment& environment, ValidationErrors& errors);

// From the message's bytes, with the rules that the API states and what becomes of its fields; of
// what is the same as in the version before (null: there is none) nothing is looked at again.
std::shared_ptr<const routing::RouteTable> CompileRouteBytes(std::string_view bytes,
                                                             const routing::RouteTable* before,
                                                             const CompileEnvironment& environment,
                                                             ValidationErrors& errors);

}  // namespace outrigger::compiler
