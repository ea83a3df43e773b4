// The access logs of a connection manager, a TCP proxy or a listener: which lines, in which form,
// where to.
//
// Thread: any (const after compile; files and services take lines of every worker).
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/random.h"
#include "logging/access_log_file.h"
#include "logging/access_log_service.h"
#include "logging/entry_message.h"
#include "logging/log_format.h"
#include "snapshot/access_log_filter.h"

namespace outrigger {

struct FileLog {
  logging::LogFormat format;
  std::shared_ptr<logging::AccessLogFile> file;
};
struct ServiceLog {
  logging::EntryForm form;
  std::shared_ptr<logging::AccessLogService> service;
};
struct AccessLog {
  AccessLogFilter filter;
  std::variant<FileLog, ServiceLog> to;
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
    if (const auto* to_file = std::get_if<FileLog>(&log.to)) {
      to_file->format.AppendLine(entry, writer.scratch);
      to_file->file->Append(writer.scratch, writer.worker);
    } else {
      const auto& to_service = std::get<ServiceLog>(log.to);
      logging::AppendEntry(to_service.form, entry, writer.scratch);
      to_service.service->Append(writer.scratch, writer.worker);
    }
  }
}

}  // namespace outrigger
