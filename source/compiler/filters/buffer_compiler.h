// envoy.extensions.filters.http.buffer.v3 -> the buffer filter.
//
// Thread: control.
#pragma once

#include <memory>

#include "compiler/filters/filter_types.h"
#include "envoy/extensions/filters/http/buffer/v3/buffer.pb.h"

namespace outrigger::compiler {

using BufferProto = envoy::extensions::filters::http::buffer::v3::Buffer;
using BufferPerRouteProto = envoy::extensions::filters::http::buffer::v3::BufferPerRoute;

std::shared_ptr<const HttpFilterConfig> CompileBuffer(const BufferProto& proto,
                                                      const HttpFilterContext& context,
                                                      ValidationErrors& errors);
std::shared_ptr<const RouteFilterConfig> CompileRouteBuffer(const BufferPerRouteProto& proto,
                                                            const CompileEnvironment& environment,
                                                            ValidationErrors& errors);

}  // namespace outrigger::compiler
