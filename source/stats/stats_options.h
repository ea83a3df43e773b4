// What the bootstrap says of stats (stats_config), as values.
//
// Thread: any (const after compile). Source: envoy/config/metrics/v3/stats.proto.
#pragma once

#include <optional>

#include "stats/name_rules.h"
#include "stats/tag_rules.h"

namespace outrigger::stats {

struct StatsOptions {
  TagRules tags;
  std::optional<NameRules> names;  // absent: every metric is there
};

}  // namespace outrigger::stats
