// What a route says to do -> value, or every mistake by field path.
//
// Thread: control.
#pragma once

#include "base/validation_errors.h"
#include "compiler/route_context.h"
#include "envoy/config/route/v3/route_components.pb.h"
#include "routing/route_action.h"

namespace outrigger::compiler {

routing::ForwardAction CompileForward(const envoy::config::route::v3::RouteAction& proto,
                                      const RouteContext& context, ValidationErrors& errors);
// `body_bytes_max`: zero is no limit.
routing::DirectResponse CompileDirectResponse(
    const envoy::config::route::v3::DirectResponseAction& proto, uint32_t body_bytes_max,
    ValidationErrors& errors);
routing::Redirect CompileRedirect(const envoy::config::route::v3::RedirectAction& proto,
                                  ValidationErrors& errors);

}  // namespace outrigger::compiler
