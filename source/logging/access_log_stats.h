// The metrics of access log files: access_log_file.* (surface.md 2.3), Envoy's and one of ours.
//
// Thread: any (constants).
#pragma once

#include "stats/family.h"

namespace outrigger::logging {

enum AccessLogStat : size_t {
  kFlushedByTimer,
  kReopenFailed,
  kWriteBuffered,
  kWriteCompleted,
  kWriteFailed,
  kWriteTotalBuffered,
  kLinesDropped,  // ours: there was no room for them
  kAccessLogStatCount,
};
extern const stats::Family kAccessLogFamily;

}  // namespace outrigger::logging
