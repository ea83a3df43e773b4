// envoy.extensions.filters.http.on_demand.v3 -> the on_demand filter.
//
// Thread: control.
#pragma once

#include <memory>

#include "compiler/filters/filter_types.h"
#include "envoy/extensions/filters/http/on_demand/v3/on_demand.pb.h"

namespace outrigger::compiler {

using OnDemandProto = envoy::extensions::filters::http::on_demand::v3::OnDemand;
using OnDemandPerRouteProto = envoy::extensions::filters::http::on_demand::v3::PerRouteConfig;

std::shared_ptr<const HttpFilterConfig> CompileOnDemand(const OnDemandProto& proto,
                                                        const HttpFilterContext& context,
                                                        ValidationErrors& errors);
std::shared_ptr<const RouteFilterConfig> CompileRouteOnDemand(const OnDemandPerRouteProto& proto,
                                                              const CompileEnvironment& environment,
                                                              ValidationErrors& errors);

}  // namespace outrigger::compiler
