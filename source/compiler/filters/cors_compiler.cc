#include "compiler/filters/cors_compiler.h"

#include <string>

#include "compiler/fragments.h"
#include "filters/cors/cors_filter.h"

namespace outrigger::compiler {

namespace {

// A value that goes out as the value of a field.
std::string FieldValue(const std::string& text, std::string_view field, ValidationErrors& errors) {
  if (text.find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos) {
    const ValidationErrors::ScopedField scope(errors, field);
    errors.Add("must hold no NUL, CR or LF");
  }
  return text;
}

}  // namespace

std::shared_ptr<const HttpFilterConfig> CompileCors(const CorsProto&,
                                                    const HttpFilterContext& context,
                                                    ValidationErrors&) {
  return std::make_shared<CorsConfig>(context.stats.Find(kCorsFamily, context.stat_prefix));
}

std::shared_ptr<const RouteFilterConfig> CompileCorsPolicy(const CorsPolicyProto& proto,
                                                           const CompileEnvironment& environment,
                                                           ValidationErrors& errors) {
  auto policy = std::make_shared<CorsPolicy>();
  for (int i = 0; i < proto.allow_origin_string_match_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "allow_origin_string_match",
                                              static_cast<size_t>(i));
    policy->origins.push_back(CompileStringMatch(proto.allow_origin_string_match(i), errors));
  }
  policy->methods = FieldValue(proto.allow_methods(), "allow_methods", errors);
  policy->headers = FieldValue(proto.allow_headers(), "allow_headers", errors);
  policy->exposed_headers = FieldValue(proto.expose_headers(), "expose_headers", errors);
  policy->max_age = FieldValue(proto.max_age(), "max_age", errors);
  policy->allows_credentials = proto.allow_credentials().value();
  policy->allows_private_network = proto.allow_private_network_access().value();
  policy->forwards_others = !proto.has_forward_not_matching_preflights() ||
                            proto.forward_not_matching_preflights().value();
  if (proto.has_filter_enabled()) {
    policy->enabled = CompileFraction(proto.filter_enabled(), environment.runtime);
  }
  if (proto.has_shadow_enabled()) {
    policy->shadow = CompileFraction(proto.shadow_enabled(), environment.runtime);
  }
  return policy;
}

}  // namespace outrigger::compiler
