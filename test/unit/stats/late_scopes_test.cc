#include "stats/late_scopes.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "stats/prometheus_writer.h"
#include "stats/registry.h"
#include "stats/text_writer.h"
#include "test/unit/stats/small_family.h"

namespace outrigger::stats {
namespace {

constexpr Metric kLateMetrics[] = {
    {"answer_200", Kind::kCounter, "answer", "code", "200", Reading::kOnceCounted},
    {"answer_503", Kind::kCounter, "answer", "code", "503", Reading::kOnceCounted},
};
const Family kLateFamily = {"cluster", "envoy_cluster_name", kLateMetrics};
constexpr Metric kMethodMetrics[] = {{"calls", Kind::kCounter}};
const Family kMethodFamily = {
    "cluster", "envoy_cluster_name", kMethodMetrics, {".grpc.", "method", "cluster_grpc"}};

class LateScopesTest : public ::testing::Test {
 protected:
  Scope& Method(std::string_view part) { return scope_->Late().OfPart(kMethodFamily, part, full_); }
  std::string Text() { return WriteAll(TextWriter(registry_.List(), {})); }

  Registry registry_;
  std::shared_ptr<Scope> scope_ = registry_.Find(kLateFamily, "a");
  bool full_ = false;
};

TEST_F(LateScopesTest, AreTheSameForEverybodyWhoAsks) {
  EXPECT_EQ(scope_->FindLate(), nullptr);
  Scope& method = Method("m");
  EXPECT_EQ(&Method("m"), &method);
  EXPECT_NE(&Method("n"), &method);
  EXPECT_EQ(method.name(), "a.grpc.m");
  EXPECT_EQ(method.FullName(0), "cluster.a.grpc.m.calls");
  Scope& own = scope_->Late().Of(kLateFamily);
  EXPECT_EQ(&scope_->Late().Of(kLateFamily), &own);
  EXPECT_NE(&scope_->Late().Of(kMethodFamily), &own);
  EXPECT_EQ(own.name(), "a");
}

TEST_F(LateScopesTest, ShareOneBeyondTheMaximumOfParts) {
  std::set<const Scope*> seen;
  for (size_t i = 0; i < LateScopes::kPartsMax; ++i) {
    seen.insert(&Method(std::to_string(i)));
    ASSERT_FALSE(full_);
  }
  EXPECT_EQ(seen.size(), LateScopes::kPartsMax);
  Scope& beyond = Method("one more");
  EXPECT_TRUE(full_);
  EXPECT_EQ(beyond.name(), "a.grpc.outrigger_overflow");
  EXPECT_EQ(&Method("another"), &beyond);
  Method("7");
  EXPECT_FALSE(full_);
  EXPECT_EQ(scope_->Late().Of(kLateFamily).name(), "a");  // those without a part have no end
}

TEST_F(LateScopesTest, StandInTheirPlacesAmongAllOthers) {
  const auto before = registry_.Find(kSmallFamily, "a.b");
  const auto behind = registry_.Find(kSmallFamily, "a.grpc.x");
  Method("m");
  Method("z");
  std::vector<std::string> starts;
  for (const auto& scope : registry_.List()) starts.push_back(scope->Start());
  EXPECT_EQ(starts, (std::vector<std::string>{"cluster.a.", "cluster.a.b.", "cluster.a.grpc.m.",
                                              "cluster.a.grpc.x.", "cluster.a.grpc.z."}));
}

TEST_F(LateScopesTest, MetricsMayAppearWithTheirFirstCount) {
  Scope& own = scope_->Late().Of(kLateFamily);
  EXPECT_EQ(Text(), "");
  own.ForWriter(1).Add(1, 2);
  EXPECT_EQ(Text(), "cluster.a.answer_503: 2\n");
  EXPECT_EQ(WriteAll(PrometheusWriter(registry_.List(), {}, TagRules())),
            "# TYPE envoy_cluster_answer counter\n"
            "envoy_cluster_answer{code=\"503\",envoy_cluster_name=\"a\"} 2\n");
  registry_.ResetCounters();
  EXPECT_EQ(Text(), "cluster.a.answer_503: 0\n");
  own.ForWriter(0).Add(1);
  EXPECT_EQ(Text(), "cluster.a.answer_503: 1\n");
}

TEST_F(LateScopesTest, GoWithTheirOwnerAndNotWhileTheyAreListed) {
  Method("m").ForWriter(0).Add(0);
  auto listed = registry_.List();
  scope_.reset();
  EXPECT_EQ(WriteAll(TextWriter(listed, {})), "cluster.a.grpc.m.calls: 1\n");
  listed.clear();
  registry_.List();
  EXPECT_TRUE(registry_.List().empty());
}

}  // namespace
}  // namespace outrigger::stats
