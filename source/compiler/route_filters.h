// `typed_per_filter_config` of a route table, virtual host, route or weighted cluster: what it says
// to the HTTP filters of those names.
//
// Thread: control. Source: the envoy.config.route.v3 messages; FilterConfig there.
#pragma once

#include <google/protobuf/any.pb.h>

#include <string>

#include "base/validation_errors.h"
#include "compiler/environment.h"
#include "http/http_filter.h"

namespace outrigger::compiler {

using FilterConfigs = google::protobuf::Map<std::string, google::protobuf::Any>;

// By name.
http::RouteFilters CompileRouteFilters(const FilterConfigs& protos,
                                       const CompileEnvironment& environment,
                                       ValidationErrors& errors);

}  // namespace outrigger::compiler
