// The tree of filter chains against rules that are narrowed down one criterion after the other, on
// random chains and connections whose values are made from very few parts.
//
// OUTRIGGER_SEED replays a run.
#include <iostream>
#include <string>
#include <type_traits>

#include "base/random.h"
#include "gtest/gtest.h"
#include "test/support/chain_oracle.h"
#include "test/support/seed.h"

namespace outrigger::test {
namespace {

constexpr int kListeners = 4000;
constexpr int kConnectionsPerListener = 32;
constexpr uint64_t kChainsMax = 6;

class ChainGenerator {
 public:
  explicit ChainGenerator(uint64_t seed) : random_(seed) {}

  // Without those that overlap; how often that was is counted.
  std::vector<ChainCriteria> Chains(int& overlaps) {
    std::vector<ChainCriteria> chains;
    const uint64_t count = 1 + random_.Below(kChainsMax);
    for (uint64_t i = 0; i < count; ++i) {
      chains.push_back(Criteria());
      if (!Overlap(chains)) continue;
      chains.pop_back();
      ++overlaps;
    }
    return chains;
  }

  ChainCriteria Criteria() {
    ChainCriteria criteria;
    if (Percent(30)) criteria.destination_port = Number();
    criteria.destinations = Some(35, [this] { return Range(); });
    criteria.server_names = Some(35, [this] { return std::string(Any(kAskedNames)); });
    if (Percent(20)) criteria.transport_protocol = Any(kTransports);
    criteria.application_protocols = Some(20, [this] { return std::string(Any(kProtocols)); });
    criteria.direct_sources = Some(25, [this] { return Range(); });
    if (Percent(40))
      criteria.source_kind = Percent(50) ? SourceKind::kLocal : SourceKind::kExternal;
    criteria.sources = Some(30, [this] { return Range(); });
    criteria.source_ports = Some(30, [this] { return Number(); });
    return criteria;
  }

  OracleConnection Connection() {
    OracleConnection connection;
    connection.destination = Peer();
    connection.source = Percent(20) ? connection.destination : Peer();
    connection.direct_source = Percent(60) ? connection.source : Peer();
    if (Percent(70)) connection.server_name = Any(kNames);
    if (Percent(50)) connection.transport_protocol = "tls";
    if (Percent(50)) connection.application_protocols.push_back(Any(kProtocols));
    if (Percent(50)) connection.application_protocols.push_back(Any(kProtocols));
    return connection;
  }

 private:
  static constexpr std::string_view kNames[] = {"a", "b.a", "c.b.a", "x", "b.x", ".a", "a."};
  static constexpr std::string_view kAskedNames[] = {"a", "*.a", "b.a", "*.b.a", "c.b.a", "*.x"};
  static constexpr std::string_view kTransports[] = {"tls", "raw_buffer"};
  static constexpr std::string_view kProtocols[] = {"h2", "http/1.1", "x"};
  static constexpr std::string_view kIps[] = {"10.0.0.1",  "10.0.0.2", "10.128.0.1", "127.0.0.1",
                                              "127.0.0.2", "fd00::1",  "fd00::2",    "::1"};

  bool Percent(uint64_t percent) { return random_.Below(100) < percent; }
  uint32_t Number() { return 1 + static_cast<uint32_t>(random_.Below(3)); }
  template <size_t count>
  std::string_view Any(const std::string_view (&choices)[count]) {
    return choices[random_.Below(count)];
  }
  // One or two, that often.
  template <typename Make>
  std::vector<std::invoke_result_t<Make>> Some(uint64_t percent, Make make) {
    std::vector<std::invoke_result_t<Make>> values;
    if (Percent(percent)) values.push_back(make());
    if (Percent(percent / 3)) values.push_back(make());
    return values;
  }
  Address Peer() {
    if (Percent(5)) return *Address::FromPath("/run/peer");
    return *Address::FromIp(Any(kIps), static_cast<uint16_t>(Number()));
  }
  AddressRange Range() {
    const Address ip = *Address::FromIp(Any(kIps), 0);
    constexpr uint32_t kV4Sizes[] = {0, 8, 9, 31, 32};
    constexpr uint32_t kV6Sizes[] = {0, 16, 64, 127, 128};
    const uint64_t size = random_.Below(std::size(kV4Sizes));
    return AddressRange::Around(ip, ip.family() == AF_INET ? kV4Sizes[size] : kV6Sizes[size]);
  }

  FastRandom random_;
};

ChainMatch Build(const std::vector<ChainCriteria>& chains) {
  ChainMatch match;
  for (uint32_t i = 0; i < chains.size(); ++i) {
    EXPECT_EQ(match.Add(chains[i], i).outcome, ChainMatch::Outcome::kAdded);
  }
  return match;
}

std::string Describe(const std::optional<uint32_t>& chain) {
  return chain.has_value() ? "chain " + std::to_string(*chain) : "no chain";
}

TEST(ChainMatchPropertyTest, FindsWhatIsLeftWhenEachCriterionHasNarrowedTheRules) {
  ChainGenerator generator(SeedOfTheRun());
  int overlaps = 0;
  int pairs = 0;
  int misses = 0;
  int later = 0;
  for (int i = 0; i < kListeners; ++i) {
    const std::vector<ChainCriteria> chains = generator.Chains(overlaps);
    const ChainMatch match = Build(chains);
    for (int j = 0; j < kConnectionsPerListener; ++j) {
      const OracleConnection connection = generator.Connection();
      const auto expected = AskChainOracle(chains, connection);
      const auto actual = match.Find(connection.Inputs());
      ASSERT_EQ(actual, expected) << "listener " << i << " connection " << j << ": "
                                  << connection.ToString() << "\nwant " << Describe(expected)
                                  << ", got " << Describe(actual);
      ++pairs;
      if (!expected.has_value()) ++misses;
      if (expected.value_or(0) > 0) ++later;
    }
  }
  // A generator whose answers are nearly always the same would prove nothing.
  EXPECT_GT(overlaps, kListeners / 50);
  EXPECT_GT(misses, pairs / 20);
  EXPECT_GT(later, pairs / 20);
  EXPECT_GT(pairs - misses - later, pairs / 20);
}

TEST(ChainMatchPropertyTest, RefusesAChainIfAndOnlyIfARuleStandsThereTwice) {
  ChainGenerator generator(SeedOfTheRun());
  int refused = 0;
  for (int i = 0; i < kListeners; ++i) {
    const std::vector<ChainCriteria> chains = {generator.Criteria(), generator.Criteria()};
    ChainMatch match;
    const bool is_added = match.Add(chains[0], 0).outcome == ChainMatch::Outcome::kAdded &&
                          match.Add(chains[1], 1).outcome == ChainMatch::Outcome::kAdded;
    ASSERT_EQ(is_added, !Overlap(chains)) << "listener " << i;
    if (!is_added) ++refused;
  }
  EXPECT_GT(refused, kListeners / 100);
}

class PlantedChainBugTest : public testing::TestWithParam<PlantedChainBug> {};

TEST_P(PlantedChainBugTest, IsFound) {
  ChainGenerator generator(SeedOfTheRun());
  int overlaps = 0;
  for (int i = 0; i < kListeners; ++i) {
    const std::vector<ChainCriteria> chains = generator.Chains(overlaps);
    const ChainMatch match = Build(chains);
    for (int j = 0; j < kConnectionsPerListener; ++j) {
      const OracleConnection connection = generator.Connection();
      if (match.Find(connection.Inputs()) == AskChainOracle(chains, connection, GetParam()))
        continue;
      std::cout << "found after " << i * kConnectionsPerListener + j + 1 << " pairs\n";
      return;
    }
  }
  FAIL() << "the comparison is blind to this mistake";
}

INSTANTIATE_TEST_SUITE_P(
    EveryBug, PlantedChainBugTest,
    testing::Values(PlantedChainBug::kBacktracks, PlantedChainBug::kWidestRangeWins,
                    PlantedChainBug::kShortestWildcardWins,
                    PlantedChainBug::kWildcardMatchesItsOwnName, PlantedChainBug::kLastProtocolWins,
                    PlantedChainBug::kLoopbackIsNotLocal, PlantedChainBug::kSameAddressIsNotLocal,
                    PlantedChainBug::kSourceBeforeDirectSource));

}  // namespace
}  // namespace outrigger::test
