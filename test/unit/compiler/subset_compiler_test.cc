#include "compiler/subset_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "envoy/config/cluster/v3/cluster.pb.h"
#include "test/support/labelled_endpoints.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using envoy::config::cluster::v3::Cluster;
using testing::ElementsAre;
using testing::IsEmpty;
using Fallback = SubsetSelector::Fallback;
using Keys = std::vector<std::string>;

// Null where endpoints are not divided.
using Division = std::shared_ptr<const SubsetOptions>;

Compiled<Division> CompileAll(std::string_view fields) {
  const auto proto = FromYaml<Cluster>(fmt::format("{{name: a, type: STATIC, {}}}", fields));
  return CompileLikeReceived<Division>(proto, [](const Cluster& cluster, ValidationErrors& errors) {
    auto division = std::make_shared<const Division>(CompileSubsets(cluster, errors));
    return errors.ok() ? division : nullptr;
  });
}

Compiled<Division> Compile(std::string_view fields) {
  return CompileAll(fmt::format("lb_subset_config: {{{}}}", fields));
}

SubsetOptions Good(std::string_view fields) {
  const auto compiled = Compile(fields);
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  const bool is_there = compiled.value != nullptr && *compiled.value != nullptr;
  EXPECT_TRUE(is_there);
  return is_there ? **compiled.value : SubsetOptions();
}

Mistakes Wrong(std::string_view fields) { return Compile(fields).mistakes; }

TEST(SubsetCompilerTest, WithoutSelectorsEndpointsAreNotDivided) {
  for (const auto& compiled : {CompileAll(""), Compile("fallback_policy: ANY_ENDPOINT")}) {
    EXPECT_THAT(compiled.mistakes, IsEmpty());
    EXPECT_EQ(*compiled.value, nullptr);
  }
}

TEST(SubsetCompilerTest, KeysAreInOrderAndThereOnce) {
  const SubsetOptions options = Good("subset_selectors: [{keys: [b, a, b]}]");
  ASSERT_EQ(options.selectors.size(), 1u);
  EXPECT_EQ(options.selectors[0].keys, (Keys{"a", "b"}));
  EXPECT_EQ(options.selectors[0].fallback, Fallback::kOfCluster);
  EXPECT_FALSE(options.selectors[0].takes_one_endpoint);
}

TEST(SubsetCompilerTest, OfSelectorsWithTheSameKeysTheFirstCounts) {
  const SubsetOptions options = Good(
      "subset_selectors: [{keys: [a, b], fallback_policy: NO_FALLBACK}, {keys: [b, a]}, {keys: "
      "[]}, "
      "{keys: [a], single_host_per_subset: true}]");
  ASSERT_EQ(options.selectors.size(), 2u);
  EXPECT_EQ(options.selectors[0].fallback, Fallback::kNone);
  EXPECT_EQ(options.selectors[1].keys, Keys{"a"});
  EXPECT_TRUE(options.selectors[1].takes_one_endpoint);
}

TEST(SubsetCompilerTest, ASelectorWithoutKeysStillMeansThatTheFallbackCounts) {
  const SubsetOptions options =
      Good("subset_selectors: [{keys: []}], fallback_policy: ANY_ENDPOINT");
  EXPECT_THAT(options.selectors, IsEmpty());
  EXPECT_EQ(options.fallback, SubsetFallback::kAnyEndpoint);
}

TEST(SubsetCompilerTest, SelectorsHaveFallbacksOfTheirOwn) {
  const SubsetOptions options = Good(
      "subset_selectors: [{keys: [a], fallback_policy: ANY_ENDPOINT}, {keys: [b], fallback_policy: "
      "DEFAULT_SUBSET}, {keys: [c, d], fallback_policy: KEYS_SUBSET, fallback_keys_subset: [d]}]");
  ASSERT_EQ(options.selectors.size(), 3u);
  EXPECT_EQ(options.selectors[0].fallback, Fallback::kAnyEndpoint);
  EXPECT_EQ(options.selectors[1].fallback, Fallback::kDefaultSubset);
  EXPECT_EQ(options.selectors[2].fallback, Fallback::kFewerKeys);
  EXPECT_EQ(options.selectors[2].fewer_keys, Keys{"d"});
}

TEST(SubsetCompilerTest, TheRestIsTakenAsItIs) {
  const SubsetOptions options = Good(
      "subset_selectors: {keys: a}, fallback_policy: DEFAULT_SUBSET, default_subset: {v: '1'}, "
      "panic_mode_any: true, list_as_any: true, scale_locality_weight: true");
  EXPECT_EQ(options.fallback, SubsetFallback::kDefaultSubset);
  EXPECT_EQ(options.default_labels, test::Labels({{"v", test::Text("1")}}));
  EXPECT_TRUE(options.falls_back_to_any);
  EXPECT_TRUE(options.splits_lists);
  EXPECT_TRUE(options.scales_locality_weights);
  EXPECT_FALSE(options.weighs_localities);
}

TEST(SubsetCompilerTest, LocalitiesAreWeighedWhereTheClusterWeighsThem) {
  EXPECT_THAT(Wrong("subset_selectors: {keys: a}, locality_weight_aware: true"),
              ElementsAre("lb_subset_config.locality_weight_aware: needs "
                          "common_lb_config.locality_weighted_lb_config"));
  const auto compiled = CompileAll(
      "common_lb_config: {locality_weighted_lb_config: {}}, lb_subset_config: {subset_selectors: "
      "{keys: a}, locality_weight_aware: true}");
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  EXPECT_TRUE((*compiled.value)->weighs_localities);
}

TEST(SubsetCompilerTest, FallingBackToFewerKeysMustComeToAnEnd) {
  const auto wrong = [](std::string_view fields) {
    return Wrong(fmt::format("subset_selectors: [{{keys: [a, b], {}}}]", fields));
  };
  const std::string path = "lb_subset_config.subset_selectors[0].fallback_keys_subset: ";
  EXPECT_THAT(wrong("fallback_keys_subset: [a]"),
              ElementsAre(path + "must not be set unless fallback_policy is KEYS_SUBSET"));
  EXPECT_THAT(wrong("fallback_policy: KEYS_SUBSET"),
              ElementsAre(path + "must not be empty where fallback_policy is KEYS_SUBSET"));
  EXPECT_THAT(wrong("fallback_policy: KEYS_SUBSET, fallback_keys_subset: [c]"),
              ElementsAre(path + "must have no keys but those of the selector"));
  EXPECT_THAT(wrong("fallback_policy: KEYS_SUBSET, fallback_keys_subset: [b, a]"),
              ElementsAre(path + "must have fewer keys than the selector"));
}

TEST(SubsetCompilerTest, WhatIsNotThereIsRefused) {
  EXPECT_THAT(Wrong("subset_selectors: {keys: a}, metadata_fallback_policy: FALLBACK_LIST"),
              ElementsAre("lb_subset_config.metadata_fallback_policy: is not supported: the labels "
                          "of a request have no list of others to try"));
  EXPECT_THAT(Compile("subset_selectors: {keys: a}, metadata_fallback_policy: METADATA_NO_FALLBACK")
                  .mistakes,
              IsEmpty());
  EXPECT_THAT(CompileAll("lb_subset_config: {subset_selectors: {keys: a}}, load_balancing_policy: "
                         "{policies: []}")
                  .mistakes,
              ElementsAre("lb_subset_config: must not be set together with load_balancing_policy"));
}

TEST(SubsetCompilerTest, SelectorsAndTheirKeysHaveLimits) {
  std::string selectors;
  std::string keys;
  for (int i = 0; i < 64; ++i) selectors += fmt::format("{{keys: k{}}}, ", i);
  for (int i = 0; i < 32; ++i) keys += fmt::format("k{}, ", i);
  EXPECT_THAT(Wrong("subset_selectors: [" + selectors + "]"), IsEmpty());
  EXPECT_THAT(Wrong("subset_selectors: [" + selectors + "{keys: a}]"),
              ElementsAre("lb_subset_config.subset_selectors: must have at most 64 items"));
  EXPECT_THAT(Wrong("subset_selectors: [{keys: [" + keys + "]}]"), IsEmpty());
  EXPECT_THAT(Wrong("subset_selectors: [{keys: [" + keys + "a]}]"),
              ElementsAre("lb_subset_config.subset_selectors[0].keys: must have at most 32 items"));
}

}  // namespace
}  // namespace outrigger::compiler
