// Random route tables and requests whose hosts, paths and headers are made from very few parts, so
// that domains, prefixes and conditions overlap all the time.
//
// Thread: the generator's owner.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "routing/route_table.h"
#include "test/support/route_oracle.h"

namespace outrigger::test {

class RouteGenerator {
 public:
  explicit RouteGenerator(Random& random);

  routing::RouteTableValues Table();
  // A request that is likely to have something to do with the table.
  OracleRequest RequestFor(const routing::RouteTableValues& table);

 private:
  std::string_view Any(std::initializer_list<std::string_view> choices);
  bool Percent(uint64_t percent) { return random_.Below(100) < percent; }
  std::string Host();
  std::string Domain();
  std::string Path();
  StringMatch String();
  routing::HeaderMatch Header();
  routing::QueryMatch Query();
  routing::PathMatch PathRule();
  routing::Route RouteRule();

  Random& random_;
  std::vector<std::shared_ptr<const re2::RE2>> regexes_;
};

}  // namespace outrigger::test
