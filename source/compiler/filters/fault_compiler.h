// envoy.extensions.filters.http.fault.v3.HTTPFault -> the rules of the fault filter.
//
// Thread: control.
#pragma once

#include <memory>

#include "compiler/filters/filter_types.h"
#include "envoy/extensions/filters/http/fault/v3/fault.pb.h"

namespace outrigger::compiler {

using FaultProto = envoy::extensions::filters::http::fault::v3::HTTPFault;

std::shared_ptr<const HttpFilterConfig> CompileFault(const FaultProto& proto,
                                                     const HttpFilterContext& context,
                                                     ValidationErrors& errors);
std::shared_ptr<const RouteFilterConfig> CompileRouteFault(const FaultProto& proto,
                                                           const CompileEnvironment& environment,
                                                           ValidationErrors& errors);

}  // namespace outrigger::compiler
