// envoy.extensions.filters.http.header_mutation.v3 -> the header_mutation filter.
//
// Thread: control.
#pragma once

#include <memory>

#include "compiler/filters/filter_types.h"
#include "envoy/extensions/filters/http/header_mutation/v3/header_mutation.pb.h"

namespace outrigger::compiler {

using HeaderMutationProto = envoy::extensions::filters::http::header_mutation::v3::HeaderMutation;
using HeaderMutationPerRouteProto =
    envoy::extensions::filters::http::header_mutation::v3::HeaderMutationPerRoute;

std::shared_ptr<const HttpFilterConfig> CompileHeaderMutation(const HeaderMutationProto& proto,
                                                              const HttpFilterContext& context,
                                                              ValidationErrors& errors);
std::shared_ptr<const RouteFilterConfig> CompileRouteHeaderMutation(
    const HeaderMutationPerRouteProto& proto, const CompileEnvironment& environment,
    ValidationErrors& errors);

}  // namespace outrigger::compiler
