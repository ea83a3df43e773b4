// The compiled table against the scan in order, on random tables and requests.
//
// OUTRIGGER_SEED replays a run.
#include <iostream>
#include <string>

#include "base/random.h"
#include "gtest/gtest.h"
#include "test/support/route_generator.h"
#include "test/support/route_oracle.h"
#include "test/support/seed.h"

namespace outrigger::test {
namespace {

constexpr int kTables = 4000;
constexpr int kRequestsPerTable = 32;

struct Tally {
  int pairs = 0;
  int no_host = 0;
  int no_route = 0;
  int later_route = 0;  // not the first of its host
};

void Count(const OracleAnswer& answer, Tally& tally) {
  ++tally.pairs;
  if (answer.virtual_host == -1) ++tally.no_host;
  if (answer.virtual_host != -1 && answer.route == -1) ++tally.no_route;
  if (answer.route > 0) ++tally.later_route;
}

std::string Describe(const OracleAnswer& answer) {
  return "host " + std::to_string(answer.virtual_host) + " route " + std::to_string(answer.route);
}

TEST(RouteTablePropertyTest, AnswersLikeAScanInOrder) {
  FastRandom random(SeedOfTheRun());
  RouteGenerator generator(random);
  Tally tally;
  for (int i = 0; i < kTables; ++i) {
    const auto table = routing::RouteTable::Build(generator.Table());
    for (int j = 0; j < kRequestsPerTable; ++j) {
      const OracleRequest request = generator.RequestFor(table->values());
      const OracleAnswer expected = AskOracle(table->values(), request);
      const OracleAnswer actual = AskTable(*table, request);
      ASSERT_EQ(actual, expected) << "table " << i << " request " << j << ": " << request.ToString()
                                  << "\nwant " << Describe(expected) << ", got "
                                  << Describe(actual);
      Count(expected, tally);
    }
  }
  // A generator whose answers are nearly always the same would prove nothing.
  EXPECT_GE(tally.pairs, 100'000);
  EXPECT_GT(tally.no_host, tally.pairs / 50);
  EXPECT_GT(tally.no_route, tally.pairs / 20);
  EXPECT_GT(tally.later_route, tally.pairs / 8);
}

class PlantedBugTest : public testing::TestWithParam<PlantedBug> {};

TEST_P(PlantedBugTest, IsFound) {
  FastRandom random(SeedOfTheRun());
  RouteGenerator generator(random);
  for (int i = 0; i < kTables; ++i) {
    const auto table = routing::RouteTable::Build(generator.Table());
    for (int j = 0; j < kRequestsPerTable; ++j) {
      const OracleRequest request = generator.RequestFor(table->values());
      if (AskTable(*table, request) == AskOracle(table->values(), request, GetParam())) continue;
      std::cout << "found after " << i * kRequestsPerTable + j + 1 << " pairs\n";
      return;
    }
  }
  FAIL() << "the comparison is blind to this mistake";
}

INSTANTIATE_TEST_SUITE_P(
    EveryBug, PlantedBugTest,
    testing::Values(PlantedBug::kLastRouteWins, PlantedBug::kShortestWildcardWins,
                    PlantedBug::kPrefixBeforeSuffixWildcard, PlantedBug::kWildcardMatchesNothing,
                    PlantedBug::kHostIsCaseSensitive, PlantedBug::kPortIsKept,
                    PlantedBug::kFallsBackToAnyHost, PlantedBug::kQueryIsPartOfPath,
                    PlantedBug::kSeparatedPrefixHasNoBoundary, PlantedBug::kPathIgnoresCase,
                    PlantedBug::kLongestPrefixWins, PlantedBug::kOnlyFirstHeaderValue,
                    PlantedBug::kMissingHeaderSatisfiesInverted, PlantedBug::kRangeIncludesEnd,
                    PlantedBug::kLastParameterCounts));

}  // namespace
}  // namespace outrigger::test
