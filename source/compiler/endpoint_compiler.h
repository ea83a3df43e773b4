// envoy.config.endpoint.v3.ClusterLoadAssignment -> EndpointSet, or every mistake by field path.
//
// An empty assignment is valid data (X13). Thread: control.
#pragma once

#include <memory>

#include "base/validation_errors.h"
#include "cluster/endpoint_set.h"

namespace envoy::config::endpoint::v3 {
class ClusterLoadAssignment;
}

namespace outrigger::compiler {

std::shared_ptr<const EndpointSet> CompileEndpoints(
    const envoy::config::endpoint::v3::ClusterLoadAssignment& proto, ValidationErrors& errors);

}  // namespace outrigger::compiler
