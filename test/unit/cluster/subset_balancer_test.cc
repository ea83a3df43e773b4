#include "cluster/lb/subset_balancer.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "cluster/cluster_stats.h"
#include "test/support/allocation_count.h"
#include "test/support/labelled_endpoints.h"

namespace outrigger {
namespace {

using test::Labelled;
using test::Labels;
using test::SetOf;
using test::Text;

// Endpoint 0 has version 1, endpoint 1 has version 2 and is unhealthy.
class SubsetBalancerTest : public testing::Test {
 protected:
  SubsetBalancerTest() {
    options_.selectors = {{.keys = {"version"}}};
    endpoints_ = {Labelled({{"version", Text("1")}}), Labelled({{"version", Text("2")}})};
    endpoints_[1].eds_health = EdsHealth::kUnhealthy;
  }
  void Adopt() {
    table_ = std::make_unique<const SubsetTable>(std::make_shared<const SubsetOptions>(options_),
                                                 SetOf(endpoints_));
    balancer_.OnAdopt(table_.get());
  }
  std::optional<uint32_t> Pick(const EndpointCriteria& criteria) {
    const auto balance = [this](const PickTable& picks) {
      return Balance(picks, lb_, cursors_, random_, [](uint32_t) { return 0u; });
    };
    return balancer_.Pick(criteria, balance, block_).endpoint;
  }
  // Selected, fallback, fallback_panic.
  std::array<uint64_t, 3> Counted() const {
    return {scope_.Sum(kLbSubsetsSelected), scope_.Sum(kLbSubsetsFallback),
            scope_.Sum(kLbSubsetsFallbackPanic)};
  }

  SubsetOptions options_;
  std::vector<Endpoint> endpoints_;
  LbOptions lb_;
  std::unique_ptr<const SubsetTable> table_;
  SubsetBalancer balancer_;
  LbCursors cursors_;
  FastRandom random_{1};
  stats::Scope scope_{kClusterFamily, "a"};
  stats::Block& block_ = scope_.ForWriter(0);
};

using Counts = std::array<uint64_t, 3>;

TEST_F(SubsetBalancerTest, WhatIsChosenIsCounted) {
  options_.fallback = SubsetFallback::kAnyEndpoint;
  Adopt();
  const http::MetadataValue one = Labels({{"version", Text("1")}});
  EXPECT_EQ(Pick({.labels = &one}), 0u);
  EXPECT_EQ(Counted(), (Counts{1, 0, 0}));
  EXPECT_EQ(Pick({}), 0u);
  EXPECT_EQ(Counted(), (Counts{1, 1, 0}));
}

TEST_F(SubsetBalancerTest, ASubsetWithoutAHealthyEndpointDoesNotFallBack) {
  options_.fallback = SubsetFallback::kAnyEndpoint;
  lb_.panic_percent = 0;
  Adopt();
  const http::MetadataValue two = Labels({{"version", Text("2")}});
  EXPECT_EQ(Pick({.labels = &two}), std::nullopt);
  EXPECT_EQ(Counted(), (Counts{1, 0, 0}));
}

TEST_F(SubsetBalancerTest, TheLastResortIsForFallbacksThatFindNobody) {
  options_.fallback = SubsetFallback::kDefaultSubset;
  options_.default_labels = Labels({{"version", Text("9")}});
  Adopt();
  EXPECT_EQ(Pick({}), std::nullopt);
  EXPECT_EQ(Counted(), (Counts{0, 0, 0}));
  options_.falls_back_to_any = true;
  Adopt();
  EXPECT_EQ(Pick({}), 0u);
  EXPECT_EQ(Counted(), (Counts{0, 0, 1}));
}

TEST_F(SubsetBalancerTest, WithoutAFallbackNobodyIsChosen) {
  options_.falls_back_to_any = true;
  Adopt();
  EXPECT_EQ(Pick({}), std::nullopt);
  EXPECT_EQ(Counted(), (Counts{0, 0, 0}));
}

TEST_F(SubsetBalancerTest, LabelsOfARouteAreLookedUpOnceInASnapshot) {
  Adopt();
  http::MetadataValue of_route = Labels({{"version", Text("1")}});
  EXPECT_EQ(Pick({.labels = &of_route}), 0u);
  const uint64_t before = test::AllocationCount();
  EXPECT_EQ(Pick({.labels = &of_route}), 0u);
  EXPECT_EQ(test::AllocationCount(), before);
  // Something else at its place, as in the next snapshot.
  of_route = Labels({{"version", Text("9")}});
  EXPECT_EQ(Pick({.labels = &of_route}), 0u);
  Adopt();
  EXPECT_EQ(Pick({.labels = &of_route}), std::nullopt);
}

TEST_F(SubsetBalancerTest, LabelsOfARequestAreLookedUpEachTime) {
  Adopt();
  http::MetadataValue own = Labels({{"version", Text("9")}});
  EXPECT_EQ(Pick({.labels = &own, .is_of_request = true}), std::nullopt);
  own = Labels({{"version", Text("1")}});
  EXPECT_EQ(Pick({.labels = &own, .is_of_request = true}), 0u);
}

}  // namespace
}  // namespace outrigger
