// Fault injection: has requests wait, or answers them with an error, to see what becomes of their
// clients.
//
// What is injected is said by the configuration, or by the request's own fields where the
// configuration allows that.
//
// Thread: worker. Source: envoy/extensions/filters/http/fault/v3.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/fraction.h"
#include "http/http_filter.h"
#include "routing/header_matcher.h"
#include "stats/family.h"
#include "stats/scope.h"

namespace outrigger {

enum FaultStat : size_t {
  kDelaysInjected,
  kAbortsInjected,
  kFaultsOverflow,
  kActiveFaults,
  kFaultStatCount,
};
extern const stats::Family kFaultFamily;  // http.<stat_prefix>.fault.*

// How a request ends: an HTTP status, or a gRPC status.
struct FaultStatus {
  uint16_t http = 0;
  std::optional<uint32_t> grpc;
};

struct FaultRules final : RouteFilterConfig {
  struct Delay {
    std::optional<Duration> time;  // unset: x-envoy-fault-delay-request says
    Fraction share = {0, 100};
  };
  struct Abort {
    std::optional<FaultStatus> status;  // unset: x-envoy-fault-abort-request says, or -grpc-request
    Fraction share = {0, 100};
  };

  std::optional<Delay> delay;
  std::optional<Abort> abort;
  // Only these requests: to that cluster (empty: any), with these fields, from one of these nodes.
  std::string cluster;
  std::vector<routing::HeaderMatch> headers;
  std::vector<std::string> nodes;
  std::optional<uint32_t> active_max;  // requests with a fault at one time, in the whole process
};

class FaultConfig final : public HttpFilterConfig {
 public:
  FaultConfig(std::shared_ptr<const FaultRules> own, std::shared_ptr<stats::Scope> stats)
      : own_(std::move(own)), stats_(std::move(stats)) {}
  HttpFilter& Make(Arena& arena) const override;

 private:
  const std::shared_ptr<const FaultRules> own_;
  const std::shared_ptr<stats::Scope> stats_;
};

}  // namespace outrigger
