// envoy.extensions.filters.http.grpc_web.v3.GrpcWeb -> the gRPC-Web filter, which has no options.
//
// Thread: control.
#pragma once

#include <memory>

#include "compiler/filters/filter_types.h"
#include "envoy/extensions/filters/http/grpc_web/v3/grpc_web.pb.h"

namespace outrigger::compiler {

using GrpcWebProto = envoy::extensions::filters::http::grpc_web::v3::GrpcWeb;

std::shared_ptr<const HttpFilterConfig> CompileGrpcWeb(const GrpcWebProto& proto,
                                                       const HttpFilterContext& context,
                                                       ValidationErrors& errors);

}  // namespace outrigger::compiler
