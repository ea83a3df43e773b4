// envoy.config.endpoint.v3.ClusterLoadAssignment -> EndpointSet, or every mistake by field path.
//
// An empty assignment is valid data (X13). Thread: control.
#pragma once

#include <memory>

#include "absl/functional/function_ref.h"
#include "base/validation_errors.h"
#include "cluster/endpoint_set.h"

namespace envoy::config::core::v3 {
class Address;
}
namespace envoy::config::endpoint::v3 {
class ClusterLoadAssignment;
}

namespace outrigger::compiler {

std::shared_ptr<const EndpointSet> CompileEndpoints(
    const envoy::config::endpoint::v3::ClusterLoadAssignment& proto, ValidationErrors& errors);

// The same for endpoints whose addresses may be something else than addresses: `address_of` is
// called for each of them, in their order.
using AddressOf =
    absl::FunctionRef<Address(const envoy::config::core::v3::Address&, ValidationErrors&)>;
std::shared_ptr<const EndpointSet> CompileEndpointsWith(
    const envoy::config::endpoint::v3::ClusterLoadAssignment& proto, AddressOf address_of,
    ValidationErrors& errors);

// An empty set, for a cluster that goes on without one.
std::shared_ptr<const EndpointSet> NoEndpoints();

}  // namespace outrigger::compiler
