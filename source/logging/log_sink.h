// Where lines end: a file that is opened by its path, or the process's stdout or stderr.
//
// Writes as much as can be written without waiting for a reader; a disk that hangs is waited for.
// Opening again keeps the old descriptor until the new one is there, so that a folder that has gone
// costs no line.
//
// Owned by an access_log_file. Thread: log.
#pragma once

#include <string>
#include <string_view>

namespace outrigger::logging {

class LogSink {
 public:
  static constexpr std::string_view kStdout = "/dev/stdout";
  static constexpr std::string_view kStderr = "/dev/stderr";

  explicit LogSink(std::string path);
  ~LogSink();
  LogSink(const LogSink&) = delete;
  LogSink& operator=(const LogSink&) = delete;

  bool is_open() const { return fd_ >= 0; }
  const std::string& path() const { return path_; }
  // False, and errno says why: as it was.
  bool Reopen();
  // How many bytes were taken, 0: none for now; -1 and errno: it has failed. Requires: is_open().
  long Write(std::string_view bytes);

 private:
  long WriteToStream(std::string_view bytes) const;

  const std::string path_;
  const bool is_stream_;  // shared with others, who did not ask for a descriptor that never blocks
  int fd_ = -1;
};

}  // namespace outrigger::logging
