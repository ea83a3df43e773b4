#include "compiler/filters/header_to_metadata_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "filters/header_to_metadata/header_to_metadata_filter.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The rules that a route may have are those of the filter.
Compiled<RouteFilterConfig> CompileRule(std::string_view rule) {
  return CompileLikeReceived<RouteFilterConfig>(
      FromYaml<HeaderToMetadataProto>(fmt::format("{{request_rules: [{{{}}}]}}", rule)),
      [](const HeaderToMetadataProto& proto,
         ValidationErrors& errors) -> std::shared_ptr<const RouteFilterConfig> {
        auto rules = CompileRouteHeaderToMetadata(proto, {}, errors);
        return errors.ok() ? rules : nullptr;
      });
}

TEST(HeaderToMetadataCompilerTest, ARuleSaysWhatIsNotedOfWhat) {
  const auto compiled = CompileRule(
      "header: X-A, remove: true, on_header_present: {metadata_namespace: n, key: k, type: "
      "NUMBER}, "
      "on_header_missing: {key: m, value: v}");
  ASSERT_THAT(compiled.mistakes, IsEmpty());
  const auto& rules = static_cast<const HeaderToMetadataRules&>(*compiled.value);
  ASSERT_EQ(rules.request.size(), 1u);
  const HeaderNoteRule& rule = rules.request[0];
  EXPECT_EQ(rule.name, "x-a");
  EXPECT_TRUE(rule.removes);
  EXPECT_EQ(rule.if_present->space, "n");
  EXPECT_TRUE(rule.if_present->is_number);
  EXPECT_EQ(rule.if_missing->space, "envoy.filters.http.header_to_metadata");
  EXPECT_EQ(rule.if_missing->value, "v");
}

TEST(HeaderToMetadataCompilerTest, ACookieKeepsTheCaseOfItsName) {
  const auto compiled = CompileRule("cookie: C, on_header_present: {key: k}");
  ASSERT_THAT(compiled.mistakes, IsEmpty());
  const auto& rules = static_cast<const HeaderToMetadataRules&>(*compiled.value);
  EXPECT_EQ(rules.request[0].source, HeaderNoteRule::Source::kCookie);
  EXPECT_EQ(rules.request[0].name, "C");
}

TEST(HeaderToMetadataCompilerTest, MistakesAreToldWithTheirPath) {
  EXPECT_THAT(CompileRule("header: a, cookie: b, on_header_present: {key: k}").mistakes,
              ElementsAre("request_rules[0]: needs a header or a cookie"));
  EXPECT_THAT(CompileRule("header: a").mistakes,
              ElementsAre("request_rules[0]: needs on_header_present or on_header_missing"));
  EXPECT_THAT(CompileRule("header: a, on_header_missing: {key: k}").mistakes,
              ElementsAre("request_rules[0].on_header_missing.value: is required"));
  EXPECT_THAT(CompileRule("header: ':path', remove: true, on_header_present: {key: k}").mistakes,
              ElementsAre("request_rules[0].remove: must not be set for what frames a message"));
  EXPECT_THAT(CompileRule("header: a, on_header_present: {key: k, regex_value_rewrite: {pattern: "
                          "{regex: '('}}}")
                  .mistakes,
              ElementsAre("request_rules[0].on_header_present.regex_value_rewrite.pattern: regular "
                          "expression: missing ): ("));
}

TEST(HeaderToMetadataCompilerTest, WhatIsNotSupportedIsRefused) {
  EXPECT_THAT(CompileRule("header: a, on_header_present: {key: k, type: PROTOBUF_VALUE}").mistakes,
              ElementsAre("request_rules[0].on_header_present.type: is not supported: messages in "
                          "headers are not read"));
  EXPECT_THAT(CompileRule("header: a, on_header_present: {key: k, encode: BASE64}").mistakes,
              ElementsAre("request_rules[0].on_header_present.encode: is not supported: not "
                          "supported yet"));
}

}  // namespace
}  // namespace outrigger::compiler
