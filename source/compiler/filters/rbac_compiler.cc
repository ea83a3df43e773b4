#include "compiler/filters/rbac_compiler.h"

#include "compiler/filters/rbac_matcher_compiler.h"
#include "compiler/filters/rbac_rules_compiler.h"
#include "filters/rbac/rbac_filter.h"

namespace outrigger::compiler {

namespace {

std::shared_ptr<const RbacPolicies> CompilePolicies(const RbacProto& proto,
                                                    ValidationErrors& errors) {
  auto policies = std::make_shared<RbacPolicies>();
  // Where both are set the matcher counts, as the API says.
  if (proto.has_matcher()) {
    const ValidationErrors::ScopedField scope(errors, "matcher");
    policies->enforced = CompileRbacMatcher(proto.matcher(), errors);
  } else if (proto.has_rules()) {
    const ValidationErrors::ScopedField scope(errors, "rules");
    policies->enforced = CompileRbacRules(proto.rules(), errors);
  }
  if (proto.has_shadow_matcher()) {
    const ValidationErrors::ScopedField scope(errors, "shadow_matcher");
    policies->shadow = CompileRbacMatcher(proto.shadow_matcher(), errors);
  } else if (proto.has_shadow_rules()) {
    const ValidationErrors::ScopedField scope(errors, "shadow_rules");
    policies->shadow = CompileRbacRules(proto.shadow_rules(), errors);
  }
  return policies;
}

}  // namespace

std::shared_ptr<const HttpFilterConfig> CompileRbac(const RbacProto& proto,
                                                    const HttpFilterContext& context,
                                                    ValidationErrors& errors) {
  const auto find = [&context](std::string_view prefix) {
    return FindRbacScope(context.stats, context.stat_prefix, prefix);
  };
  return std::make_shared<RbacConfig>(
      CompilePolicies(proto, errors),
      RbacStats{find(proto.rules_stat_prefix()), find(proto.shadow_rules_stat_prefix())});
}

std::shared_ptr<const RouteFilterConfig> CompileRouteRbac(const RbacPerRouteProto& proto,
                                                          const RuntimeNumbers&,
                                                          ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "rbac");
  return CompilePolicies(proto.rbac(), errors);
}

}  // namespace outrigger::compiler
