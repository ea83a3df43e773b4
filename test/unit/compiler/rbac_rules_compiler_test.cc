#include "compiler/filters/rbac_rules_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = RbacCondition::Kind;
using RulesProto = envoy::config::rbac::v3::RBAC;

Compiled<RbacRules> CompileRules(std::string_view text) {
  return CompileLikeReceived<RbacRules>(
      FromYaml<RulesProto>(text),
      [](const RulesProto& proto, ValidationErrors& errors) -> std::shared_ptr<const RbacRules> {
        RbacRules rules = CompileRbacRules(proto, errors);
        if (!errors.ok()) return nullptr;
        return std::make_shared<const RbacRules>(std::move(rules));
      });
}
Compiled<RbacRules> CompilePolicy(std::string_view permission, std::string_view principal) {
  return CompileRules(
      fmt::format("{{policies: {{p: {{permissions: [{{{}}}], principals: [{{{}}}]}}}}}}",
                  permission, principal));
}
RbacCondition Permission(std::string_view text) {
  const auto compiled = CompilePolicy(text, "any: true");
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  return compiled.value == nullptr ? RbacCondition()
                                   : compiled.value->policies[0].permission.children[0];
}
RbacCondition Principal(std::string_view text) {
  const auto compiled = CompilePolicy("any: true", text);
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  return compiled.value == nullptr ? RbacCondition()
                                   : compiled.value->policies[0].principal.children[0];
}

TEST(RbacRulesCompilerTest, PoliciesAreInOrderOfTheirNames) {
  const auto compiled = CompileRules(
      "{action: DENY, policies: {b: {permissions: [{any: true}], principals: [{any: true}]}, "
      "a: {permissions: [{any: true}], principals: [{any: true}]}}}");
  ASSERT_NE(compiled.value, nullptr);
  EXPECT_EQ(compiled.value->action, RbacRules::Action::kDeny);
  EXPECT_EQ(compiled.value->policies[0].name, "a");
  EXPECT_EQ(compiled.value->policies[1].name, "b");
}

TEST(RbacRulesCompilerTest, EveryPermissionIsACondition) {
  EXPECT_EQ(Permission("any: true").kind, Kind::kAlways);
  EXPECT_EQ(Permission("header: {name: a, present_match: true}").kind, Kind::kHeader);
  EXPECT_EQ(Permission("url_path: {path: {exact: /}}").kind, Kind::kPath);
  EXPECT_EQ(Permission("destination_ip: {address_prefix: '::1', prefix_len: 128}").kind,
            Kind::kDestinationAddress);
  EXPECT_EQ(Permission("requested_server_name: {exact: a}").kind, Kind::kServerName);
  EXPECT_EQ(Permission("metadata: {filter: a, path: [{key: b}], value: {null_match: {}}}").kind,
            Kind::kMetadata);
  EXPECT_EQ(Permission("not_rule: {any: true}").children[0].kind, Kind::kAlways);
  EXPECT_EQ(Permission("and_rules: {rules: [{any: true}]}").kind, Kind::kAllOf);
  EXPECT_EQ(Permission("or_rules: {rules: [{any: true}, {any: true}]}").children.size(), 2u);
}

TEST(RbacRulesCompilerTest, PortsAreOneOrARange) {
  const auto ports = [](std::string_view text) {
    return std::get<RbacCondition::Ports>(Permission(text).operand);
  };
  EXPECT_EQ(ports("destination_port: 65535"), (RbacCondition::Ports{65535, 65535}));
  EXPECT_EQ(ports("destination_port_range: {start: 0, end: 65536}"),
            (RbacCondition::Ports{0, 65535}));
}

TEST(RbacRulesCompilerTest, EveryPrincipalIsACondition) {
  EXPECT_EQ(Principal("any: true").kind, Kind::kAlways);
  EXPECT_EQ(Principal("authenticated: {}").kind, Kind::kTls);
  EXPECT_EQ(Principal("authenticated: {principal_name: {exact: a}}").kind, Kind::kPeerName);
  EXPECT_EQ(Principal("source_ip: {address_prefix: 1.2.3.4}").kind, Kind::kPeerAddress);
  EXPECT_EQ(Principal("direct_remote_ip: {address_prefix: 1.2.3.4}").kind, Kind::kPeerAddress);
  EXPECT_EQ(Principal("remote_ip: {address_prefix: 1.2.3.4}").kind, Kind::kClientAddress);
  EXPECT_EQ(Principal("header: {name: a, present_match: true}").kind, Kind::kHeader);
  EXPECT_EQ(Principal("url_path: {path: {exact: /}}").kind, Kind::kPath);
  EXPECT_EQ(Principal("metadata: {filter: a, path: [{key: b}], value: {null_match: {}}}").kind,
            Kind::kMetadata);
  EXPECT_EQ(Principal("not_id: {any: true}").kind, Kind::kNot);
  EXPECT_EQ(Principal("and_ids: {ids: [{any: true}]}").kind, Kind::kAllOf);
  EXPECT_EQ(Principal("or_ids: {ids: [{any: true}]}").kind, Kind::kAnyOf);
}

TEST(RbacRulesCompilerTest, MistakesAreToldWithTheirPath) {
  EXPECT_THAT(
      CompilePolicy("not_rule: {destination_ip: {address_prefix: x}}", "any: true").mistakes,
      ElementsAre("policies[p].permissions[0].not_rule.destination_ip.address_prefix: must be an "
                  "IP address"));
  EXPECT_THAT(CompilePolicy("destination_port_range: {start: 5, end: 5}", "any: true").mistakes,
              ElementsAre("policies[p].permissions[0].destination_port_range: must be ports, the "
                          "first below the end"));
  EXPECT_THAT(
      CompilePolicy("any: true", "and_ids: {ids: [{url_path: {path: {safe_regex: {regex: '('}}}}]}")
          .mistakes,
      ElementsAre("policies[p].principals[0].and_ids.ids[0].url_path.path.safe_regex: "
                  "regular expression: missing ): ("));
}

// What would be left out of a policy could allow what it forbids.
TEST(RbacRulesCompilerTest, WhatIsNotSupportedIsRefused) {
  EXPECT_THAT(
      CompilePolicy("any: true", "filter_state: {key: a, string_match: {exact: b}}").mistakes,
      ElementsAre("policies[p].principals[0].filter_state: is not supported: filters leave no "
                  "state, and routes no metadata, to look at"));
}

}  // namespace
}  // namespace outrigger::compiler
