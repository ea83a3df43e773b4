#include "logging/access_log_writer.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "base/check.h"
#include "logging/access_log_stats.h"

namespace outrigger::logging {

namespace {
constexpr Duration kForEver = Duration::max();
}  // namespace

AccessLogWriter::AccessLogWriter(const Clock& clock, stats::Registry& stats)
    : clock_(clock),
      stats_(stats.Find(kAccessLogFamily, "")),
      wake_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  OUTRIGGER_CHECK(wake_fd_ >= 0);
}

AccessLogWriter::~AccessLogWriter() {
  should_stop_ = true;
  Wake();
  if (thread_.joinable()) thread_.join();
  close(wake_fd_);
}

std::shared_ptr<AccessLogFile> AccessLogWriter::Open(std::string_view path) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& file : files_) {
    if (file->path() == path) return file;
  }
  files_.push_back(std::make_shared<AccessLogFile>(std::string(path), *this, stats_));
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  Wake();
  return files_.back();
}

void AccessLogWriter::Reopen() {
  should_reopen_ = true;
  Wake();
}

void AccessLogWriter::Wake() {
  if (is_woken_.exchange(true)) return;
  const uint64_t one = 1;
  // Fails only when it is full, and then the thread is awake.
  static_cast<void>(!write(wake_fd_, &one, sizeof one));
}

void AccessLogWriter::WaitForWake(Duration longest) {
  pollfd wake = {wake_fd_, POLLIN, 0};
  const int milliseconds =
      longest == kForEver ? -1 : static_cast<int>(longest / std::chrono::milliseconds(1));
  static_cast<void>(poll(&wake, 1, milliseconds));
  uint64_t count = 0;
  static_cast<void>(!read(wake_fd_, &count, sizeof count));
  is_woken_ = false;
}

// Those in use; and those that nobody can append to any more, for the last time.
AccessLogWriter::Files AccessLogWriter::TakeFiles() {
  const std::lock_guard<std::mutex> lock(mutex_);
  Files files;
  for (auto& file : files_) {
    const bool is_unused = file.use_count() == 1;
    files.push_back(is_unused ? std::move(file) : file);
  }
  std::erase(files_, nullptr);
  return files;
}

bool AccessLogWriter::FlushAll(const Files& files) {
  bool is_all_written = true;
  for (const auto& file : files) is_all_written &= file->Flush(clock_.Now());
  return is_all_written;
}

void AccessLogWriter::Sleep(const Files& files) {
  is_asleep_ = true;
  // A line of which a worker could not know that it finds us asleep is seen here.
  const bool has_lines =
      std::any_of(files.begin(), files.end(), [](const auto& file) { return file->has_lines(); });
  if (!has_lines && !should_stop_ && !should_reopen_) WaitForWake(kForEver);
  is_asleep_ = false;
  if (should_stop_) return;
  // What comes in the next moment goes out with it.
  WaitForWake(kGather);
  stats_->ForWriter(stats::kLogWriter).Add(kFlushedByTimer);
}

void AccessLogWriter::Run() {
  pthread_setname_np(pthread_self(), "log");
  while (!should_stop_) {
    const Files files = TakeFiles();
    if (should_reopen_.exchange(false)) {
      for (const auto& file : files) file->Reopen();
    }
    if (FlushAll(files)) {
      Sleep(files);
    } else {
      // Whoever wakes us now cannot make it write any sooner.
      poll(nullptr, 0, static_cast<int>(kGather / std::chrono::milliseconds(1)));
    }
  }
  FlushAll(TakeFiles());
}

}  // namespace outrigger::logging
