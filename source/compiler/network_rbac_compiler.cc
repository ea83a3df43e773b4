#include "compiler/network_rbac_compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "compiler/filters/rbac_decision_compiler.h"
#include "compiler/fragments.h"

namespace outrigger::compiler {

namespace {

constexpr std::string_view kNoHeaders = "must not look at headers: connections have none";

bool LooksAtHeaders(const RbacCondition& condition) {
  return condition.kind == RbacCondition::Kind::kHeader ||
         std::any_of(condition.children.begin(), condition.children.end(), LooksAtHeaders);
}

bool PredicateLooksAtHeaders(const RbacPredicate& predicate) {
  if (predicate.kind == RbacPredicate::Kind::kInput) {
    return predicate.input.kind == RbacInput::Kind::kHeader;
  }
  return std::any_of(predicate.children.begin(), predicate.children.end(), PredicateLooksAtHeaders);
}

bool MatcherLooksAtHeaders(const RbacMatcher& matcher);

bool OutcomeLooksAtHeaders(const RbacMatcher::Outcome& outcome) {
  const auto* next = std::get_if<std::shared_ptr<const RbacMatcher>>(&outcome);
  return next != nullptr && MatcherLooksAtHeaders(**next);
}

// The nesting is limited by the validation rules.
bool MatcherLooksAtHeaders(const RbacMatcher& matcher) {
  if (matcher.otherwise.has_value() && OutcomeLooksAtHeaders(*matcher.otherwise)) return true;
  if (const auto* map = std::get_if<RbacMatcher::Map>(&matcher.tests)) {
    return map->input.kind == RbacInput::Kind::kHeader ||
           std::any_of(map->outcomes.begin(), map->outcomes.end(),
                       [](const auto& entry) { return OutcomeLooksAtHeaders(entry.second); });
  }
  const auto& entries = std::get<std::vector<RbacMatcher::Entry>>(matcher.tests);
  return std::any_of(entries.begin(), entries.end(), [](const RbacMatcher::Entry& entry) {
    return PredicateLooksAtHeaders(entry.predicate) || OutcomeLooksAtHeaders(entry.outcome);
  });
}

// As in Envoy: a condition on headers would never hold, and one that is negated always.
void RefuseHeaders(const RbacRules& rules, ValidationErrors& errors) {
  for (const RbacPolicy& policy : rules.policies) {
    if (!LooksAtHeaders(policy.permission) && !LooksAtHeaders(policy.principal)) continue;
    const ValidationErrors::ScopedField scope(errors, fmt::format("policies[{}]", policy.name));
    errors.Add(kNoHeaders);
  }
}

void RefuseHeaders(const std::optional<RbacDecision>& decision, std::string_view kind,
                   ValidationErrors& errors) {
  if (!decision.has_value()) return;
  const auto* rules = std::get_if<RbacRules>(&*decision);
  const ValidationErrors::ScopedField scope(
      errors, fmt::format("{}{}", kind, rules == nullptr ? "matcher" : "rules"));
  if (rules != nullptr) return RefuseHeaders(*rules, errors);
  if (MatcherLooksAtHeaders(std::get<RbacMatcher>(*decision))) errors.Add(kNoHeaders);
}

}  // namespace

ConnectionPolicy CompileNetworkRbac(const NetworkRbacProto& proto, stats::Registry& stats,
                                    ValidationErrors& errors) {
  ConnectionPolicy policy;
  policy.decisions = CompileRbacDecisions(proto, errors);
  RefuseHeaders(policy.decisions.enforced, "", errors);
  RefuseHeaders(policy.decisions.shadow, "shadow_", errors);
  policy.stats = FindRbacStats(stats, kConnectionRbacFamilies,
                               {proto.stat_prefix(), "", proto.shadow_rules_stat_prefix()});
  if (proto.has_delay_deny()) policy.denial_delay = ToDuration(proto.delay_deny());
  return policy;
}

}  // namespace outrigger::compiler
