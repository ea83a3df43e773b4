// The log thread and the files that it writes: gathers lines for a moment, then writes what the
// workers have left in the rings.
//
// The thread begins with the first file and sleeps while there is nothing to write: a worker that
// appends to a sleeping one wakes it, once for many lines. A file that no configuration uses any
// more is closed the next time it writes.
//
// Owned by the server; outlives every file's users, and writes what is left when it goes.
//
// Thread: control; OnAppended: worker.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "logging/access_log_file.h"
#include "stats/registry.h"

namespace outrigger::logging {

class AccessLogWriter {
 public:
  static constexpr Duration kGather = std::chrono::milliseconds(50);

  AccessLogWriter(const Clock& clock, stats::Registry& stats);
  ~AccessLogWriter();
  AccessLogWriter(const AccessLogWriter&) = delete;
  AccessLogWriter& operator=(const AccessLogWriter&) = delete;

  // The file of that path; the log thread opens it.
  std::shared_ptr<AccessLogFile> Open(std::string_view path);
  // Every file by its path again: what a rotation asks for.
  void Reopen();

  // `is_pressing`: the ring is filling up.
  void OnAppended(bool is_pressing) {
    if (is_asleep_.load(std::memory_order_seq_cst) || is_pressing) Wake();
  }

 private:
  using Files = std::vector<std::shared_ptr<AccessLogFile>>;

  void Run();
  void Wake();
  void WaitForWake(Duration longest);
  Files TakeFiles();
  // False: some of it cannot be written now.
  bool FlushAll(const Files& files);
  // Until there is something to write.
  void Sleep(const Files& files);

  const Clock& clock_;
  const std::shared_ptr<stats::Scope> stats_;
  const int wake_fd_;
  std::atomic<bool> is_asleep_ = false;
  std::atomic<bool> is_woken_ = false;  // and has not noticed yet
  std::atomic<bool> should_reopen_ = false;
  std::atomic<bool> should_stop_ = false;
  std::mutex mutex_;  // guards files_; no worker takes it
  Files files_;
  std::thread thread_;
};

}  // namespace outrigger::logging
