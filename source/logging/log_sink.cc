#include "logging/log_sink.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

namespace outrigger::logging {

namespace {

constexpr int kOpenFlags = O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC;
constexpr mode_t kMode = 0644;

// A FIFO that nobody reads yet opens for both ways only: what fits into it waits there for its
// reader.
int Open(const std::string& path) {
  const int fd = open(path.c_str(), O_WRONLY | kOpenFlags, kMode);
  return fd < 0 && errno == ENXIO ? open(path.c_str(), O_RDWR | kOpenFlags, kMode) : fd;
}

}  // namespace

LogSink::LogSink(std::string path)
    : path_(std::move(path)), is_stream_(path_ == kStdout || path_ == kStderr) {}

LogSink::~LogSink() {
  if (fd_ >= 0 && !is_stream_) close(fd_);
}

bool LogSink::Reopen() {
  if (is_stream_) {
    fd_ = path_ == kStdout ? STDOUT_FILENO : STDERR_FILENO;
    return true;
  }
  const int fresh = Open(path_);
  if (fresh < 0) return false;
  const int old = std::exchange(fd_, fresh);
  if (old >= 0) close(old);
  return true;
}

long LogSink::Write(std::string_view bytes) {
  if (is_stream_) return WriteToStream(bytes);
  const ssize_t written = write(fd_, bytes.data(), bytes.size());
  return written < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : written;
}

// A pipe that says it is writable takes PIPE_BUF bytes without blocking.
long LogSink::WriteToStream(std::string_view bytes) const {
  pollfd poll_for = {fd_, POLLOUT, 0};
  if (poll(&poll_for, 1, 0) <= 0) return 0;
  const ssize_t written = write(fd_, bytes.data(), std::min<size_t>(bytes.size(), PIPE_BUF));
  return written < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : written;
}

}  // namespace outrigger::logging
