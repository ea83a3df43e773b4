#include "base/yaml.h"

#include <gtest/gtest.h>

#include <string>

namespace outrigger {
namespace {

std::string ErrorOf(const std::string& text) {
  const absl::StatusOr<YamlNode> parsed = ParseYaml(text);
  return parsed.ok() ? "" : std::string(parsed.status().message());
}

std::string Nested(size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(YamlTest, ReadsMapsListsAndScalarsInOrder) {
  const YamlNode root = *ParseYaml("b: 1\na: [x, 'y']\nc: ~\n");
  ASSERT_TRUE(root.is_map());
  ASSERT_EQ(root.map.size(), 3u);
  EXPECT_EQ(root.map[0].key, "b");
  EXPECT_EQ(root.Find("a")->list.size(), 2u);
  EXPECT_TRUE(root.Find("c")->is_null());
  EXPECT_EQ(root.Find("d"), nullptr);
}

TEST(YamlTest, ReadsJson) {
  const YamlNode root = *ParseYaml(R"({"port": 80, "name": "a\nb", "on": true, "none": null})");
  EXPECT_EQ(root.Find("port")->scalar, "80");
  EXPECT_EQ(root.Find("name")->scalar, "a\nb");
  EXPECT_TRUE(root.Find("none")->is_null());
}

TEST(YamlTest, TellsQuotedScalarsFromPlainOnes) {
  const YamlNode root = *ParseYaml("- 80\n- '80'\n- \"80\"\n- !!str 80\n- |\n  80\n");
  ASSERT_EQ(root.list.size(), 5u);
  EXPECT_FALSE(root.list[0].was_quoted);
  for (size_t i = 1; i < 5; ++i) EXPECT_TRUE(root.list[i].was_quoted) << i;
}

TEST(YamlTest, RemembersLines) {
  const YamlNode root = *ParseYaml("a: 1\nb:\n  c: 2\n");
  EXPECT_EQ(root.map[1].line, 2);
  EXPECT_EQ(root.Find("b")->Find("c")->line, 3);
}

TEST(YamlTest, ReadsAnEmptyTextAsNull) {
  EXPECT_TRUE(ParseYaml("")->is_null());
  EXPECT_TRUE(ParseYaml("# only a comment\n")->is_null());
}

TEST(YamlTest, CopiesWhatAnAliasStandsFor) {
  const YamlNode root = *ParseYaml("a: &x {k: 1}\nb: *x\n");
  EXPECT_EQ(root.Find("b")->Find("k")->scalar, "1");
}

TEST(YamlTest, NamesThePlaceOfAMistake) {
  EXPECT_EQ(ErrorOf("a: 1\nb: [1, 2\n").substr(0, 5), "line ");
  EXPECT_EQ(ErrorOf("a: 1\nb: 2\na: 3\n"), "line 3, column 1: key \"a\" is there twice");
}

TEST(YamlTest, RefusesKeysThatAreNotText) {
  EXPECT_EQ(ErrorOf("? [1]\n: x\n"), "line 1, column 3: a key must be text");
}

TEST(YamlTest, RefusesASecondDocument) {
  EXPECT_EQ(ErrorOf("a: 1\n---\nb: 2\n"), "more than one YAML document");
}

TEST(YamlTest, NestsAsDeepAsTheLimitAndNoDeeper) {
  EXPECT_EQ(ErrorOf(Nested(YamlLimits::kDepthMax)), "");
  EXPECT_NE(ErrorOf(Nested(YamlLimits::kDepthMax + 1)).find("nested deeper than 64"),
            std::string::npos);
  EXPECT_NE(ErrorOf(Nested(100'000)), "");
}

TEST(YamlTest, CountsTheDepthOfWhatAnAliasStandsFor) {
  const std::string deep = "a: &x " + Nested(40) + "\nb: ";
  EXPECT_EQ(ErrorOf(deep + "[*x]\n"), "");
  EXPECT_NE(ErrorOf(deep + std::string(30, '[') + "*x" + std::string(30, ']') + "\n"), "");
}

TEST(YamlTest, EndsABillionLaughsAtTheLimit) {
  std::string text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) text += before + (j < 9 ? " , " : " ]\n");
  }
  EXPECT_NE(ErrorOf(text).find("more than 1000000 values"), std::string::npos);
}

TEST(YamlTest, RefusesAnAliasOfItself) { EXPECT_NE(ErrorOf("&a [*a ]"), ""); }

}  // namespace
}  // namespace outrigger
