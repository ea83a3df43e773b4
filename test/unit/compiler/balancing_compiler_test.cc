#include "compiler/balancing_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "envoy/config/cluster/v3/cluster.pb.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using envoy::config::cluster::v3::Cluster;
using testing::ElementsAre;
using testing::IsEmpty;

Compiled<LbOptions> Compile(std::string_view fields) {
  const auto proto = FromYaml<Cluster>(fmt::format("{{name: a, type: STATIC, {}}}", fields));
  return CompileLikeReceived<LbOptions>(
      proto, [](const Cluster& cluster, ValidationErrors& errors) {
        auto options = std::make_shared<const LbOptions>(CompileBalancing(cluster, errors));
        return errors.ok() ? options : nullptr;
      });
}

LbOptions Good(std::string_view fields) {
  const auto compiled = Compile(fields);
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  return compiled.value == nullptr ? LbOptions() : *compiled.value;
}

Mistakes Wrong(std::string_view fields) { return Compile(fields).mistakes; }

std::string Policy(std::string_view type, std::string_view fields = "") {
  return fmt::format(
      "{{typed_extension_config: {{name: x, typed_config: {{'@type': "
      "type.googleapis.com/envoy.extensions.load_balancing_policies.{}{}}}}}}}",
      type, fields);
}
std::string Typed(const std::string& policies) {
  return "load_balancing_policy: {policies: [" + policies + "]}";
}
constexpr std::string_view kUnknown =
    "{typed_extension_config: {name: x, typed_config: {'@type': "
    "type.googleapis.com/envoy.config.core.v3.Node}}}";
constexpr std::string_view kWeighs = ", locality_lb_config: {locality_weighted_lb_config: {}}";

TEST(BalancingCompilerTest, AClusterThatSaysNothingTakesTurns) {
  EXPECT_EQ(Good(""), LbOptions());
  EXPECT_EQ(LbOptions().policy, LbPolicy::kRoundRobin);
}

TEST(BalancingCompilerTest, ThePoliciesOfTheClusterAreTaken) {
  EXPECT_EQ(Good("lb_policy: RANDOM").policy, LbPolicy::kRandom);
  const LbOptions least = Good("lb_policy: LEAST_REQUEST");
  EXPECT_EQ(least.policy, LbPolicy::kLeastRequest);
  EXPECT_EQ(least.choices, 2u);
  EXPECT_EQ(Good("lb_policy: LEAST_REQUEST, least_request_lb_config: {choice_count: 5}").choices,
            5u);
  EXPECT_TRUE(Good("common_lb_config: {locality_weighted_lb_config: {}}").weighs_localities);
}

TEST(BalancingCompilerTest, DrawsHaveALimit) {
  EXPECT_EQ(
      Good("lb_policy: LEAST_REQUEST, least_request_lb_config: {choice_count: 4294967295}").choices,
      kLbChoicesMax);
  EXPECT_EQ(
      Good(Typed(Policy("least_request.v3.LeastRequest", ", choice_count: 4294967295"))).choices,
      kLbChoicesMax);
}

TEST(BalancingCompilerTest, TypedPoliciesAreTaken) {
  const LbOptions least = Good(
      Typed(Policy("least_request.v3.LeastRequest", ", choice_count: 3" + std::string(kWeighs))));
  EXPECT_EQ(least.policy, LbPolicy::kLeastRequest);
  EXPECT_EQ(least.choices, 3u);
  EXPECT_FALSE(least.compares_all);
  EXPECT_TRUE(least.weighs_localities);
  EXPECT_TRUE(Good(Typed(Policy("least_request.v3.LeastRequest", ", selection_method: FULL_SCAN")))
                  .compares_all);
  EXPECT_TRUE(Good(Typed(Policy("least_request.v3.LeastRequest", ", enable_full_scan: true")))
                  .compares_all);
  EXPECT_EQ(Good(Typed(Policy("random.v3.Random"))).policy, LbPolicy::kRandom);
  EXPECT_TRUE(Good(Typed(Policy("random.v3.Random", kWeighs))).weighs_localities);
  EXPECT_TRUE(Good(Typed(Policy("round_robin.v3.RoundRobin", kWeighs))).weighs_localities);
}

TEST(BalancingCompilerTest, LocalitiesMayHaveAPolicyBelowThem) {
  const LbOptions options = Good(Typed(Policy(
      "wrr_locality.v3.WrrLocality",
      ", endpoint_picking_policy: {policies: [" + Policy("least_request.v3.LeastRequest") + "]}")));
  EXPECT_EQ(options.policy, LbPolicy::kLeastRequest);
  EXPECT_TRUE(options.weighs_localities);
}

TEST(BalancingCompilerTest, LocalitiesAreWeighedOnce) {
  const std::string inner =
      Policy("wrr_locality.v3.WrrLocality",
             ", endpoint_picking_policy: {policies: [" + Policy("random.v3.Random") + "]}");
  EXPECT_THAT(Wrong(Typed(Policy("wrr_locality.v3.WrrLocality",
                                 ", endpoint_picking_policy: {policies: [" + inner + "]}"))),
              ElementsAre(testing::HasSubstr("must not hold another wrr_locality")));
}

TEST(BalancingCompilerTest, HashesAreNotedAndTakeTurns) {
  EXPECT_THAT(Compile("lb_policy: RING_HASH").ignored,
              ElementsAre("lb_policy: balancing by a hash is round robin so far"));
  const auto typed = Compile(Typed(Policy("maglev.v3.Maglev")));
  EXPECT_THAT(typed.mistakes, IsEmpty());
  EXPECT_THAT(typed.ignored, ElementsAre(testing::EndsWith("round robin so far")));
}

TEST(BalancingCompilerTest, PoliciesOfOtherKindsAreRefused) {
  EXPECT_THAT(Wrong("lb_policy: CLUSTER_PROVIDED"),
              ElementsAre("lb_policy: CLUSTER_PROVIDED does not go with STATIC or EDS"));
  EXPECT_THAT(Wrong(Typed(std::string(kUnknown))),
              ElementsAre("load_balancing_policy.policies[0]: envoy.config.core.v3.Node is not "
                          "supported yet"));
}

TEST(BalancingCompilerTest, APolicyThatIsAnnouncedIsThere) {
  EXPECT_THAT(Wrong("lb_policy: LOAD_BALANCING_POLICY_CONFIG"),
              ElementsAre("load_balancing_policy: is required by lb_policy"));
  EXPECT_THAT(Wrong("load_balancing_policy: {}"),
              ElementsAre("load_balancing_policy.policies: must have an element"));
}

TEST(BalancingCompilerTest, TheFirstKnownPolicyCounts) {
  EXPECT_EQ(Good(Typed(std::string(kUnknown) + ", " + Policy("random.v3.Random") + ", " +
                       Policy("least_request.v3.LeastRequest")))
                .policy,
            LbPolicy::kRandom);
}

TEST(BalancingCompilerTest, ThePanicThresholdIsRounded) {
  EXPECT_EQ(Good("").panic_percent, 50u);
  EXPECT_EQ(Good("common_lb_config: {healthy_panic_threshold: {value: 0}}").panic_percent, 0u);
  EXPECT_EQ(Good("common_lb_config: {healthy_panic_threshold: {value: 33.6}}").panic_percent, 34u);
}

TEST(BalancingCompilerTest, ThePanicThresholdIsAPercentage) {
  EXPECT_THAT(Wrong("common_lb_config: {healthy_panic_threshold: {value: 101}}"),
              ElementsAre("common_lb_config.healthy_panic_threshold.value: must be at most 100"));
}

}  // namespace
}  // namespace outrigger::compiler
