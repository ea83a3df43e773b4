// Which exchanges an access log writes a line of: envoy.config.accesslog.v3.AccessLogFilter,
// compiled.
//
// Thread: any (const after compile).
#pragma once

#include <cstdint>
#include <vector>

#include "base/fraction.h"
#include "base/random.h"
#include "http/metadata_match.h"
#include "http/response_flag.h"
#include "logging/log_entry.h"
#include "routing/header_matcher.h"

namespace outrigger {

struct AccessLogFilter {
  enum class Kind : uint8_t {
    kAlways,
    kStatus,
    kDuration,
    kRuntime,
    kAll,  // of `children`
    kAny,
    kHeader,
    kResponseFlag,
    kGrpcStatus,
    kLogType,
    kNotHealthCheck,
    kMetadata,
  };
  enum class Comparison : uint8_t { kEqual, kAtLeast, kAtMost, kNotEqual };

  Kind kind = Kind::kAlways;
  Comparison comparison = Comparison::kEqual;
  uint64_t value = 0;                // to compare with
  Fraction share;                    // kRuntime
  bool is_inverted = false;          // kGrpcStatus, kLogType: those that are not named
  bool draws_independently = false;  // else by the request id, alike at every proxy on the way
  http::ResponseFlags flags;         // empty: any
  uint32_t numbers = 0;              // a set: gRPC statuses, log types
  routing::HeaderMatch header;
  http::MetadataMatch metadata;
  bool matches_missing = false;  // kMetadata: what has no such value
  std::vector<AccessLogFilter> children;

  bool Matches(const logging::LogEntry& entry, Random& random) const;

 private:
  bool Compare(uint64_t with) const;
  bool IsDrawn(const logging::LogEntry& entry, Random& random) const;
  bool MatchesGrpcStatus(const logging::LogEntry& entry) const;
  bool MatchesMetadata(const logging::LogEntry& entry) const;
};

}  // namespace outrigger
