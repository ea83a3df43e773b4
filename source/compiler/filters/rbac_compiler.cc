#include "compiler/filters/rbac_compiler.h"

#include "compiler/filters/rbac_decision_compiler.h"
#include "filters/rbac/rbac_filter.h"

namespace outrigger::compiler {

namespace {

std::shared_ptr<const RbacPolicies> CompilePolicies(const RbacProto& proto,
                                                    ValidationErrors& errors) {
  auto policies = std::make_shared<RbacPolicies>();
  policies->decisions = CompileRbacDecisions(proto, errors);
  return policies;
}

}  // namespace

std::shared_ptr<const HttpFilterConfig> CompileRbac(const RbacProto& proto,
                                                    const HttpFilterContext& context,
                                                    ValidationErrors& errors) {
  const RbacPrefixes prefixes = {context.stat_prefix, proto.rules_stat_prefix(),
                                 proto.shadow_rules_stat_prefix()};
  return std::make_shared<RbacConfig>(CompilePolicies(proto, errors),
                                      FindRbacStats(context.stats, kRequestRbacFamilies, prefixes));
}

std::shared_ptr<const RouteFilterConfig> CompileRouteRbac(const RbacPerRouteProto& proto,
                                                          const CompileEnvironment&,
                                                          ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "rbac");
  return CompilePolicies(proto.rbac(), errors);
}

}  // namespace outrigger::compiler
