// The metrics of one HTTP connection manager prefix: http.<stat_prefix>.* (surface.md 2.3).
//
// Thread: any (constants).
#pragma once

#include "stats/family.h"

namespace outrigger::http {

enum HttpStat : size_t {
  kDownstreamCxTotal,
  kDownstreamCxActive,
  kDownstreamCxHttp1Total,
  kDownstreamCxHttp1Active,
  kDownstreamCxHttp2Total,
  kDownstreamCxHttp2Active,
  kDownstreamCxDestroy,
  kDownstreamCxDestroyLocal,
  kDownstreamCxDestroyRemote,
  kDownstreamCxDestroyActiveRq,
  kDownstreamCxDestroyLocalActiveRq,
  kDownstreamCxDestroyRemoteActiveRq,
  kDownstreamCxDrainClose,
  kDownstreamCxUpgradesTotal,
  kDownstreamCxUpgradesActive,
  kDownstreamCxIdleTimeout,
  kDownstreamCxMaxDurationReached,
  kDownstreamCxMaxRequestsReached,
  kDownstreamCxProtocolError,
  kDownstreamCxRxBytesTotal,
  kDownstreamCxTxBytesTotal,
  kDownstreamCxLengthMs,
  kDownstreamRqTotal,
  kDownstreamRqActive,
  kDownstreamRqCompleted,
  kDownstreamRqHttp1Total,
  kDownstreamRqHttp2Total,
  kDownstreamRq1xx,
  kDownstreamRq2xx,
  kDownstreamRq3xx,
  kDownstreamRq4xx,
  kDownstreamRq5xx,
  kDownstreamRqTime,
  kDownstreamRqFailedPathNormalization,
  kDownstreamRqNonRelativePath,
  kDownstreamRqRedirectedWithNormalizedPath,
  kDownstreamRqRxReset,
  kDownstreamRqTxReset,
  kDownstreamRqTooLarge,
  kDownstreamRqTimeout,
  kDownstreamRqHeaderTimeout,
  kDownstreamRqIdleTimeout,
  kDownstreamRqMaxDurationReached,
  kDownstreamRqResponseBeforeRqComplete,
  kDownstreamRqWsOnNonWsRoute,
  kNoRoute,
  kNoCluster,
  kRqDirectResponse,
  kRqRedirect,
  kRqResetAfterDownstreamResponseStarted,
  kRqTotal,
  kHttpStatCount,
};
extern const stats::Family kHttpFamily;

}  // namespace outrigger::http
