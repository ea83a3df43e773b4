#include "compiler/rewrite_compiler.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "compiler/fragments.h"
#include "http/syntax.h"

namespace outrigger::compiler {

namespace {

using envoy::config::route::v3::RedirectAction;
using envoy::type::matcher::v3::RegexMatchAndSubstitute;
using ActionProto = envoy::config::route::v3::RouteAction;

// Whatever stands in a path upstream must not end it there.
void CheckPathText(const std::string& text, std::string_view field, ValidationErrors& errors) {
  if (text.empty() || http::IsTarget(text)) return;
  const ValidationErrors::ScopedField scope(errors, field);
  errors.Add("holds what no path may hold");
}

routing::PathRewrite CompilePrefixRewrite(const std::string& replacement,
                                          ValidationErrors& errors) {
  if (replacement.empty()) return {};
  CheckPathText(replacement, "prefix_rewrite", errors);
  return routing::PrefixRewrite{replacement};
}

routing::PathRewrite CompilePathRegexRewrite(const RegexMatchAndSubstitute& proto,
                                             ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "regex_rewrite");
  CheckPathText(proto.substitution(), "substitution", errors);
  return CompileRegexRewrite(proto, errors);
}

}  // namespace

routing::RegexRewrite CompileRegexRewrite(const RegexMatchAndSubstitute& proto,
                                          ValidationErrors& errors) {
  routing::RegexRewrite rewrite;
  {
    const ValidationErrors::ScopedField scope(errors, "pattern");
    rewrite.pattern = proto.pattern().regex();
    rewrite.regex = CompileRegex(proto.pattern(), errors);
  }
  rewrite.substitution = proto.substitution();
  const ValidationErrors::ScopedField scope(errors, "substitution");
  if (rewrite.substitution.size() > kSubstitutionBytesMax) {
    errors.Add(fmt::format("must have at most {} bytes", kSubstitutionBytesMax));
  }
  std::string problem;
  if (rewrite.regex->ok() && !rewrite.regex->CheckRewriteString(rewrite.substitution, &problem)) {
    errors.Add(problem);
  }
  return rewrite;
}

routing::PathRewrite CompilePathRewrite(const ActionProto& proto, ValidationErrors& errors) {
  if (!proto.has_regex_rewrite()) return CompilePrefixRewrite(proto.prefix_rewrite(), errors);
  if (!proto.prefix_rewrite().empty()) {
    const ValidationErrors::ScopedField scope(errors, "regex_rewrite");
    errors.Add("must not be set together with prefix_rewrite");
  }
  return CompilePathRegexRewrite(proto.regex_rewrite(), errors);
}

routing::PathRewrite CompilePathRewrite(const RedirectAction& proto, ValidationErrors& errors) {
  return proto.has_regex_rewrite() ? CompilePathRegexRewrite(proto.regex_rewrite(), errors)
                                   : CompilePrefixRewrite(proto.prefix_rewrite(), errors);
}

routing::HostRewrite CompileHostRewrite(const ActionProto& proto, ValidationErrors& errors) {
  using Kind = routing::HostRewrite::Kind;
  routing::HostRewrite rewrite;
  rewrite.appends_forwarded_host = proto.append_x_forwarded_host();
  switch (proto.host_rewrite_specifier_case()) {
    case ActionProto::kHostRewriteLiteral:
      rewrite.text = CompileHostLiteral(proto.host_rewrite_literal(), errors);
      if (!rewrite.text.empty()) rewrite.kind = Kind::kLiteral;
      break;
    case ActionProto::kAutoHostRewrite:
      if (proto.auto_host_rewrite().value()) rewrite.kind = Kind::kEndpoint;
      break;
    case ActionProto::kHostRewriteHeader:
      rewrite.text = LowerCase(proto.host_rewrite_header());
      if (!rewrite.text.empty()) rewrite.kind = Kind::kHeader;
      break;
    case ActionProto::kHostRewritePathRegex: {
      const ValidationErrors::ScopedField scope(errors, "host_rewrite_path_regex");
      rewrite.kind = Kind::kPathRegex;
      rewrite.regex = CompileRegexRewrite(proto.host_rewrite_path_regex(), errors);
      break;
    }
    default:
      break;  // the field table has said why
  }
  return rewrite;
}

std::string CompileHostLiteral(const std::string& host, ValidationErrors& errors) {
  if (!host.empty() && !http::IsAuthority(host)) {
    const ValidationErrors::ScopedField scope(errors, "host_rewrite_literal");
    errors.Add(fmt::format("\"{}\" is no host", host));
  }
  return host;
}

}  // namespace outrigger::compiler
