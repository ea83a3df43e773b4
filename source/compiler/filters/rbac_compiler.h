// envoy.extensions.filters.http.rbac.v3 -> the RBAC filter.
//
// Thread: control.
#pragma once

#include <memory>

#include "compiler/filters/filter_types.h"
#include "envoy/extensions/filters/http/rbac/v3/rbac.pb.h"

namespace outrigger::compiler {

using RbacProto = envoy::extensions::filters::http::rbac::v3::RBAC;
using RbacPerRouteProto = envoy::extensions::filters::http::rbac::v3::RBACPerRoute;

std::shared_ptr<const HttpFilterConfig> CompileRbac(const RbacProto& proto,
                                                    const HttpFilterContext& context,
                                                    ValidationErrors& errors);
std::shared_ptr<const RouteFilterConfig> CompileRouteRbac(const RbacPerRouteProto& proto,
                                                          const CompileEnvironment& environment,
                                                          ValidationErrors& errors);

}  // namespace outrigger::compiler
