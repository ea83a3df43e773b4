#include "compiler/filters/health_check_compiler.h"

#include <utility>

#include "compiler/header_match_compiler.h"
#include "filters/health_check/health_check_filter.h"

namespace outrigger::compiler {

std::shared_ptr<const HttpFilterConfig> CompileHealthCheck(const HealthCheckProto& proto,
                                                           const HttpFilterContext& context,
                                                           ValidationErrors& errors) {
  HealthCheckRules rules;
  rules.is_passed_through = proto.pass_through_mode().value();
  rules.headers = CompileHeaderMatches(proto.headers(), errors);
  return std::make_shared<HealthCheckConfig>(
      std::move(rules), context.stats.Find(kHealthCheckFamily, context.stat_prefix));
}

}  // namespace outrigger::compiler
