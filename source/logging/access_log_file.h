// One destination of access log lines: a ring for each worker, and the sink that the log thread
// empties them into.
//
// A line for which its worker's ring has no room is dropped and counted: a full or slow disk costs
// lines, never requests (F21). When writing fails the lines wait in the rings, and the file is
// opened again, ever more rarely.
//
// Shared by all logs of one path; kept by access_log_writer. Thread: Append: workers; the rest:
// log.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "logging/line_ring.h"
#include "logging/log_sink.h"
#include "stats/scope.h"

namespace outrigger::logging {

class AccessLogWriter;

class AccessLogFile {
 public:
  static constexpr Duration kRetryFirst = std::chrono::milliseconds(100);
  static constexpr Duration kRetryMax = std::chrono::seconds(10);

  AccessLogFile(std::string path, AccessLogWriter& writer, std::shared_ptr<stats::Scope> stats);
  ~AccessLogFile();

  // Of the worker with that index.
  void Append(std::string_view line, stats::WriterIndex worker);

  // Opens again, as somebody asked.
  void Reopen();
  // Writes what the rings hold. False: some of it cannot be written now.
  bool Flush(MonotonicTime now);
  bool has_lines() const;
  const std::string& path() const { return sink_.path(); }

 private:
  bool IsReady(MonotonicTime now);
  // False: not all of them.
  bool Empty(LineRing& ring, MonotonicTime now);
  bool TryToOpen();
  void OnFailure(MonotonicTime now);
  LineRing& RingOf(stats::WriterIndex worker);

  AccessLogWriter& writer_;
  const std::shared_ptr<stats::Scope> stats_;
  std::array<std::atomic<LineRing*>, stats::kWorkersMax> rings_{};
  LogSink sink_;
  stats::WriterIndex next_ring_ = 0;  // whose line is not whole in the sink yet
  bool has_failed_ = false;
  Duration retry_ = kRetryFirst;
  MonotonicTime retry_at_{};
};

}  // namespace outrigger::logging
