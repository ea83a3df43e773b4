// Why a response is not simply what the upstream said: Envoy's response flags, letter by letter.
//
// Here stand those that have a cause in this proxy; the names of the others are known to filters of
// access logs, which may ask for them. Thread: any (constants).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace outrigger::http {

// In Envoy's order, in which a line shows several of them.
enum class ResponseFlag : uint8_t {
  kFailedLocalHealthCheck,
  kNoHealthyUpstream,
  kUpstreamRequestTimeout,
  kLocalReset,
  kUpstreamRemoteReset,
  kUpstreamConnectionFailure,
  kUpstreamConnectionTermination,
  kUpstreamOverflow,
  kNoRouteFound,
  kDelayInjected,
  kFaultInjected,
  kRateLimited,
  kUnauthorizedExternalService,
  kRateLimitServiceError,
  kDownstreamConnectionTermination,
  kUpstreamRetryLimitExceeded,
  kStreamIdleTimeout,
  kInvalidEnvoyRequestHeaders,
  kDownstreamProtocolError,
  kUpstreamMaxStreamDurationReached,
  kResponseFromCacheFilter,
  kNoFilterConfigFound,
  kDurationTimeout,
  kUpstreamProtocolError,
  kNoClusterFound,
  kOverloadShed,
  kDnsResolutionFailed,
  kDropOverload,
  kDownstreamRemoteReset,
  kUnconditionalDropOverload,
  kNone,
};

struct ResponseFlagNames {
  std::string_view letters;  // %RESPONSE_FLAGS%
  std::string_view words;    // %RESPONSE_FLAGS_LONG%
};
// Of kNone: "-".
const ResponseFlagNames& NamesOf(ResponseFlag flag);
std::optional<ResponseFlag> FindResponseFlag(std::string_view letters);

// A set of them.
class ResponseFlags {
 public:
  void Add(ResponseFlag flag) {
    if (flag != ResponseFlag::kNone) bits_ |= uint32_t{1} << static_cast<uint32_t>(flag);
  }
  void Add(ResponseFlags others) { bits_ |= others.bits_; }
  bool Has(ResponseFlag flag) const { return (bits_ >> static_cast<uint32_t>(flag) & 1) != 0; }
  bool HasAnyOf(ResponseFlags others) const { return (bits_ & others.bits_) != 0; }
  bool is_empty() const { return bits_ == 0; }
  bool operator==(const ResponseFlags&) const = default;

 private:
  uint32_t bits_ = 0;
};

}  // namespace outrigger::http
