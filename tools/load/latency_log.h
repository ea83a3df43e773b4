// When each answered request was due and how long its answer then took, a line each, for those who
// want other percentiles than those of the whole run: of the moments at which something happened.
//
// Owned by the run of the load client. Thread: main.
#pragma once

#include <cstdio>
#include <string>

#include "base/clock.h"

namespace outrigger::load {

class LatencyLog {
 public:
  // An empty path: nothing is noted.
  explicit LatencyLog(const std::string& path);
  ~LatencyLog();
  LatencyLog(const LatencyLog&) = delete;
  LatencyLog& operator=(const LatencyLog&) = delete;

  bool is_usable() const { return path_.empty() || file_ != nullptr; }
  // Both in whole microseconds, `due` on the monotonic clock (clock_gettime(2)).
  void Note(MonotonicTime due, Duration latency);

 private:
  const std::string path_;
  std::FILE* const file_;
};

}  // namespace outrigger::load
