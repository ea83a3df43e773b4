#include "compiler/metadata_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = http::ValueMatch::Kind;
using MatcherProto = envoy::type::matcher::v3::MetadataMatcher;

Compiled<http::MetadataMatch> CompileMatcher(std::string_view value, std::string_view more = "") {
  return CompileLikeReceived<http::MetadataMatch>(
      FromYaml<MatcherProto>(fmt::format(
          "{{filter: a, path: [{{key: b}}, {{key: c}}], value: {{{}}}{}}}", value, more)),
      [](const MatcherProto& proto,
         ValidationErrors& errors) -> std::shared_ptr<const http::MetadataMatch> {
        http::MetadataMatch match = CompileMetadataMatch(proto, errors);
        if (!errors.ok()) return nullptr;
        return std::make_shared<const http::MetadataMatch>(std::move(match));
      });
}
http::ValueMatch Value(std::string_view text) {
  const auto compiled = CompileMatcher(text);
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  return compiled.value == nullptr ? http::ValueMatch() : compiled.value->value;
}

TEST(MetadataCompilerTest, AConditionIsOnANamespaceAndAPath) {
  const auto compiled = CompileMatcher("bool_match: true", ", invert: true");
  ASSERT_NE(compiled.value, nullptr);
  EXPECT_EQ(compiled.value->space, "a");
  EXPECT_THAT(compiled.value->path, ElementsAre("b", "c"));
  EXPECT_TRUE(compiled.value->is_inverted);
  EXPECT_TRUE(compiled.value->value.is_true);
}

TEST(MetadataCompilerTest, EveryKindOfValueIsMatched) {
  EXPECT_EQ(Value("null_match: {}").kind, Kind::kNull);
  EXPECT_EQ(Value("double_match: {exact: 1.5}").end, 1.5);
  EXPECT_EQ(Value("double_match: {range: {start: 1, end: 2}}").end, 2);
  EXPECT_EQ(Value("string_match: {prefix: x}").string.text, "x");
  EXPECT_EQ(Value("bool_match: false").kind, Kind::kBool);
  EXPECT_EQ(Value("present_match: true").kind, Kind::kPresent);
  EXPECT_EQ(Value("list_match: {one_of: {bool_match: true}}").children[0].kind, Kind::kBool);
  EXPECT_EQ(
      Value("or_match: {value_matchers: [{bool_match: true}, {null_match: {}}]}").children.size(),
      2u);
}

TEST(MetadataCompilerTest, MistakesAreToldWithTheirPath) {
  EXPECT_THAT(
      CompileMatcher("list_match: {one_of: {string_match: {safe_regex: {regex: '('}}}}").mistakes,
      ElementsAre("value.list_match.one_of.string_match.safe_regex: regular expression: "
                  "missing ): ("));
}

TEST(MetadataCompilerTest, StructsKeepTheirTypes) {
  const auto value = CompileMetadataStruct(
      FromYaml<google::protobuf::Struct>("{b: true, n: 1, s: x, z: null, l: [1], o: {k: v}}"));
  EXPECT_THAT(value.keys, ElementsAre("b", "l", "n", "o", "s", "z"));
  EXPECT_EQ(*value.Find("n"), http::MetadataValue::Of(1));
  EXPECT_EQ(*value.Find("b"), http::MetadataValue::OfBool(true));
  EXPECT_EQ(value.Find("z")->kind, http::MetadataValue::Kind::kNull);
  EXPECT_EQ(value.Find("l")->items[0], http::MetadataValue::Of(1));
  EXPECT_EQ(*value.Find("o")->Find("k"), http::MetadataValue::Of("v"));
}

}  // namespace
}  // namespace outrigger::compiler
