// xds.type.matcher.v3.Matcher with actions of RBAC -> RbacMatcher.
//
// Thread: control.
#pragma once

#include "access/rbac_matcher.h"
#include "base/validation_errors.h"
#include "xds/type/matcher/v3/matcher.pb.h"

namespace outrigger::compiler {

RbacMatcher CompileRbacMatcher(const ::xds::type::matcher::v3::Matcher& proto,
                               ValidationErrors& errors);

}  // namespace outrigger::compiler
