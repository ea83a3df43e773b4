#include "cluster/lb/subset_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "test/support/labelled_endpoints.h"

namespace outrigger {
namespace {

using test::Labelled;
using test::Labels;
using test::List;
using test::SetOf;
using test::Text;
using testing::ElementsAre;
using testing::IsEmpty;
using Fallback = SubsetSelector::Fallback;
using Kind = SubsetChoice::Kind;

SubsetSelector By(std::vector<std::string> keys, Fallback fallback = Fallback::kOfCluster) {
  return {.keys = std::move(keys), .fallback = fallback};
}

SubsetTable Divide(const SubsetOptions& options, std::shared_ptr<const EndpointSet> set) {
  return SubsetTable(std::make_shared<const SubsetOptions>(options), std::move(set));
}

// Whom a choice may lead to, by position.
std::set<uint32_t> Everyone(const SubsetChoice& choice) {
  if (choice.subset == nullptr) return {};
  if (choice.subset->picks == nullptr) return {choice.subset->only};
  std::set<uint32_t> everyone;
  for (uint64_t draw = 0; draw < 100; ++draw) {
    const PickTable::Choice group = choice.subset->picks->Choose(draw, 50);
    if (group.group == nullptr) continue;
    const auto& members = group.group->everyone.members;
    everyone.insert(members.begin(), members.end());
  }
  return everyone;
}

const std::vector<Endpoint> kThree = {
    Labelled({{"version", Text("1")}, {"zone", Text("a")}}),
    Labelled({{"version", Text("2")}, {"zone", Text("a")}}),
    Labelled({{"version", Text("2")}, {"zone", Text("b")}}),
};

TEST(SubsetTableTest, EndpointsWithEqualLabelsAreASubset) {
  const SubsetTable table = Divide({.selectors = {By({"version"})}}, SetOf(kThree));
  EXPECT_EQ(table.size(), 2u);
  const SubsetChoice choice = table.Choose(Labels({{"version", Text("2")}}));
  EXPECT_EQ(choice.kind, Kind::kSubset);
  EXPECT_THAT(Everyone(choice), ElementsAre(1, 2));
}

TEST(SubsetTableTest, ARequestNamesExactlyTheKeysOfASelector) {
  const SubsetTable table = Divide({.selectors = {By({"version", "zone"})}}, SetOf(kThree));
  const auto of = [&table](const http::MetadataValue& labels) { return table.Choose(labels); };
  EXPECT_THAT(Everyone(of(Labels({{"version", Text("2")}, {"zone", Text("b")}}))), ElementsAre(2));
  EXPECT_EQ(of(Labels({{"version", Text("2")}})).kind, Kind::kFallback);
  EXPECT_EQ(of(Labels({{"version", Text("2")}, {"zone", Text("b")}, {"x", Text("y")}})).kind,
            Kind::kFallback);
  EXPECT_EQ(of(Labels({})).kind, Kind::kFallback);
}

TEST(SubsetTableTest, SelectorsDivideTheSameEndpointsEachOnItsOwn) {
  const SubsetTable table = Divide({.selectors = {By({"version"}), By({"zone"})}}, SetOf(kThree));
  EXPECT_EQ(table.size(), 4u);
  EXPECT_THAT(Everyone(table.Choose(Labels({{"zone", Text("a")}}))), ElementsAre(0, 1));
  EXPECT_THAT(Everyone(table.Choose(Labels({{"version", Text("1")}}))), ElementsAre(0));
}

TEST(SubsetTableTest, EndpointsWithoutAKeyOrWithoutLabelsAreInNoSubset) {
  const SubsetTable table = Divide({.selectors = {By({"version"})}},
                                   SetOf({Labelled({{"zone", Text("a")}}), Endpoint()}));
  EXPECT_EQ(table.size(), 0u);
}

TEST(SubsetTableTest, ValuesOfOtherKindsAreOtherValues) {
  const SubsetTable table =
      Divide({.selectors = {By({"n"})}},
             SetOf({Labelled({{"n", Text("1")}}), Labelled({{"n", http::MetadataValue::Of(1.0)}}),
                    Labelled({{"n", Labels({{"deep", Text("1")}})}})}));
  EXPECT_EQ(table.size(), 3u);
  EXPECT_THAT(Everyone(table.Choose(Labels({{"n", http::MetadataValue::Of(1.0)}}))),
              ElementsAre(1));
  EXPECT_THAT(Everyone(table.Choose(Labels({{"n", Labels({{"deep", Text("1")}})}}))),
              ElementsAre(2));
}

TEST(SubsetTableTest, AListIsOneLabelUnlessListsAreSplit) {
  const auto set = SetOf({Labelled({{"v", List({Text("1"), Text("2"), Text("2")})},
                                    {"z", List({Text("a"), Text("b")})}}),
                          Labelled({{"v", Text("2")}, {"z", Text("b")}})});
  const http::MetadataValue wanted = Labels({{"v", Text("2")}, {"z", Text("b")}});
  const SubsetTable whole = Divide({.selectors = {By({"v", "z"})}}, set);
  EXPECT_THAT(Everyone(whole.Choose(wanted)), ElementsAre(1));
  const SubsetTable split = Divide({.selectors = {By({"v", "z"})}, .splits_lists = true}, set);
  EXPECT_EQ(split.size(), 4u);
  EXPECT_THAT(Everyone(split.Choose(wanted)), ElementsAre(0, 1));
}

TEST(SubsetTableTest, TheClusterSaysWhatHappensWithoutASubset) {
  SubsetOptions options = {.selectors = {By({"version"})}};
  options.default_labels = Labels({{"zone", Text("a")}});
  const auto fallback = [&options](SubsetFallback policy) {
    options.fallback = policy;
    const SubsetTable table = Divide(options, SetOf(kThree));
    const SubsetChoice choice = table.Choose(Labels({{"version", Text("9")}}));
    EXPECT_EQ(choice.kind, Kind::kFallback);
    EXPECT_EQ(Everyone(table.Fallback()), Everyone(choice));
    return Everyone(choice);
  };
  EXPECT_THAT(fallback(SubsetFallback::kNone), IsEmpty());
  EXPECT_THAT(fallback(SubsetFallback::kAnyEndpoint), ElementsAre(0, 1, 2));
  EXPECT_THAT(fallback(SubsetFallback::kDefaultSubset), ElementsAre(0, 1));
}

TEST(SubsetTableTest, ASelectorMaySaySoForItsKeys) {
  SubsetOptions options = {.fallback = SubsetFallback::kAnyEndpoint};
  options.default_labels = Labels({{"zone", Text("b")}});
  const auto fallback = [&options](Fallback policy) {
    options.selectors = {By({"version"}, policy)};
    const SubsetTable table = Divide(options, SetOf(kThree));
    return Everyone(table.Choose(Labels({{"version", Text("9")}})));
  };
  EXPECT_THAT(fallback(Fallback::kOfCluster), ElementsAre(0, 1, 2));
  EXPECT_THAT(fallback(Fallback::kNone), IsEmpty());
  EXPECT_THAT(fallback(Fallback::kDefaultSubset), ElementsAre(2));
  options.fallback = SubsetFallback::kNone;
  EXPECT_THAT(fallback(Fallback::kAnyEndpoint), ElementsAre(0, 1, 2));
}

TEST(SubsetTableTest, FewerKeysCountWhereASelectorSaysSo) {
  SubsetSelector both = By({"version", "zone"}, Fallback::kFewerKeys);
  both.fewer_keys = {"version"};
  const SubsetTable table =
      Divide({.selectors = {both, By({"version"}, Fallback::kAnyEndpoint)}}, SetOf(kThree));
  const SubsetChoice fewer =
      table.Choose(Labels({{"version", Text("2")}, {"zone", Text("nowhere")}}));
  EXPECT_EQ(fewer.kind, Kind::kSubset);
  EXPECT_THAT(Everyone(fewer), ElementsAre(1, 2));
  const SubsetChoice any = table.Choose(Labels({{"version", Text("9")}, {"zone", Text("a")}}));
  EXPECT_EQ(any.kind, Kind::kSelectorFallback);
  EXPECT_THAT(Everyone(any), ElementsAre(0, 1, 2));
}

TEST(SubsetTableTest, FewerKeysWithoutASelectorFallBackAsTheClusterSays) {
  SubsetSelector both = By({"version", "zone"}, Fallback::kFewerKeys);
  both.fewer_keys = {"zone"};
  const SubsetTable table =
      Divide({.selectors = {both}, .fallback = SubsetFallback::kAnyEndpoint}, SetOf(kThree));
  EXPECT_EQ(table.Choose(Labels({{"version", Text("9")}, {"zone", Text("a")}})).kind,
            Kind::kFallback);
}

TEST(SubsetTableTest, HealthAndPrioritiesCountWithinTheSubset) {
  std::vector<Endpoint> endpoints = {Labelled({{"v", Text("1")}}), Labelled({{"v", Text("1")}}),
                                     Labelled({{"v", Text("2")}}), Labelled({{"v", Text("2")}})};
  endpoints[0].eds_health = EdsHealth::kUnhealthy;
  endpoints[1].priority = 1;
  endpoints[2].eds_health = EdsHealth::kUnhealthy;
  const SubsetTable table = Divide({.selectors = {By({"v"})}}, SetOf(endpoints));
  EXPECT_THAT(Everyone(table.Choose(Labels({{"v", Text("1")}}))), ElementsAre(1));
  // Half of it is healthy: no panic, though only half of the cluster is as well.
  EXPECT_THAT(Everyone(table.Choose(Labels({{"v", Text("2")}}))), ElementsAre(3));
}

TEST(SubsetTableTest, OneEndpointStandsForItsSubsetWhateverItsHealth) {
  std::vector<Endpoint> endpoints(4, Labelled({{"v", Text("1")}}));
  endpoints[0].priority = 1;
  endpoints[1].eds_health = EdsHealth::kUnhealthy;
  SubsetSelector selector = By({"v"});
  selector.takes_one_endpoint = true;
  const SubsetTable table = Divide({.selectors = {selector}}, SetOf(endpoints));
  EXPECT_THAT(Everyone(table.Choose(Labels({{"v", Text("1")}}))), ElementsAre(1));
  EXPECT_EQ(table.duplicates(), 3u);
}

// Localities with weights 30 and 10, of which a subset has one of two and one of one endpoints.
std::vector<uint64_t> LocalityShares(SubsetOptions options) {
  EndpointSet set;
  set.localities = {{.weight = 30}, {.weight = 10}};
  set.endpoints = {Labelled({{"v", Text("1")}}), Labelled({{"v", Text("2")}}),
                   Labelled({{"v", Text("1")}})};
  set.endpoints[2].locality_index = 1;
  options.selectors = {By({"v"})};
  const SubsetTable table = Divide(options, SetOf(set));
  const SubsetChoice choice = table.Choose(Labels({{"v", Text("1")}}));
  const auto& localities = choice.subset->picks->Choose(0, 0).group->localities;
  return localities == nullptr ? std::vector<uint64_t>() : localities->turns.weight_ends;
}

TEST(SubsetTableTest, LocalitiesHaveTheWeightsThatTheClusterGivesThem) {
  EXPECT_THAT(LocalityShares({}), IsEmpty());
  EXPECT_THAT(LocalityShares({.weighs_localities = true}), ElementsAre(3, 4));
  EXPECT_THAT(LocalityShares({.weighs_localities = true, .scales_locality_weights = true}),
              ElementsAre(3, 5));
}

TEST(SubsetTableTest, EverySubsetHasCursorsOfItsOwn) {
  const SubsetTable table = Divide({.selectors = {By({"version"})}}, SetOf(kThree));
  std::set<uint32_t> cursors;
  for (const char* version : {"1", "2"}) {
    const SubsetChoice choice = table.Choose(Labels({{"version", Text(version)}}));
    cursors.insert(choice.subset->picks->Choose(0, 50).group->everyone.cursor);
  }
  cursors.insert(table.endpoints().picks->Choose(0, 50).group->everyone.cursor);
  EXPECT_EQ(cursors.size(), 3u);
}

TEST(SubsetTableTest, SubsetsThatComeAreCountedByTheirLabels) {
  const SubsetOptions options = {.selectors = {By({"version"})}};
  const SubsetTable before = Divide(options, SetOf(kThree));
  const SubsetTable after = Divide(
      options, SetOf({Labelled({{"version", Text("2")}}), Labelled({{"version", Text("3")}})}));
  EXPECT_EQ(after.CountNew(&before), 1u);
  EXPECT_EQ(before.CountNew(&after), 1u);
  EXPECT_EQ(after.CountNew(nullptr), 2u);
  const SubsetTable others = Divide({.selectors = {By({"zone"})}}, SetOf(kThree));
  EXPECT_EQ(others.CountNew(&before), 2u);
}

std::vector<Endpoint> WithLabels(size_t count) {
  std::vector<Endpoint> endpoints;
  for (size_t i = 0; i < count; ++i) {
    endpoints.push_back(Labelled({{"id", http::MetadataValue::Of(static_cast<double>(i))}}));
  }
  return endpoints;
}

TEST(SubsetTableTest, ThereAreNoMoreSubsetsThanTheLimit) {
  SubsetSelector selector = By({"id"});
  selector.takes_one_endpoint = true;
  const SubsetOptions options = {.selectors = {selector}};
  const SubsetTable full = Divide(options, SetOf(WithLabels(SubsetTable::kSubsetsMax)));
  EXPECT_EQ(full.size(), SubsetTable::kSubsetsMax);
  EXPECT_FALSE(full.is_cut());
  const SubsetTable cut = Divide(options, SetOf(WithLabels(SubsetTable::kSubsetsMax + 1)));
  EXPECT_EQ(cut.size(), SubsetTable::kSubsetsMax);
  EXPECT_TRUE(cut.is_cut());
  const auto last = http::MetadataValue::Of(static_cast<double>(SubsetTable::kSubsetsMax));
  EXPECT_EQ(cut.Choose(Labels({{"id", last}})).kind, Kind::kFallback);
}

// Lists of lists multiply.
TEST(SubsetTableTest, TheWorkOfSplittingListsHasALimit) {
  std::vector<http::MetadataValue> items(200, Text("x"));
  const Endpoint endpoint =
      Labelled({{"a", List(items)}, {"b", List(items)}, {"c", List(items)}, {"d", List(items)}});
  const SubsetTable table =
      Divide({.selectors = {By({"a", "b", "c", "d"})}, .splits_lists = true}, SetOf({endpoint}));
  EXPECT_EQ(table.size(), 1u);
  EXPECT_TRUE(table.is_cut());
}

}  // namespace
}  // namespace outrigger
