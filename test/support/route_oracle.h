// What a route table must answer, found the slow and obvious way: every domain is tried, then every
// route in order. Shares only the plain values with source/routing, none of its code.
//
// Thread: any (pure).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "routing/route_table.h"

namespace outrigger::test {

// A request that owns its text.
struct OracleRequest {
  std::string method = "GET";
  std::string path = "/";
  std::string authority;
  std::string scheme = "http";
  std::vector<std::pair<std::string, std::string>> headers;

  // Views into *this.
  http::RequestHead Head() const;
  std::string ToString() const;
};

// Positions; -1 where there is none.
struct OracleAnswer {
  int virtual_host = -1;
  int route = -1;
  bool operator==(const OracleAnswer&) const = default;
};

// Mistakes that a routing engine might make; a comparison worth its name finds each of them.
enum class PlantedBug {
  kNone,
  kLastRouteWins,
  kShortestWildcardWins,
  kPrefixBeforeSuffixWildcard,
  kWildcardMatchesNothing,
  kHostIsCaseSensitive,
  kPortIsKept,
  kFallsBackToAnyHost,
  kQueryIsPartOfPath,
  kSeparatedPrefixHasNoBoundary,
  kPathIgnoresCase,
  kLongestPrefixWins,
  kOnlyFirstHeaderValue,
  kMissingHeaderSatisfiesInverted,
  kRangeIncludesEnd,
  kLastParameterCounts,
};

OracleAnswer AskOracle(const routing::RouteTableValues& table, const OracleRequest& request,
                       PlantedBug bug = PlantedBug::kNone);

// The table's own answer, in the same terms.
OracleAnswer AskTable(const routing::RouteTable& table, const OracleRequest& request);

}  // namespace outrigger::test
