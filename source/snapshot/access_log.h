// The access logs of a connection manager, a TCP proxy or a listener: which lines, in which form,
// where to.
//
// Thread: any (const after compile; the files take lines of every worker).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "logging/access_log_file.h"
#include "logging/log_format.h"
#include "snapshot/access_log_filter.h"

namespace outrigger {

struct AccessLog {
  AccessLogFilter filter;
  logging::LogFormat format;
  std::shared_ptr<logging::AccessLogFile> file;
};
using AccessLogs = std::vector<AccessLog>;

// What a worker writes lines with.
struct LineWriter {
  stats::WriterIndex worker;
  Random& random;
  std::string& scratch;  // the memory of one line
};

inline void WriteLines(const AccessLogs& logs, const logging::LogEntry& entry, LineWriter writer) {
  for (const AccessLog& log : logs) {
    if (!log.filter.Matches(entry, writer.random)) continue;
    writer.scratch.clear();
    log.format.AppendLine(entry, writer.scratch);
    log.file->Append(writer.scratch, writer.worker);
  }
}

}  // namespace outrigger
