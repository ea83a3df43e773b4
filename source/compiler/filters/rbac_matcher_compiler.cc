#include "compiler/filters/rbac_matcher_compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "compiler/any_content.h"
#include "compiler/filters/rbac_rules_compiler.h"
#include "compiler/fragments.h"
#include "envoy/config/rbac/v3/rbac.pb.h"
#include "envoy/type/matcher/v3/http_inputs.pb.h"
#include "http/syntax.h"

namespace outrigger::compiler {

namespace {

using MatcherProto = ::xds::type::matcher::v3::Matcher;
using PredicateProto = MatcherProto::MatcherList::Predicate;
using MatcherField = ValidationErrors::ScopedField;
using ExtensionProto = ::xds::core::v3::TypedExtensionConfig;
using RbacActionProto = envoy::config::rbac::v3::Action;
using HeaderInputProto = envoy::type::matcher::v3::HttpRequestHeaderMatchInput;

struct InputType {
  std::string_view type;
  RbacInput::Kind kind;
};
constexpr InputType kInputTypes[] = {
    {"envoy.extensions.matching.common_inputs.network.v3.DestinationIPInput",
     RbacInput::Kind::kDestinationAddress},
    {"envoy.extensions.matching.common_inputs.network.v3.DestinationPortInput",
     RbacInput::Kind::kDestinationPort},
    {"envoy.extensions.matching.common_inputs.network.v3.DirectSourceIPInput",
     RbacInput::Kind::kPeerAddress},
    {"envoy.extensions.matching.common_inputs.network.v3.ServerNameInput",
     RbacInput::Kind::kServerName},
    {"envoy.extensions.matching.common_inputs.network.v3.SourceIPInput",
     RbacInput::Kind::kClientAddress},
    {"envoy.extensions.matching.common_inputs.network.v3.SourcePortInput",
     RbacInput::Kind::kClientPort},
    {"envoy.extensions.matching.common_inputs.network.v3.TransportProtocolInput",
     RbacInput::Kind::kTransportProtocol},
    {"envoy.extensions.matching.common_inputs.ssl.v3.DnsSanInput", RbacInput::Kind::kDnsNames},
    {"envoy.extensions.matching.common_inputs.ssl.v3.SubjectInput", RbacInput::Kind::kSubject},
    {"envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput", RbacInput::Kind::kUriNames},
};

RbacInput CompileInput(const ExtensionProto& proto, ValidationErrors& errors) {
  const MatcherField scope(errors, "input");
  const MatcherField field(errors, "typed_config");
  const std::string type = InnerTypeName(proto.typed_config());
  const auto content = UnpackAny(proto.typed_config());
  if (const auto* header = dynamic_cast<const HeaderInputProto*>(content.get())) {
    return {.kind = RbacInput::Kind::kHeader, .header = LowerCase(header->header_name())};
  }
  const auto* known = std::find_if(std::begin(kInputTypes), std::end(kInputTypes),
                                   [&type](const InputType& one) { return one.type == type; });
  if (known != std::end(kInputTypes)) return {.kind = known->kind, .header = {}};
  errors.Add(fmt::format("{} is not supported yet", DescribeAny(proto.typed_config())));
  return {};
}

// The same message under another name.
StringMatch CompileXdsStringMatch(const ::xds::type::matcher::v3::StringMatcher& proto,
                                  ValidationErrors& errors) {
  envoy::type::matcher::v3::StringMatcher same;
  if (!same.ParseFromString(proto.SerializeAsString())) {
    errors.Add("cannot be read");
    return {};
  }
  return CompileStringMatch(same, errors);
}

RbacPredicate CompilePredicate(const PredicateProto& proto, ValidationErrors& errors);

std::vector<RbacPredicate> CompilePredicates(const PredicateProto::PredicateList& proto,
                                             ValidationErrors& errors) {
  std::vector<RbacPredicate> predicates;
  for (int i = 0; i < proto.predicate_size(); ++i) {
    const MatcherField scope(errors, "predicate", static_cast<size_t>(i));
    predicates.push_back(CompilePredicate(proto.predicate(i), errors));
  }
  return predicates;
}

RbacPredicate CompilePredicate(const PredicateProto& proto, ValidationErrors& errors) {
  using PredicateKind = RbacPredicate::Kind;
  RbacPredicate predicate;
  switch (proto.match_type_case()) {
    case PredicateProto::kSinglePredicate: {
      const MatcherField scope(errors, "single_predicate");
      predicate.input = CompileInput(proto.single_predicate().input(), errors);
      const MatcherField value(errors, "value_match");
      if (proto.single_predicate().has_value_match()) {
        predicate.match = CompileXdsStringMatch(proto.single_predicate().value_match(), errors);
      }  // the validation rules or the field table have said why
      break;
    }
    case PredicateProto::kAndMatcher: {
      const MatcherField scope(errors, "and_matcher");
      predicate.kind = PredicateKind::kAllOf;
      predicate.children = CompilePredicates(proto.and_matcher(), errors);
      break;
    }
    case PredicateProto::kOrMatcher: {
      const MatcherField scope(errors, "or_matcher");
      predicate.kind = PredicateKind::kAnyOf;
      predicate.children = CompilePredicates(proto.or_matcher(), errors);
      break;
    }
    case PredicateProto::kNotMatcher: {
      const MatcherField scope(errors, "not_matcher");
      predicate.kind = PredicateKind::kNot;
      predicate.children.push_back(CompilePredicate(proto.not_matcher(), errors));
      break;
    }
    default:
      break;  // likewise
  }
  return predicate;
}

RbacMatcher::Outcome CompileOutcome(const MatcherProto::OnMatch& proto, ValidationErrors& errors) {
  if (proto.has_matcher()) {
    const MatcherField scope(errors, "matcher");
    return std::make_shared<const RbacMatcher>(CompileRbacMatcher(proto.matcher(), errors));
  }
  const MatcherField scope(errors, "action");
  const MatcherField field(errors, "typed_config");
  const auto content = UnpackAny(proto.action().typed_config());
  const auto* action = dynamic_cast<const RbacActionProto*>(content.get());
  if (action != nullptr) {
    return RbacMatcher::Action{action->name(), CompileRbacAction(action->action())};
  }
  errors.Add(fmt::format("must be {}, is {}", RbacActionProto::descriptor()->full_name(),
                         DescribeAny(proto.action().typed_config())));
  return RbacMatcher::Action{};
}

RbacMatcher::Entry CompileEntry(const MatcherProto::MatcherList::FieldMatcher& proto,
                                ValidationErrors& errors) {
  RbacPredicate predicate;
  {
    const MatcherField scope(errors, "predicate");
    predicate = CompilePredicate(proto.predicate(), errors);
  }
  const MatcherField scope(errors, "on_match");
  return {std::move(predicate), CompileOutcome(proto.on_match(), errors)};
}

std::vector<RbacMatcher::Entry> CompileList(const MatcherProto::MatcherList& proto,
                                            ValidationErrors& errors) {
  std::vector<RbacMatcher::Entry> entries;
  for (int i = 0; i < proto.matchers_size(); ++i) {
    const MatcherField scope(errors, "matchers", static_cast<size_t>(i));
    entries.push_back(CompileEntry(proto.matchers(i), errors));
  }
  return entries;
}

RbacMatcher::Map CompileMap(const MatcherProto::MatcherTree& proto, ValidationErrors& errors) {
  RbacMatcher::Map map;
  map.input = CompileInput(proto.input(), errors);
  map.is_by_prefix = proto.has_prefix_match_map();
  const auto& outcomes =
      map.is_by_prefix ? proto.prefix_match_map().map() : proto.exact_match_map().map();
  for (const auto& [key, outcome] : outcomes) {
    const MatcherField scope(
        errors,
        fmt::format("{}.map[{}]", map.is_by_prefix ? "prefix_match_map" : "exact_match_map", key));
    map.outcomes.emplace(key, CompileOutcome(outcome, errors));
    map.key_bytes_max = std::max(map.key_bytes_max, key.size());
  }
  return map;
}

}  // namespace

RbacMatcher CompileRbacMatcher(const MatcherProto& proto, ValidationErrors& errors) {
  RbacMatcher matcher;
  if (proto.has_matcher_list()) {
    const MatcherField scope(errors, "matcher_list");
    matcher.tests = CompileList(proto.matcher_list(), errors);
  } else if (proto.has_matcher_tree()) {
    const MatcherField scope(errors, "matcher_tree");
    matcher.tests = CompileMap(proto.matcher_tree(), errors);
  }
  if (proto.has_on_no_match()) {
    const MatcherField scope(errors, "on_no_match");
    matcher.otherwise = CompileOutcome(proto.on_no_match(), errors);
  }
  return matcher;
}

}  // namespace outrigger::compiler
