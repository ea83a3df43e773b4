// Which filter chain a connection must get, found the slow and obvious way: every combination of
// values is a rule, and each criterion in turn leaves only the rules that fit best. Shares only the
// plain values with source/snapshot, none of its code.
//
// Thread: any (pure).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "snapshot/chain_match.h"

namespace outrigger::test {

// A connection that owns what is known of it.
struct OracleConnection {
  Address destination;
  Address source;
  Address direct_source;
  std::string server_name;
  std::string transport_protocol = "raw_buffer";
  std::vector<std::string_view> application_protocols;  // literals

  // Views into *this.
  MatchInputs Inputs() const;
  std::string ToString() const;
};

// Mistakes that a matcher might make; a comparison worth its name finds each of them.
enum class PlantedChainBug {
  kNone,
  kBacktracks,
  kWidestRangeWins,
  kShortestWildcardWins,
  kWildcardMatchesItsOwnName,
  kLastProtocolWins,
  kLoopbackIsNotLocal,
  kSameAddressIsNotLocal,
  kSourceBeforeDirectSource,
};

// By position; nothing when no chain takes the connection. Requires: no two chains overlap.
std::optional<uint32_t> AskChainOracle(const std::vector<ChainCriteria>& chains,
                                       const OracleConnection& connection,
                                       PlantedChainBug bug = PlantedChainBug::kNone);

// Whether one rule stands there twice, in one chain or in two.
bool Overlap(const std::vector<ChainCriteria>& chains);

}  // namespace outrigger::test
