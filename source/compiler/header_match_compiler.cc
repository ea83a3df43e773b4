#include "compiler/header_match_compiler.h"

#include <string>
#include <utility>

#include "compiler/fragments.h"

namespace outrigger::compiler {

namespace {

using HeaderProto = envoy::config::route::v3::HeaderMatcher;

routing::HeaderMatch PlainText(routing::HeaderMatch match, StringMatch::Kind kind,
                               const std::string& text) {
  match.kind = routing::HeaderMatch::Kind::kString;
  match.string.kind = kind;
  match.string.text = text;
  return match;
}

}  // namespace

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

std::vector<routing::HeaderMatch> CompileHeaderMatches(
    const google::protobuf::RepeatedPtrField<HeaderProto>& protos, ValidationErrors& errors) {
  std::vector<routing::HeaderMatch> matches;
  for (int i = 0; i < protos.size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "headers", static_cast<size_t>(i));
    matches.push_back(CompileHeaderMatch(protos[i], errors));
  }
  return matches;
}

}  // namespace outrigger::compiler
