// envoy.extensions.filters.http.cors.v3 -> the CORS filter and its policies.
//
// Thread: control.
#pragma once

#include <memory>

#include "compiler/filters/filter_types.h"
#include "envoy/extensions/filters/http/cors/v3/cors.pb.h"

namespace outrigger::compiler {

using CorsProto = envoy::extensions::filters::http::cors::v3::Cors;
using CorsPolicyProto = envoy::extensions::filters::http::cors::v3::CorsPolicy;

std::shared_ptr<const HttpFilterConfig> CompileCors(const CorsProto& proto,
                                                    const HttpFilterContext& context,
                                                    ValidationErrors& errors);
std::shared_ptr<const RouteFilterConfig> CompileCorsPolicy(const CorsPolicyProto& proto,
                                                           const CompileEnvironment& environment,
                                                           ValidationErrors& errors);

}  // namespace outrigger::compiler
