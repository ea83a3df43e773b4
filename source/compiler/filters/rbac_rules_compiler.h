// envoy.config.rbac.v3.RBAC -> RbacRules, for requests and for connections.
//
// Thread: control.
#pragma once

#include "access/rbac_rules.h"
#include "base/validation_errors.h"
#include "envoy/config/rbac/v3/rbac.pb.h"

namespace outrigger::compiler {

RbacRules::Action CompileRbacAction(envoy::config::rbac::v3::RBAC::Action proto);
RbacRules CompileRbacRules(const envoy::config::rbac::v3::RBAC& proto, ValidationErrors& errors);

}  // namespace outrigger::compiler
