// The rules, or the matcher trees in their place, of an RBAC filter of either kind ->
// RbacDecisions.
//
// Thread: control.
#pragma once

#include "access/rbac_matcher.h"
#include "base/validation_errors.h"
#include "compiler/filters/rbac_matcher_compiler.h"
#include "compiler/filters/rbac_rules_compiler.h"

namespace outrigger::compiler {

// STYLE: a template, since the messages of requests and connections have these fields and no base.
template <typename Proto>
RbacDecisions CompileRbacDecisions(const Proto& proto, ValidationErrors& errors) {
  RbacDecisions decisions;
  // Where both are set the matcher counts, as the API says.
  if (proto.has_matcher()) {
    const ValidationErrors::ScopedField scope(errors, "matcher");
    decisions.enforced = CompileRbacMatcher(proto.matcher(), errors);
  } else if (proto.has_rules()) {
    const ValidationErrors::ScopedField scope(errors, "rules");
    decisions.enforced = CompileRbacRules(proto.rules(), errors);
  }
  if (proto.has_shadow_matcher()) {
    const ValidationErrors::ScopedField scope(errors, "shadow_matcher");
    decisions.shadow = CompileRbacMatcher(proto.shadow_matcher(), errors);
  } else if (proto.has_shadow_rules()) {
    const ValidationErrors::ScopedField scope(errors, "shadow_rules");
    decisions.shadow = CompileRbacRules(proto.shadow_rules(), errors);
  }
  return decisions;
}

}  // namespace outrigger::compiler
