#include "compiler/route_match_compiler.h"

#include "compiler/fragments.h"

namespace outrigger::compiler {

namespace {

using envoy::config::route::v3::RouteMatch;
using QueryProto = envoy::config::route::v3::QueryParameterMatcher;
using HeaderProto = envoy::config::route::v3::HeaderMatcher;

routing::HeaderMatch PlainText(routing::HeaderMatch match, StringMatch::Kind kind,
                               const std::string& text) {
  match.kind = routing::HeaderMatch::Kind::kString;
  match.string.kind = kind;
  match.string.text = text;
  return match;
}

routing::HeaderMatch CompileHeaderMatch(const HeaderProto& proto, ValidationErrors& errors) {
  using Kind = StringMatch::Kind;
  routing::HeaderMatch match;
  match.name = LowerCase(proto.name());
  match.is_inverted = proto.invert_match();
  match.treats_missing_as_empty = proto.treat_missing_header_as_empty();
  switch (proto.header_match_specifier_case()) {
    case HeaderProto::kExactMatch:
      return PlainText(std::move(match), Kind::kExact, proto.exact_match());
    case HeaderProto::kPrefixMatch:
      return PlainText(std::move(match), Kind::kPrefix, proto.prefix_match());
    case HeaderProto::kSuffixMatch:
      return PlainText(std::move(match), Kind::kSuffix, proto.suffix_match());
    case HeaderProto::kContainsMatch:
      return PlainText(std::move(match), Kind::kContains, proto.contains_match());
    case HeaderProto::kSafeRegexMatch: {
      const ValidationErrors::ScopedField scope(errors, "safe_regex_match");
      match = PlainText(std::move(match), Kind::kRegex, proto.safe_regex_match().regex());
      match.string.regex = CompileRegex(proto.safe_regex_match(), errors);
      return match;
    }
    case HeaderProto::kStringMatch: {
      const ValidationErrors::ScopedField scope(errors, "string_match");
      match.kind = routing::HeaderMatch::Kind::kString;
      match.string = CompileStringMatch(proto.string_match(), errors);
      return match;
    }
    case HeaderProto::kRangeMatch:
      match.kind = routing::HeaderMatch::Kind::kRange;
      match.range_begin = proto.range_match().start();
      match.range_end = proto.range_match().end();
      return match;
    case HeaderProto::kPresentMatch:
      match.kind = proto.present_match() ? routing::HeaderMatch::Kind::kPresent
                                         : routing::HeaderMatch::Kind::kAbsent;
      return match;
    default:
      match.kind = routing::HeaderMatch::Kind::kPresent;
      return match;
  }
}

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

routing::RouteConditions CompileConditions(const RouteMatch& proto, ValidationErrors& errors) {
  routing::RouteConditions conditions;
  for (int i = 0; i < proto.headers_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "headers", static_cast<size_t>(i));
    conditions.headers.push_back(CompileHeaderMatch(proto.headers(i), errors));
  }
  for (int i = 0; i < proto.query_parameters_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "query_parameters", static_cast<size_t>(i));
    conditions.query.push_back(CompileQueryMatch(proto.query_parameters(i), errors));
  }
  conditions.is_grpc_only = proto.has_grpc();
  return conditions;
}

}  // namespace outrigger::compiler
