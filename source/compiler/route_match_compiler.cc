#include "compiler/route_match_compiler.h"

#include "compiler/fragments.h"
#include "compiler/header_match_compiler.h"

namespace outrigger::compiler {

namespace {

using envoy::config::route::v3::RouteMatch;
using QueryProto = envoy::config::route::v3::QueryParameterMatcher;

routing::QueryMatch CompileQueryMatch(const QueryProto& proto, ValidationErrors& errors) {
  using Kind = routing::QueryMatch::Kind;
  routing::QueryMatch match;
  match.name = proto.name();
  switch (proto.query_parameter_match_specifier_case()) {
    case QueryProto::kStringMatch: {
      const ValidationErrors::ScopedField scope(errors, "string_match");
      match.kind = Kind::kString;
      match.string = CompileStringMatch(proto.string_match(), errors);
      break;
    }
    case QueryProto::kPresentMatch:
      match.kind = proto.present_match() ? Kind::kPresent : Kind::kAbsent;
      break;
    default:
      break;  // that it is there is enough
  }
  return match;
}

}  // namespace

routing::PathMatch CompilePathMatch(const RouteMatch& proto, ValidationErrors& errors) {
  using Kind = routing::PathMatch::Kind;
  routing::PathMatch match;
  match.is_case_sensitive = !proto.has_case_sensitive() || proto.case_sensitive().value();
  switch (proto.path_specifier_case()) {
    case RouteMatch::kPrefix:
      match.kind = Kind::kPrefix;
      match.text = proto.prefix();
      break;
    case RouteMatch::kPath:
      match.kind = Kind::kExact;
      match.text = proto.path();
      break;
    case RouteMatch::kPathSeparatedPrefix:
      match.kind = Kind::kSeparatedPrefix;
      match.text = proto.path_separated_prefix();
      break;
    case RouteMatch::kConnectMatcher:
      match.kind = Kind::kConnect;
      break;
    case RouteMatch::kSafeRegex: {
      const ValidationErrors::ScopedField scope(errors, "safe_regex");
      match.kind = Kind::kRegex;
      match.text = proto.safe_regex().regex();
      match.regex = CompileRegex(proto.safe_regex(), errors);
      break;
    }
    default:
      break;  // the validation rules or the field table have said why
  }
  return match;
}

routing::RouteConditions CompileConditions(const RouteMatch& proto, const RuntimeNumbers& runtime,
                                           ValidationErrors& errors) {
  routing::RouteConditions conditions;
  conditions.headers = CompileHeaderMatches(proto.headers(), errors);
  for (int i = 0; i < proto.query_parameters_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "query_parameters", static_cast<size_t>(i));
    conditions.query.push_back(CompileQueryMatch(proto.query_parameters(i), errors));
  }
  conditions.is_grpc_only = proto.has_grpc();
  if (proto.has_runtime_fraction()) {
    conditions.share = CompileFraction(proto.runtime_fraction(), runtime);
  }
  return conditions;
}

}  // namespace outrigger::compiler
