#include "compiler/endpoint_compiler.h"

#include <fmt/format.h>

#include <map>

#include "compiler/fragments.h"
#include "compiler/metadata_compiler.h"
#include "envoy/config/endpoint/v3/endpoint.pb.h"

namespace outrigger::compiler {

namespace {

constexpr size_t kEndpointsMax = 1'000'000;  // of one assignment

EdsHealth HealthOf(envoy::config::core::v3::HealthStatus status) {
  switch (status) {
    case envoy::config::core::v3::HEALTHY:
      return EdsHealth::kHealthy;
    case envoy::config::core::v3::UNHEALTHY:
      return EdsHealth::kUnhealthy;
    case envoy::config::core::v3::DRAINING:
      return EdsHealth::kDraining;
    case envoy::config::core::v3::TIMEOUT:
      return EdsHealth::kTimeout;
    case envoy::config::core::v3::DEGRADED:
      return EdsHealth::kDegraded;
    default:
      return EdsHealth::kUnknown;
  }
}

void CompileLocality(const envoy::config::endpoint::v3::LocalityLbEndpoints& proto,
                     AddressOf address_of, EndpointSet& set, ValidationErrors& errors) {
  const auto locality_index = static_cast<uint32_t>(set.localities.size());
  set.localities.push_back({proto.locality().region(), proto.locality().zone(),
                            proto.locality().sub_zone(), proto.load_balancing_weight().value()});
  for (int i = 0; i < proto.lb_endpoints_size(); ++i) {
    const auto& lb_endpoint = proto.lb_endpoints(i);
    const ValidationErrors::ScopedField scope(errors, "lb_endpoints", static_cast<size_t>(i));
    Endpoint endpoint;
    {
      const ValidationErrors::ScopedField field(errors, "endpoint.address");
      endpoint.address = address_of(lb_endpoint.endpoint().address(), errors);
      if (lb_endpoint.host_identifier_case() != lb_endpoint.kEndpointName &&
          !lb_endpoint.endpoint().has_address()) {
        errors.Add("is required");
      }
    }
    endpoint.labels = CompileLabels(lb_endpoint.metadata());
    endpoint.hostname = lb_endpoint.endpoint().hostname();
    endpoint.eds_health = HealthOf(lb_endpoint.health_status());
    if (lb_endpoint.has_load_balancing_weight()) {
      endpoint.weight = lb_endpoint.load_balancing_weight().value();
    }
    endpoint.priority = proto.priority();
    endpoint.locality_index = locality_index;
    set.endpoints.push_back(std::move(endpoint));
  }
}

}  // namespace

std::shared_ptr<const EndpointSet> CompileEndpoints(
    const envoy::config::endpoint::v3::ClusterLoadAssignment& proto, ValidationErrors& errors) {
  return CompileEndpointsWith(proto, CompileAddress, errors);
}

std::shared_ptr<const EndpointSet> CompileEndpointsWith(
    const envoy::config::endpoint::v3::ClusterLoadAssignment& proto, AddressOf address_of,
    ValidationErrors& errors) {
  auto set = std::make_shared<EndpointSet>();
  if (proto.policy().has_overprovisioning_factor()) {
    set->overprovisioning_percent = proto.policy().overprovisioning_factor().value();
  }
  size_t count = 0;
  for (const auto& locality : proto.endpoints()) {
    count += static_cast<size_t>(locality.lb_endpoints_size());
  }
  if (count > kEndpointsMax) {
    const ValidationErrors::ScopedField scope(errors, "endpoints");
    errors.Add(fmt::format("must have at most {} endpoints, has {}", kEndpointsMax, count));
    return nullptr;
  }
  set->endpoints.reserve(count);
  std::map<uint32_t, uint64_t> weights;  // of the localities of each priority
  for (int i = 0; i < proto.endpoints_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "endpoints", static_cast<size_t>(i));
    if (proto.endpoints(i).priority() >= kPrioritiesMax) {
      const ValidationErrors::ScopedField field(errors, "priority");
      errors.Add(fmt::format("must be less than {}", kPrioritiesMax));
      continue;
    }
    uint64_t& weight = weights[proto.endpoints(i).priority()];
    weight += proto.endpoints(i).load_balancing_weight().value();
    if (weight > UINT32_MAX) {
      const ValidationErrors::ScopedField field(errors, "load_balancing_weight");
      errors.Add("the sum of the weights of a priority must be at most 4294967295");
    }
    CompileLocality(proto.endpoints(i), address_of, *set, errors);
  }
  if (!errors.ok()) return nullptr;
  set->BuildPicks();
  return set;
}

std::shared_ptr<const EndpointSet> NoEndpoints() {
  auto set = std::make_shared<EndpointSet>();
  set->BuildPicks();
  return set;
}

}  // namespace outrigger::compiler
