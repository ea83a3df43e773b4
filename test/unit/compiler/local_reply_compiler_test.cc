#include "compiler/local_reply_compiler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Compiled<LocalReplies> Compile(const std::string& yaml) {
  return CompileLikeReceived<LocalReplies>(FromYaml<LocalReplyProto>(yaml),
                                           [](const auto& proto, ValidationErrors& errors) {
                                             auto replies = CompileLocalReplies(proto, errors);
                                             return errors.ok() ? replies : nullptr;
                                           });
}

TEST(LocalReplyCompilerTest, MappersAreTakenInOrder) {
  const auto compiled = Compile(
      "{mappers: [{filter: {status_code_filter: {comparison: {op: GE, value: {default_value: 500, "
      "runtime_key: a}}}}, status_code: 599, body: {inline_string: b}, headers_to_add: [{header: "
      "{key: X-A, value: '%RESPONSE_CODE%'}}], body_format_override: {json_format: {a: b}}}, "
      "{filter: {response_flag_filter: {}}}]}");
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  ASSERT_THAT(compiled.value->rules, SizeIs(2));
  const LocalReplyRule& rule = compiled.value->rules[0];
  EXPECT_EQ(rule.filter.kind, AccessLogFilter::Kind::kStatus);
  EXPECT_EQ(rule.status, 599);
  EXPECT_EQ(rule.body, "b");
  EXPECT_EQ(rule.headers.add[0].name, "x-a");
  EXPECT_EQ(rule.format->content_type, "application/json");
  EXPECT_EQ(compiled.value->rules[1].status, std::nullopt);
  EXPECT_EQ(compiled.value->rules[1].body, std::nullopt);
  EXPECT_EQ(compiled.value->format, std::nullopt);
}

TEST(LocalReplyCompilerTest, TheFormatOfAllIsTaken) {
  const auto compiled =
      Compile("{body_format: {text_format_source: {inline_string: a}, content_type: text/html}}");
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  EXPECT_EQ(compiled.value->format->content_type, "text/html");
}

TEST(LocalReplyCompilerTest, MistakesHaveTheirFieldPath) {
  EXPECT_THAT(
      Compile("{mappers: [{filter: {response_flag_filter: {}}, headers_to_add: [{header: {key: "
              "':path', value: a}}], body_format_override: {text_format_source: {inline_string: "
              "'%NOPE%'}}}], body_format: {text_format_source: {inline_string: '%'}}}")
          .mistakes,
      ElementsAre("mappers[0].body_format_override.text_format_source: %NOPE% is not supported",
                  "mappers[0].headers_to_add[0].header.key: :path cannot be changed here",
                  "body_format.text_format_source: '%' begins no operator: a percent sign is "
                  "written %%"));
}

}  // namespace
}  // namespace outrigger::compiler
