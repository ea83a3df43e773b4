// Which metrics there are, as the bootstrap wants it (stats_config.stats_matcher).
//
// Thread: any (const after compile). Source: envoy/config/metrics/v3/stats.proto.
#pragma once

#include <string_view>
#include <vector>

#include "base/string_match.h"

namespace outrigger::stats {

struct NameRules {
  std::vector<StringMatch> patterns;
  bool takes_matching = false;  // those that match a pattern are there; else those that do not

  enum class Verdict { kAll, kNone, kByName };
  // Of all metrics of the scope whose names begin so: most are decided here, once for a scrape.
  Verdict OfScope(std::string_view start) const;
  // Of one, by its whole name.
  bool Takes(std::string_view name) const;
};

}  // namespace outrigger::stats
