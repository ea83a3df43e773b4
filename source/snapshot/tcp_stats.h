// The metrics of TCP proxies: tcp.<stat_prefix>.* (surface.md 2.3).
//
// Thread: any (constants).
#pragma once

#include "stats/family.h"

namespace outrigger {

enum TcpStat : size_t {
  kTcpCxTotal,
  kTcpCxNoRoute,
  kTcpCxRxBytesTotal,
  kTcpCxTxBytesTotal,
  kTcpPausedReadingTotal,
  kTcpResumedReadingTotal,
  kTcpIdleTimeout,
  kTcpMaxConnectionDuration,
  kTcpUpstreamFlushTotal,
  kTcpUpstreamFlushActive,
  kTcpOnDemandAttempt,
  kTcpOnDemandMissing,
  kTcpOnDemandSuccess,
  kTcpOnDemandTimeout,
  kTcpStatCount,
};
extern const stats::Family kTcpFamily;

}  // namespace outrigger
