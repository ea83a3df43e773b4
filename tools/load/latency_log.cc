#include "tools/load/latency_log.h"

#include <fmt/format.h>

#include <chrono>

namespace outrigger::load {

namespace {

int64_t Microseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

}  // namespace

LatencyLog::LatencyLog(const std::string& path)
    : path_(path), file_(path.empty() ? nullptr : std::fopen(path.c_str(), "w")) {}

LatencyLog::~LatencyLog() {
  if (file_ != nullptr) std::fclose(file_);
}

// Lines are buffered: they count once the program has ended.
void LatencyLog::Note(MonotonicTime due, Duration latency) {
  if (file_ == nullptr) return;
  const std::string line =
      fmt::format("{} {}\n", Microseconds(due.time_since_epoch()), Microseconds(latency));
  std::fwrite(line.data(), 1, line.size(), file_);
}

}  // namespace outrigger::load
