#include "compiler/stats_options_compiler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include "envoy/config/metrics/v3/stats.pb.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

stats::StatsOptions Compile(const std::string& yaml, ValidationErrors& errors) {
  std::vector<std::string> warnings;
  return CompileStatsOptions(FromYaml<envoy::config::metrics::v3::StatsConfig>(yaml), warnings,
                             errors);
}
std::vector<std::string> Warnings(const std::string& yaml) {
  std::vector<std::string> warnings;
  ValidationErrors errors;
  const stats::StatsOptions options = CompileStatsOptions(
      FromYaml<envoy::config::metrics::v3::StatsConfig>(yaml), warnings, errors);
  EXPECT_TRUE(errors.ok()) << errors.ToStatus();
  EXPECT_THAT(options.tags.rules, SizeIs(0));
  return warnings;
}
stats::StatsOptions Good(const std::string& yaml) {
  ValidationErrors errors;
  stats::StatsOptions options = Compile(yaml, errors);
  EXPECT_TRUE(errors.ok()) << errors.ToStatus();
  return options;
}
std::vector<std::string> Mistakes(const std::string& yaml) {
  ValidationErrors errors;
  Compile(yaml, errors);
  return errors.messages();
}

TEST(StatsOptionsCompilerTest, WhatIsNotSaidIsTheDefault) {
  const stats::StatsOptions options = Good("{}");
  EXPECT_TRUE(options.tags.uses_defaults);
  EXPECT_THAT(options.tags.rules, SizeIs(0));
  EXPECT_FALSE(options.names.has_value());
}

TEST(StatsOptionsCompilerTest, TagsHaveARegularExpressionOrAFixedValue) {
  const stats::StatsOptions options = Good(
      "{use_all_default_tags: false, stats_tags: [{tag_name: a.b, regex: '^cluster\\.((.+?)\\.)'}, "
      "{tag_name: pod, fixed_value: p1}]}");
  EXPECT_FALSE(options.tags.uses_defaults);
  ASSERT_THAT(options.tags.rules, SizeIs(2));
  EXPECT_EQ(options.tags.rules[0].label, "a_b");
  EXPECT_EQ(options.tags.rules[0].regex->pattern(), "^cluster\\.((.+?)\\.)");
  EXPECT_EQ(options.tags.rules[1].label, "pod");
  EXPECT_EQ(options.tags.rules[1].value, "p1");
}

TEST(StatsOptionsCompilerTest, ADefaultTagByItsNameChangesNothingWhileAllAreThere) {
  EXPECT_THAT(Good("{stats_tags: [{tag_name: envoy.cluster_name}]}").tags.rules, SizeIs(0));
  EXPECT_THAT(
      Mistakes("{use_all_default_tags: false, stats_tags: [{tag_name: envoy.cluster_name}]}"),
      ElementsAre("stats_tags[0].regex: is required: single default tags cannot be chosen"));
}

TEST(StatsOptionsCompilerTest, MistakesInTagsAreNamed) {
  EXPECT_THAT(Mistakes("{stats_tags: [{tag_name: a, fixed_value: x}, {tag_name: a, regex: (x)}]}"),
              ElementsAre("stats_tags[1].tag_name: \"a\" is empty or there twice"));
}

TEST(StatsOptionsCompilerTest, ATagWhoseExpressionTakesNothingIsLeftOut) {
  EXPECT_THAT(Warnings("{stats_tags: [{tag_name: a, regex: '^listener(?=\\.)'}]}"),
              ElementsAre("stats_tags[0].regex: the tag is left out: regular expression: invalid "
                          "perl operator: (?="));
  EXPECT_THAT(Warnings("{stats_tags: [{tag_name: a, regex: 'x'}]}"),
              ElementsAre("stats_tags[0].regex: the tag is left out: it has no group, and so takes "
                          "nothing out of a name"));
}

TEST(StatsOptionsCompilerTest, R57_TagsAndPatternsHaveALimit) {
  envoy::config::metrics::v3::StatsConfig proto;
  for (int i = 0; i <= kTagRulesMax; ++i) {
    auto& tag = *proto.add_stats_tags();
    tag.set_tag_name("t" + std::to_string(i));
    tag.set_regex("(x)");
  }
  for (int i = 0; i <= kNamePatternsMax; ++i) {
    proto.mutable_stats_matcher()->mutable_exclusion_list()->add_patterns()->set_exact("x");
  }
  std::vector<std::string> warnings;
  ValidationErrors errors;
  CompileStatsOptions(proto, warnings, errors);
  EXPECT_THAT(errors.messages(),
              ElementsAre("stats_tags: has more than 256 elements",
                          "stats_matcher.exclusion_list: has more than 1024 patterns"));
  proto.mutable_stats_tags()->RemoveLast();
  proto.mutable_stats_matcher()->mutable_exclusion_list()->mutable_patterns()->RemoveLast();
  ValidationErrors none;
  CompileStatsOptions(proto, warnings, none);
  EXPECT_TRUE(none.ok());
}

TEST(StatsOptionsCompilerTest, TheMatcherIsAListOrAll) {
  const auto names = [](const std::string& matcher) {
    return *Good("{stats_matcher: {" + matcher + "}}").names;
  };
  EXPECT_FALSE(names("reject_all: true").Takes("server.live"));
  EXPECT_TRUE(names("reject_all: false").Takes("server.live"));
  EXPECT_TRUE(names("inclusion_list: {patterns: [{prefix: server}]}").Takes("server.live"));
  EXPECT_FALSE(names("inclusion_list: {patterns: [{prefix: server}]}").Takes("cluster.a.x"));
  EXPECT_FALSE(names("exclusion_list: {patterns: [{suffix: live}]}").Takes("server.live"));
  EXPECT_TRUE(names("exclusion_list: {patterns: [{suffix: live}]}").Takes("server.state"));
}

}  // namespace
}  // namespace outrigger::compiler
