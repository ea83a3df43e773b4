#include "compiler/filters/header_to_metadata_compiler.h"

#include "compiler/fragments.h"
#include "compiler/rewrite_compiler.h"
#include "filters/header_to_metadata/header_to_metadata_filter.h"

namespace outrigger::compiler {

namespace {

using NoteField = ValidationErrors::ScopedField;
using RuleProto = HeaderToMetadataProto::Rule;
using NoteProto = HeaderToMetadataProto::KeyValuePair;

constexpr std::string_view kOwnNamespace = "envoy.filters.http.header_to_metadata";

HeaderNote CompileNote(const NoteProto& proto, ValidationErrors& errors) {
  HeaderNote note;
  note.space = proto.metadata_namespace().empty() ? kOwnNamespace : proto.metadata_namespace();
  note.key = proto.key();
  note.value = proto.value();
  note.is_number = proto.type() == HeaderToMetadataProto::NUMBER;
  if (!proto.has_regex_value_rewrite()) return note;
  const NoteField scope(errors, "regex_value_rewrite");
  note.rewrite = CompileRegexRewrite(proto.regex_value_rewrite(), errors);
  return note;
}

HeaderNoteRule CompileRule(const RuleProto& proto, ValidationErrors& errors) {
  HeaderNoteRule rule;
  const bool is_cookie = !proto.cookie().empty();
  if (is_cookie == !proto.header().empty()) errors.Add("needs a header or a cookie");
  rule.source = is_cookie ? HeaderNoteRule::Source::kCookie : HeaderNoteRule::Source::kHeader;
  rule.name = is_cookie ? proto.cookie() : LowerCase(proto.header());
  rule.removes = proto.remove() && !is_cookie;
  if (rule.removes && (rule.name.starts_with(':') || rule.name == "host")) {
    const NoteField scope(errors, "remove");
    errors.Add("must not be set for what frames a message");
  }
  if (proto.has_on_header_present()) {
    const NoteField scope(errors, "on_header_present");
    rule.if_present = CompileNote(proto.on_header_present(), errors);
  }
  if (proto.has_on_header_missing()) {
    const NoteField scope(errors, "on_header_missing");
    rule.if_missing = CompileNote(proto.on_header_missing(), errors);
    if (proto.on_header_missing().value().empty()) {
      const NoteField value(errors, "value");
      errors.Add("is required");
    }
  }
  if (!rule.if_present && !rule.if_missing) {
    errors.Add("needs on_header_present or on_header_missing");
  }
  return rule;
}

std::vector<HeaderNoteRule> CompileRuleList(
    const google::protobuf::RepeatedPtrField<RuleProto>& protos, std::string_view field,
    ValidationErrors& errors) {
  std::vector<HeaderNoteRule> rules;
  for (int i = 0; i < protos.size(); ++i) {
    const NoteField scope(errors, field, static_cast<size_t>(i));
    rules.push_back(CompileRule(protos[i], errors));
  }
  return rules;
}

std::shared_ptr<const HeaderToMetadataRules> CompileBothLists(const HeaderToMetadataProto& proto,
                                                              ValidationErrors& errors) {
  auto rules = std::make_shared<HeaderToMetadataRules>();
  rules->request = CompileRuleList(proto.request_rules(), "request_rules", errors);
  rules->response = CompileRuleList(proto.response_rules(), "response_rules", errors);
  return rules;
}

}  // namespace

std::shared_ptr<const HttpFilterConfig> CompileHeaderToMetadata(const HeaderToMetadataProto& proto,
                                                                const HttpFilterContext&,
                                                                ValidationErrors& errors) {
  return std::make_shared<HeaderToMetadataConfig>(CompileBothLists(proto, errors));
}

std::shared_ptr<const RouteFilterConfig> CompileRouteHeaderToMetadata(
    const HeaderToMetadataProto& proto, const CompileEnvironment&, ValidationErrors& errors) {
  return CompileBothLists(proto, errors);
}

}  // namespace outrigger::compiler
