// envoy.extensions.filters.network.rbac.v3.RBAC -> who may connect.
//
// Thread: control.
#pragma once

#include "access/connection_policy.h"
#include "base/validation_errors.h"
#include "envoy/extensions/filters/network/rbac/v3/rbac.pb.h"
#include "stats/registry.h"

namespace outrigger::compiler {

using NetworkRbacProto = envoy::extensions::filters::network::rbac::v3::RBAC;

ConnectionPolicy CompileNetworkRbac(const NetworkRbacProto& proto, stats::Registry& stats,
                                    ValidationErrors& errors);

}  // namespace outrigger::compiler
