// Static schemas of metrics. A family names what one kind of thing counts (every cluster, every
// listener, ...); names exist only here and while they are written out.
//
// A metric's position in its family is the position given to Block; enums beside the families name
// them. Names are Envoy's (surface.md 2.3). Families live as long as the process.
//
// Thread: any (constants).
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>
#include <vector>

namespace outrigger::stats {

enum class Kind : uint8_t { kCounter, kGauge, kHistogram, kText };

enum class Reading : uint8_t {
  kWritten,      // it is written
  kOnceCounted,  // a counter or histogram that is there only when something has been counted
  // Nobody writes these gauges: they tell of a shared count of their scope (Scope::SetLimit).
  kIsAtLimit,  // 1 when nothing more is allowed
  kRemaining,  // how much is; there only where it is asked for
};

struct Metric {
  std::string_view name;  // after the scope: "upstream_rq_total"
  Kind kind;
  // What Prometheus calls it when a part of the name is a label there: upstream_rq_2xx is
  // upstream_rq_xx{envoy_response_code_class="2"}. Empty: the same name, no label.
  std::string_view prometheus_name = {};
  std::string_view label = {};
  std::string_view label_value = {};
  Reading reading = Reading::kWritten;
  uint8_t shared_count = 0;  // which one it tells of

  constexpr bool is_written() const {
    return reading == Reading::kWritten || reading == Reading::kOnceCounted;
  }
};

// Upper bounds of histogram buckets, Envoy's default (milliseconds for times).
inline constexpr double kHistogramBounds[] = {0.5,   1,      5,      10,      25,     50,    100,
                                              250,   500,    1000,   2500,    5000,   10000, 30000,
                                              60000, 300000, 600000, 1800000, 3600000};
inline constexpr size_t kHistogramBuckets = std::size(kHistogramBounds) + 1;
// Buckets, then the sum in thousandths of the unit.
inline constexpr size_t kHistogramWords = kHistogramBuckets + 1;

// Where each metric's words lie in a block. A text has none, nor has what is not written.
struct Offsets {
  explicit Offsets(std::span<const Metric> metrics);
  std::vector<uint32_t> by_metric;
  size_t words = 0;
  bool has_texts = false;
};

struct Family {
  // Of a scope whose name has two parts: "ingress.rds.routes" is one of http.<prefix>.rds.<table>.
  struct SecondPart {
    std::string_view separator;          // ".rds."
    std::string_view label;              // of what follows it
    std::string_view prometheus_prefix;  // instead of the family's: "http_rds"
    // Where it has words between dots: of the second one; further ones stay in the name, as in
    // Envoy.
    std::string_view next_label = {};
  };

  // "cluster", "http", "listener", "server", ...; empty: names begin with the scope's.
  std::string_view prefix;
  std::string_view label;  // Prometheus label of the scope's name; empty: it stays in the metric's
  std::span<const Metric> metrics;
  SecondPart second_part = {};
  // Computed once for all scopes of the family.
  Offsets offsets = Offsets(metrics);
};

}  // namespace outrigger::stats
