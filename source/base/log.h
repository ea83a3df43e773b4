// Operational log lines on stderr or in one file, in Envoy's levels and line format.
//
// For start-up, configuration and rare events; requests have access logs instead. Control
// characters in a line are escaped, so that bytes of peers cannot forge lines. Writing takes the
// sink's lock: a worker logs only what happens rarely, or what its level keeps off.
//
// Thread: any (ConfigureLogging: control, before other threads start; SetLogLevel: any).
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"

namespace outrigger {

enum class LogLevel { kTrace, kDebug, kInfo, kWarning, kError, kCritical, kOff };

// Envoy's names: trace, debug, info, warning (or warn), error (or err), critical, off.
std::optional<LogLevel> ParseLogLevel(std::string_view name);
std::string_view LogLevelName(LogLevel level);

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  std::string path;    // empty: stderr
  std::string format;  // of spdlog; empty: as Envoy writes its lines
};

// Without this call lines go to stderr at level info. Fails when the file cannot be opened.
absl::Status ConfigureLogging(const LogOptions& options);
void SetLogLevel(LogLevel level);
LogLevel CurrentLogLevel();

inline bool IsLogged(LogLevel level) { return level >= CurrentLogLevel(); }
void WriteLogLine(LogLevel level, std::string_view line);

template <typename... Args>
void Log(LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
  if (!IsLogged(level)) return;
  WriteLogLine(level, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace outrigger
