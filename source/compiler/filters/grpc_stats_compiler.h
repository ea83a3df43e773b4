// envoy.extensions.filters.http.grpc_stats.v3.FilterConfig -> the rules of the gRPC stats filter.
//
// Thread: control.
#pragma once

#include <memory>

#include "compiler/filters/filter_types.h"
#include "envoy/extensions/filters/http/grpc_stats/v3/config.pb.h"

namespace outrigger::compiler {

using GrpcStatsProto = envoy::extensions::filters::http::grpc_stats::v3::FilterConfig;

std::shared_ptr<const HttpFilterConfig> CompileGrpcStats(const GrpcStatsProto& proto,
                                                         const HttpFilterContext& context,
                                                         ValidationErrors& errors);

}  // namespace outrigger::compiler
