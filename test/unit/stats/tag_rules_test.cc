// Which labels come of names, by the rules that Istio and others set.
#include "stats/tag_rules.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include "stats/prometheus_writer.h"
#include "stats/registry.h"
#include "test/unit/stats/small_family.h"

namespace outrigger::stats {
namespace {

TagRule Rule(const std::string& label, const std::string& regex) {
  return {label, std::make_shared<const re2::RE2>(regex), ""};
}

// In place of the defaults, as Istio sets them.
TagRules IstioRules() {
  return {false,
          {Rule("cluster_name", "^cluster\\.((.+?(\\..+?\\.svc\\.cluster\\.local)?)\\.)"),
           Rule("response_code_class", "_rq(_(\\dxx))$"), Rule("response_code", "_rq(_(\\d{3}))$"),
           Rule("tcp_prefix", "^tcp\\.((.*?)\\.)\\w+?$")}};
}

TEST(TagRulesTest, TheFirstGroupIsTakenOutAndTheSecondIsTheValue) {
  const TagRules::Extracted scope = IstioRules().FromScope("cluster.xds-grpc.");
  EXPECT_EQ(scope.rest, "cluster.");
  EXPECT_EQ(scope.labels, "cluster_name=\"xds-grpc\"");
  const TagRules::Extracted metric = IstioRules().FromMetric("upstream_rq_2xx");
  EXPECT_EQ(metric.rest, "upstream_rq");
  EXPECT_EQ(metric.labels, "response_code_class=\"2xx\"");
}

TEST(TagRulesTest, WithOneGroupItIsBoth) {
  const TagRules rules{false, {Rule("kind", "(2xx)$")}};
  EXPECT_EQ(rules.FromMetric("rq_2xx").labels, "kind=\"2xx\"");
  EXPECT_EQ(rules.FromMetric("rq_2xx").rest, "rq_");
}

TEST(TagRulesTest, EndsOfNamesAreThoseOfWholeNames) {
  const TagRules rules{false, {Rule("begin", "^(rq)"), Rule("end", "(a\\.)$")}};
  EXPECT_EQ(rules.FromMetric("rq_total").labels, "") << "something stands before it";
  EXPECT_EQ(rules.FromScope("cluster.a.").labels, "") << "something follows";
}

TEST(TagRulesTest, AGroupThatTookNoPartIsNoTag) {
  const TagRules rules{false, {Rule("a", "x|(b)")}};
  EXPECT_EQ(rules.FromScope("x.").labels, "");
  EXPECT_EQ(rules.FromScope("x.").rest, "x.");
}

TEST(TagRulesTest, WhatSeveralRulesTakeIsTakenOnce) {
  const TagRules rules{false, {Rule("a", "(bc)"), Rule("b", "(cd)")}};
  const TagRules::Extracted extracted = rules.FromScope("abcde.");
  EXPECT_EQ(extracted.rest, "ae.");
  EXPECT_EQ(extracted.labels, "a=\"bc\",b=\"cd\"");
}

enum : size_t { kUpstreamRq2xx, kUpstreamRqTotal };
constexpr Metric kUpstreamMetrics[] = {
    {"upstream_rq_2xx", Kind::kCounter, "upstream_rq_xx", "envoy_response_code_class", "2"},
    {"upstream_rq_total", Kind::kCounter}};
const Family kUpstreamFamily = {"cluster", "envoy_cluster_name", kUpstreamMetrics};

class TaggedPrometheusTest : public testing::Test {
 protected:
  TaggedPrometheusTest() {
    scope_->ForWriter(0).Add(kUpstreamRq2xx, 2);
    scope_->ForWriter(0).Add(kUpstreamRqTotal, 3);
  }
  std::string Write(const TagRules& rules) {
    return WriteAll(PrometheusWriter(registry_.List(), {true, {}}, rules));
  }
  Registry registry_;
  std::shared_ptr<Scope> scope_ = registry_.Find(kUpstreamFamily, "a");
};

TEST_F(TaggedPrometheusTest, IstiosRulesGiveIstiosNames) {
  EXPECT_EQ(Write(IstioRules()),
            "# TYPE envoy_cluster_upstream_rq counter\n"
            "envoy_cluster_upstream_rq{response_code_class=\"2xx\",cluster_name=\"a\"} 2\n"
            "# TYPE envoy_cluster_upstream_rq_total counter\n"
            "envoy_cluster_upstream_rq_total{cluster_name=\"a\"} 3\n");
}

TEST_F(TaggedPrometheusTest, WithoutRulesAndDefaultsNamesAreWhole) {
  EXPECT_EQ(
      Write({false, {}}),
      "# TYPE envoy_cluster_a_upstream_rq_2xx counter\nenvoy_cluster_a_upstream_rq_2xx{} 2\n"
      "# TYPE envoy_cluster_a_upstream_rq_total counter\nenvoy_cluster_a_upstream_rq_total{} 3\n");
}

TEST_F(TaggedPrometheusTest, RulesMayComeBesideTheDefaults) {
  const TagRules rules{true, {Rule("mine", "^cluster\\.((a)\\.)"), {"pod", nullptr, "p1"}}};
  EXPECT_EQ(Write(rules),
            "# TYPE envoy_cluster_upstream_rq_total counter\n"
            "envoy_cluster_upstream_rq_total{envoy_cluster_name=\"a\",mine=\"a\",pod=\"p1\"} 3\n"
            "# TYPE envoy_cluster_upstream_rq_xx counter\n"
            "envoy_cluster_upstream_rq_xx{envoy_response_code_class=\"2\",envoy_cluster_name=\"a\","
            "mine=\"a\",pod=\"p1\"} 2\n");
}

}  // namespace
}  // namespace outrigger::stats
