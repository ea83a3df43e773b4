#include "http/response_flag.h"

#include <iterator>

#include "base/check.h"

namespace outrigger::http {

namespace {

// In the order of ResponseFlag.
constexpr ResponseFlagNames kFlagNames[] = {
    {"LH", "FailedLocalHealthCheck"},
    {"UH", "NoHealthyUpstream"},
    {"UT", "UpstreamRequestTimeout"},
    {"LR", "LocalReset"},
    {"UR", "UpstreamRemoteReset"},
    {"UF", "UpstreamConnectionFailure"},
    {"UC", "UpstreamConnectionTermination"},
    {"UO", "UpstreamOverflow"},
    {"NR", "NoRouteFound"},
    {"DI", "DelayInjected"},
    {"FI", "FaultInjected"},
    {"RL", "RateLimited"},
    {"UAEX", "UnauthorizedExternalService"},
    {"RLSE", "RateLimitServiceError"},
    {"DC", "DownstreamConnectionTermination"},
    {"URX", "UpstreamRetryLimitExceeded"},
    {"SI", "StreamIdleTimeout"},
    {"IH", "InvalidEnvoyRequestHeaders"},
    {"DPE", "DownstreamProtocolError"},
    {"UMSDR", "UpstreamMaxStreamDurationReached"},
    {"RFCF", "ResponseFromCacheFilter"},
    {"NFCF", "NoFilterConfigFound"},
    {"DT", "DurationTimeout"},
    {"UPE", "UpstreamProtocolError"},
    {"NC", "NoClusterFound"},
    {"OM", "OverloadManagerTerminated"},
    {"DF", "DnsResolutionFailed"},
    {"DO", "DropOverload"},
    {"DR", "DownstreamRemoteReset"},
    {"UDO", "UnconditionalDropOverload"},
    {"-", "-"},
};
static_assert(std::size(kFlagNames) == static_cast<size_t>(ResponseFlag::kNone) + 1);

}  // namespace

const ResponseFlagNames& NamesOf(ResponseFlag flag) {
  const auto index = static_cast<size_t>(flag);
  OUTRIGGER_CHECK(index < std::size(kFlagNames));
  return kFlagNames[index];
}

std::optional<ResponseFlag> FindResponseFlag(std::string_view letters) {
  for (size_t i = 0; i < static_cast<size_t>(ResponseFlag::kNone); ++i) {
    if (kFlagNames[i].letters == letters) return static_cast<ResponseFlag>(i);
  }
  return std::nullopt;
}

}  // namespace outrigger::http
