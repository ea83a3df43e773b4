// What becomes of the fields of endpoint assignments.
//
// Thread: any (constants).
#pragma once

#include "compiler/field_rules_shared.h"

namespace outrigger::compiler::endpoint_fields {

using enum FieldUse;

inline constexpr std::string_view kAssignment = "envoy.config.endpoint.v3.ClusterLoadAssignment";
inline constexpr std::string_view kPolicy = "envoy.config.endpoint.v3.ClusterLoadAssignment.Policy";
inline constexpr std::string_view kLocality = "envoy.config.endpoint.v3.LocalityLbEndpoints";
inline constexpr std::string_view kLbEndpoint = "envoy.config.endpoint.v3.LbEndpoint";
inline constexpr std::string_view kEndpoint = "envoy.config.endpoint.v3.Endpoint";

inline constexpr FieldRule kRules[] = {
    {kAssignment, "cluster_name", kHandled},
    {kAssignment, "endpoints", kHandled},
    {kAssignment, "policy", kHandled},
    {kAssignment, "named_endpoints", kIgnored, "nothing can refer to them"},
    {kPolicy, "overprovisioning_factor", kHandled},
    {kPolicy, "drop_overloads", kRejected, "dropping by category is not supported yet"},
    {kPolicy, "endpoint_stale_after", kIgnored, "endpoints stay until they are replaced"},
    {kPolicy, "weighted_priority_health", kIgnored, "health is counted by endpoint"},
    {kLocality, "locality", kHandled},
    {kLocality, "lb_endpoints", kHandled},
    {kLocality, "priority", kHandled},
    {kLocality, "load_balancing_weight", kHandled},
    {kLocality, "metadata", kIgnored, kNoReader},
    {kLocality, "proximity", kIgnored, "weights and priorities count"},
    {kLocality, "load_balancer_endpoints", kRejected, kNotYet},
    {kLocality, "leds_cluster_locality_config", kRejected, kNotYet},
    {kLbEndpoint, "endpoint", kHandled},
    {kLbEndpoint, "endpoint_name", kRejected, "named endpoints are not supported"},
    {kLbEndpoint, "health_status", kHandled},
    {kLbEndpoint, "load_balancing_weight", kHandled},
    {kLbEndpoint, "metadata", kHandled},
    {kEndpoint, "address", kHandled},
    {kEndpoint, "hostname", kHandled},
    {kEndpoint, "additional_addresses", kIgnored, "the first address is used"},
    {kEndpoint, "health_check_config", kIgnored, "active health checks are not supported yet"},
    {"envoy.config.core.v3.Locality", "*", kHandled},
};

}  // namespace outrigger::compiler::endpoint_fields
