// envoy.config.route.v3.HeaderMatcher -> HeaderMatch.
//
// Thread: control.
#pragma once

#include <vector>

#include "base/validation_errors.h"
#include "envoy/config/route/v3/route_components.pb.h"
#include "routing/header_matcher.h"

namespace outrigger::compiler {

routing::HeaderMatch CompileHeaderMatch(const envoy::config::route::v3::HeaderMatcher& proto,
                                        ValidationErrors& errors);
// Of a field called `headers`.
std::vector<routing::HeaderMatch> CompileHeaderMatches(
    const google::protobuf::RepeatedPtrField<envoy::config::route::v3::HeaderMatcher>& protos,
    ValidationErrors& errors);

}  // namespace outrigger::compiler
