// StatsConfig of the bootstrap -> const value.
//
// Thread: control. Source: envoy/config/metrics/v3/stats.proto.
#pragma once

#include <string>
#include <vector>

#include "base/validation_errors.h"
#include "stats/stats_options.h"

namespace envoy::config::metrics::v3 {
class StatsConfig;
}

namespace outrigger::compiler {

inline constexpr int kTagRulesMax = 256;
inline constexpr int kNamePatternsMax = 1024;

// `warnings`: tags that are left out, and why. Requires: `errors` is at the stats_config's field.
stats::StatsOptions CompileStatsOptions(const envoy::config::metrics::v3::StatsConfig& proto,
                                        std::vector<std::string>& warnings,
                                        ValidationErrors& errors);

}  // namespace outrigger::compiler
