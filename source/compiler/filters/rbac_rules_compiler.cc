#include "compiler/filters/rbac_rules_compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/fragments.h"
#include "compiler/header_match_compiler.h"
#include "compiler/metadata_compiler.h"

namespace outrigger::compiler {

namespace {

using ConditionKind = RbacCondition::Kind;
using RbacRulesProto = envoy::config::rbac::v3::RBAC;
using RbacPolicyProto = envoy::config::rbac::v3::Policy;
using PermissionProto = envoy::config::rbac::v3::Permission;
using PrincipalProto = envoy::config::rbac::v3::Principal;
using Field = ValidationErrors::ScopedField;

RbacCondition Of(ConditionKind kind, RbacCondition::Operand operand) {
  return {.kind = kind, .operand = std::move(operand), .children = {}};
}

RbacCondition AddressCondition(ConditionKind kind, const envoy::config::core::v3::CidrRange& proto,
                               ValidationErrors& errors) {
  const std::optional<AddressRange> range = CompileAddressRange(proto, errors);
  return range.has_value() ? Of(kind, *range) : RbacCondition();
}

RbacCondition PortCondition(int64_t first, int64_t last, ValidationErrors& errors) {
  if (first < 0 || last > 65535 || first > last) {
    errors.Add("must be ports, the first below the end");
    return {};
  }
  return Of(ConditionKind::kDestinationPort,
            RbacCondition::Ports{static_cast<uint16_t>(first), static_cast<uint16_t>(last)});
}

RbacCondition PathCondition(const envoy::type::matcher::v3::PathMatcher& proto,
                            ValidationErrors& errors) {
  const Field scope(errors, "path");
  return Of(ConditionKind::kPath, CompileStringMatch(proto.path(), errors));
}

// Both trees: Permission and Principal name their nodes differently, and are compiled alike.
// The nesting is limited by the validation rules.
RbacCondition CompileCondition(const PermissionProto& proto, ValidationErrors& errors);
RbacCondition CompileCondition(const PrincipalProto& proto, ValidationErrors& errors);

template <typename Protos>
RbacCondition CompileSet(ConditionKind kind, const Protos& protos, std::string_view field,
                         ValidationErrors& errors) {
  RbacCondition condition = Of(kind, {});
  for (int i = 0; i < protos.size(); ++i) {
    const Field element(errors, field, static_cast<size_t>(i));
    condition.children.push_back(CompileCondition(protos[i], errors));
  }
  return condition;
}

template <typename Proto>
RbacCondition CompileNot(const Proto& proto, ValidationErrors& errors) {
  RbacCondition condition = Of(ConditionKind::kNot, {});
  condition.children.push_back(CompileCondition(proto, errors));
  return condition;
}

RbacCondition CompileCondition(const PermissionProto& proto, ValidationErrors& errors) {
  const auto* field = PermissionProto::descriptor()->FindFieldByNumber(proto.rule_case());
  const Field scope(errors, field == nullptr ? "rule" : field->name());
  switch (proto.rule_case()) {
    case PermissionProto::kAny:
      return {};
    case PermissionProto::kAndRules:
      return CompileSet(ConditionKind::kAllOf, proto.and_rules().rules(), "rules", errors);
    case PermissionProto::kOrRules:
      return CompileSet(ConditionKind::kAnyOf, proto.or_rules().rules(), "rules", errors);
    case PermissionProto::kNotRule:
      return CompileNot(proto.not_rule(), errors);
    case PermissionProto::kHeader:
      return Of(ConditionKind::kHeader, CompileHeaderMatch(proto.header(), errors));
    case PermissionProto::kUrlPath:
      return PathCondition(proto.url_path(), errors);
    case PermissionProto::kDestinationIp:
      return AddressCondition(ConditionKind::kDestinationAddress, proto.destination_ip(), errors);
    case PermissionProto::kDestinationPort:
      return PortCondition(proto.destination_port(), proto.destination_port(), errors);
    case PermissionProto::kDestinationPortRange:
      return PortCondition(proto.destination_port_range().start(),
                           int64_t{proto.destination_port_range().end()} - 1, errors);
    case PermissionProto::kRequestedServerName:
      return Of(ConditionKind::kServerName,
                CompileStringMatch(proto.requested_server_name(), errors));
    case PermissionProto::kMetadata:
      return Of(ConditionKind::kMetadata, CompileMetadataMatch(proto.metadata(), errors));
    default:
      return {};  // the validation rules or the field table have said why
  }
}

RbacCondition CompileCondition(const PrincipalProto& proto, ValidationErrors& errors) {
  const auto* field = PrincipalProto::descriptor()->FindFieldByNumber(proto.identifier_case());
  const Field scope(errors, field == nullptr ? "identifier" : field->name());
  switch (proto.identifier_case()) {
    case PrincipalProto::kAny:
      return {};
    case PrincipalProto::kAndIds:
      return CompileSet(ConditionKind::kAllOf, proto.and_ids().ids(), "ids", errors);
    case PrincipalProto::kOrIds:
      return CompileSet(ConditionKind::kAnyOf, proto.or_ids().ids(), "ids", errors);
    case PrincipalProto::kNotId:
      return CompileNot(proto.not_id(), errors);
    case PrincipalProto::kAuthenticated: {
      if (!proto.authenticated().has_principal_name()) return Of(ConditionKind::kTls, {});
      const Field name(errors, "principal_name");
      return Of(ConditionKind::kPeerName,
                CompileStringMatch(proto.authenticated().principal_name(), errors));
    }
    case PrincipalProto::kHeader:
      return Of(ConditionKind::kHeader, CompileHeaderMatch(proto.header(), errors));
    case PrincipalProto::kUrlPath:
      return PathCondition(proto.url_path(), errors);
    case PrincipalProto::kSourceIp:
      return AddressCondition(ConditionKind::kPeerAddress, proto.source_ip(), errors);
    case PrincipalProto::kDirectRemoteIp:
      return AddressCondition(ConditionKind::kPeerAddress, proto.direct_remote_ip(), errors);
    case PrincipalProto::kRemoteIp:
      return AddressCondition(ConditionKind::kClientAddress, proto.remote_ip(), errors);
    case PrincipalProto::kMetadata:
      return Of(ConditionKind::kMetadata, CompileMetadataMatch(proto.metadata(), errors));
    default:
      return {};  // likewise
  }
}

RbacPolicy CompilePolicy(const std::string& name, const RbacPolicyProto& proto,
                         ValidationErrors& errors) {
  return {
      .name = name,
      .permission = CompileSet(ConditionKind::kAnyOf, proto.permissions(), "permissions", errors),
      .principal = CompileSet(ConditionKind::kAnyOf, proto.principals(), "principals", errors)};
}

}  // namespace

RbacRules::Action CompileRbacAction(RbacRulesProto::Action proto) {
  switch (proto) {
    case RbacRulesProto::DENY:
      return RbacRules::Action::kDeny;
    case RbacRulesProto::LOG:
      return RbacRules::Action::kLog;
    default:
      return RbacRules::Action::kAllow;
  }
}

RbacRules CompileRbacRules(const RbacRulesProto& proto, ValidationErrors& errors) {
  RbacRules rules;
  rules.action = CompileRbacAction(proto.action());
  for (const auto& [name, policy] : proto.policies()) {
    const Field scope(errors, fmt::format("policies[{}]", name));
    rules.policies.push_back(CompilePolicy(name, policy, errors));
  }
  std::sort(rules.policies.begin(), rules.policies.end(),
            [](const RbacPolicy& a, const RbacPolicy& b) { return a.name < b.name; });
  return rules;
}

}  // namespace outrigger::compiler
