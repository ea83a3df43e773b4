// A family with one metric of each kind, for tests of what writes them.
//
// Thread: any.
#pragma once

#include <string>

#include "stats/family.h"

namespace outrigger::stats {

enum SmallStat : size_t { kTotal, kActive, k2xx, k5xx, kTimeMs, kVersionText, kSmallStatCount };

inline constexpr Metric kSmallMetrics[] = {
    {"rq_total", Kind::kCounter},
    {"cx_active", Kind::kGauge},
    {"rq_2xx", Kind::kCounter, "rq_xx", "envoy_response_code_class", "2"},
    {"rq_5xx", Kind::kCounter, "rq_xx", "envoy_response_code_class", "5"},
    {"rq_time", Kind::kHistogram},
    {"version_text", Kind::kText},
};
inline const Family kSmallFamily = {"cluster", "envoy_cluster_name", kSmallMetrics};

// Has one scope, without a name.
inline constexpr Metric kSingleMetrics[] = {{"live", Kind::kGauge}};
inline const Family kSingleFamily = {"server", "", kSingleMetrics};

// All that a writer writes.
template <typename Writer>
std::string WriteAll(Writer writer) {
  std::string text;
  while (writer.Append(text)) {
  }
  return text;
}

}  // namespace outrigger::stats
