// The metrics of access log services: access_logs.grpc_access_log.*, Envoy's and one of ours.
//
// Thread: any (constants).
#pragma once

#include "stats/family.h"

namespace outrigger::logging {

enum AccessLogServiceStat : size_t {
  kLogsWritten,  // into a ring
  kLogsDropped,  // there was no room, or nobody to send them to any more
  kEntriesFlushed,
  kEntriesFlushFailed,  // they were on the way when a stream ended
  kStreamsFailed,       // ours: streams that ended, or could not be opened
  kAccessLogServiceStatCount,
};
extern const stats::Family kAccessLogServiceFamily;

}  // namespace outrigger::logging
