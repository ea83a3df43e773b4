// envoy.extensions.filters.http.health_check.v3.HealthCheck -> the health_check filter.
//
// Thread: control.
#pragma once

#include <memory>

#include "compiler/filters/filter_types.h"
#include "envoy/extensions/filters/http/health_check/v3/health_check.pb.h"

namespace outrigger::compiler {

using HealthCheckProto = envoy::extensions::filters::http::health_check::v3::HealthCheck;

std::shared_ptr<const HttpFilterConfig> CompileHealthCheck(const HealthCheckProto& proto,
                                                           const HttpFilterContext& context,
                                                           ValidationErrors& errors);

}  // namespace outrigger::compiler
