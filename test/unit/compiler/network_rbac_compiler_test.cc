#include "compiler/network_rbac_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kAnybody =
    "{policies: {p: {permissions: [{any: true}], principals: "
    "[{any: true}]}}}";

Compiled<ConnectionPolicy> CompileFields(std::string_view fields) {
  static stats::Registry stats;
  return CompileLikeReceived<ConnectionPolicy>(
      FromYaml<NetworkRbacProto>(fmt::format("{{stat_prefix: tcp., {}}}", fields)),
      [](const NetworkRbacProto& proto,
         ValidationErrors& errors) -> std::shared_ptr<const ConnectionPolicy> {
        ConnectionPolicy policy = CompileNetworkRbac(proto, stats, errors);
        if (!errors.ok()) return nullptr;
        return std::make_shared<const ConnectionPolicy>(std::move(policy));
      });
}

std::string Matcher(std::string_view input) {
  return fmt::format(
      "{{matcher_list: {{matchers: [{{predicate: {{not_matcher: {{single_predicate: {{input: "
      "{{name: a, typed_config: {{'@type': type.googleapis.com/{}}}}}, value_match: {{exact: b}}"
      "}}}}}}, on_match: {{action: {{name: c, typed_config: {{'@type': type.googleapis.com/"
      "envoy.config.rbac.v3.Action, name: d}}}}}}}}]}}}}",
      input);
}
constexpr std::string_view kHeaderInput =
    "envoy.type.matcher.v3.HttpRequestHeaderMatchInput, header_name: x";
constexpr std::string_view kServerNameInput =
    "envoy.extensions.matching.common_inputs.network.v3.ServerNameInput";

TEST(NetworkRbacCompilerTest, RulesAndShadowRulesAreKeptApart) {
  const auto both = CompileFields(fmt::format("rules: {}, shadow_rules: {{}}", kAnybody));
  ASSERT_NE(both.value, nullptr);
  EXPECT_EQ(std::get<RbacRules>(*both.value->decisions.enforced).policies.size(), 1u);
  EXPECT_EQ(std::get<RbacRules>(*both.value->decisions.shadow).policies.size(), 0u);
  EXPECT_EQ(both.value->denial_delay, Duration::zero());
  const auto none = CompileFields("delay_deny: 2s");
  EXPECT_FALSE(none.value->decisions.enforced.has_value());
  EXPECT_FALSE(none.value->decisions.shadow.has_value());
  EXPECT_EQ(none.value->denial_delay, std::chrono::seconds(2));
}

TEST(NetworkRbacCompilerTest, AMatcherComesBeforeRules) {
  const auto compiled =
      CompileFields(fmt::format("rules: {}, matcher: {}", kAnybody, Matcher(kServerNameInput)));
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  EXPECT_TRUE(std::holds_alternative<RbacMatcher>(*compiled.value->decisions.enforced));
}

TEST(NetworkRbacCompilerTest, CountsAreNamedAsInEnvoy) {
  const auto plain = CompileFields("rules: {}");
  EXPECT_EQ(plain.value->stats.enforced->FullName(kRbacAllowed), "tcp.rbac.allowed");
  const auto prefixed = CompileFields("shadow_rules_stat_prefix: istio_dry_run_allow_");
  EXPECT_EQ(prefixed.value->stats.enforced->FullName(kRbacDenied), "tcp.rbac.denied");
  EXPECT_EQ(prefixed.value->stats.shadow->FullName(kRbacShadowDenied),
            "tcp.rbac.istio_dry_run_allow_.shadow_denied");
}

TEST(NetworkRbacCompilerTest, HeadersAreRefusedWhereverTheyStand) {
  EXPECT_THAT(
      CompileFields("shadow_rules: {policies: {p: {permissions: [{any: true}], principals: "
                    "[{and_ids: {ids: [{header: {name: a, present_match: true}}]}}]}}}")
          .mistakes,
      ElementsAre("shadow_rules.policies[p]: must not look at headers: connections have none"));
  EXPECT_THAT(CompileFields(fmt::format("matcher: {}", Matcher(kHeaderInput))).mistakes,
              ElementsAre("matcher: must not look at headers: connections have none"));
  EXPECT_THAT(CompileFields(fmt::format("shadow_matcher: {{matcher_tree: {{input: {{name: a, "
                                        "typed_config: {{'@type': type.googleapis.com/{}}}}}, "
                                        "exact_match_map: {{map: {{a: {{matcher: {}}}}}}}}}}}",
                                        kServerNameInput, Matcher(kHeaderInput)))
                  .mistakes,
              ElementsAre("shadow_matcher: must not look at headers: connections have none"));
}

}  // namespace
}  // namespace outrigger::compiler
