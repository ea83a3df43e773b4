// request_mirror_policies -> MirrorPolicies, or every mistake by field path.
//
// Thread: control.
#pragma once

#include <google/protobuf/repeated_field.h>

#include "base/validation_errors.h"
#include "compiler/route_context.h"
#include "envoy/config/route/v3/route_components.pb.h"
#include "routing/route_action.h"

namespace outrigger::compiler {

using MirrorProtos =
    google::protobuf::RepeatedPtrField<envoy::config::route::v3::RouteAction::RequestMirrorPolicy>;

// Of one level; without policies it has those of the level above it.
routing::MirrorPolicies CompileMirrors(const MirrorProtos& protos, const RouteContext& context,
                                       ValidationErrors& errors);

}  // namespace outrigger::compiler
