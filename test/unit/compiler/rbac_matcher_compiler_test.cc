#include "compiler/filters/rbac_matcher_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using MatcherProto = ::xds::type::matcher::v3::Matcher;
using InputKind = RbacInput::Kind;

Compiled<RbacMatcher> Compile(std::string_view text) {
  return CompileLikeReceived<RbacMatcher>(
      FromYaml<MatcherProto>(text),
      [](const MatcherProto& proto,
         ValidationErrors& errors) -> std::shared_ptr<const RbacMatcher> {
        RbacMatcher matcher = CompileRbacMatcher(proto, errors);
        if (!errors.ok()) return nullptr;
        return std::make_shared<const RbacMatcher>(std::move(matcher));
      });
}
std::string Input(std::string_view type, std::string_view fields = "") {
  return fmt::format("input: {{name: i, typed_config: {{'@type': type.googleapis.com/{}{}{}}}}}",
                     type, fields.empty() ? "" : ", ", fields);
}
std::string Action(std::string_view action) {
  return fmt::format(
      "{{action: {{name: a, typed_config: {{'@type': "
      "type.googleapis.com/envoy.config.rbac.v3.Action, name: {0}, action: {0}}}}}}}",
      action);
}
const std::string kHeaderInput =
    Input("envoy.type.matcher.v3.HttpRequestHeaderMatchInput", "header_name: X-A");
std::string OneMatcher(std::string_view predicate) {
  return fmt::format("{{matcher_list: {{matchers: [{{predicate: {{{}}}, on_match: {}}}]}}}}",
                     predicate, Action("ALLOW"));
}

TEST(RbacMatcherCompilerTest, AListHasPredicatesAndOutcomes) {
  const auto compiled = Compile(OneMatcher(fmt::format(
      "not_matcher: {{single_predicate: {{{}, value_match: {{exact: b}}}}}}", kHeaderInput)));
  ASSERT_THAT(compiled.mistakes, IsEmpty());
  const auto& entries = std::get<std::vector<RbacMatcher::Entry>>(compiled.value->tests);
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].predicate.kind, RbacPredicate::Kind::kNot);
  const RbacPredicate& inner = entries[0].predicate.children.front();
  EXPECT_EQ(inner.input.kind, InputKind::kHeader);
  EXPECT_EQ(inner.input.header, "x-a");
  EXPECT_EQ(inner.match.text, "b");
  EXPECT_EQ(std::get<RbacMatcher::Action>(entries[0].outcome).name, "ALLOW");
  EXPECT_FALSE(compiled.value->otherwise.has_value());
}

TEST(RbacMatcherCompilerTest, AMapHasItsKeysAndKnowsTheLongest) {
  const auto compiled = Compile(
      fmt::format("{{matcher_tree: {{{}, prefix_match_map: {{map: {{'10.': {}, '10.2.': {}}}}}}}, "
                  "on_no_match: {}}}",
                  Input("envoy.extensions.matching.common_inputs.network.v3.SourceIPInput"),
                  Action("ALLOW"), Action("DENY"), Action("LOG")));
  ASSERT_THAT(compiled.mistakes, IsEmpty());
  const auto& map = std::get<RbacMatcher::Map>(compiled.value->tests);
  EXPECT_TRUE(map.is_by_prefix);
  EXPECT_EQ(map.input.kind, InputKind::kClientAddress);
  EXPECT_THAT(map.outcomes, SizeIs(2));
  EXPECT_EQ(map.key_bytes_max, 5u);
  EXPECT_EQ(std::get<RbacMatcher::Action>(*compiled.value->otherwise).action,
            RbacRules::Action::kLog);
}

TEST(RbacMatcherCompilerTest, AnUnknownInputIsRefused) {
  EXPECT_THAT(
      Compile(OneMatcher(fmt::format(
                  "single_predicate: {{{}, value_match: {{exact: b}}}}",
                  Input("envoy.type.matcher.v3.HttpResponseHeaderMatchInput", "header_name: a"))))
          .mistakes,
      ElementsAre("matcher_list.matchers[0].predicate.single_predicate.input.typed_config: "
                  "envoy.type.matcher.v3.HttpResponseHeaderMatchInput is not supported yet"));
}

TEST(RbacMatcherCompilerTest, AnActionOfAnotherKindIsRefused) {
  EXPECT_THAT(
      Compile("{on_no_match: {action: {name: a, typed_config: {'@type': "
              "type.googleapis.com/envoy.config.rbac.v3.Policy, permissions: [{any: true}], "
              "principals: [{any: true}]}}}}")
          .mistakes,
      ElementsAre("on_no_match.action.typed_config: must be envoy.config.rbac.v3.Action, is "
                  "envoy.config.rbac.v3.Policy"));
}

TEST(RbacMatcherCompilerTest, WhatIsNotSupportedIsRefused) {
  EXPECT_THAT(Compile(OneMatcher(fmt::format("single_predicate: {{{}, custom_match: {{name: a, "
                                             "typed_config: {{'@type': type.googleapis.com/"
                                             "xds.type.matcher.v3.IPMatcher}}}}}}",
                                             kHeaderInput)))
                  .mistakes,
              testing::Contains("matcher_list.matchers[0].predicate.single_predicate.custom_match: "
                                "is not supported: not supported yet"));
}

}  // namespace
}  // namespace outrigger::compiler
