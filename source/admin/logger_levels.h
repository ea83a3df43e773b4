// The loggers that tools of Envoy know by name, each with a level.
//
// Our lines have no logger, so what is logged is what the most talkative of them asks for: whoever
// wants `http: debug` gets it, with the debug lines of all others.
//
// Owned by AdminServer. Thread: service; made before its loop runs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"

namespace outrigger::admin {

class LoggerLevels {
 public:
  // All have the level of the process.
  LoggerLevels();

  static bool IsLogger(std::string_view name);
  // Requires: IsLogger(name).
  void Set(std::string_view name, LogLevel level);
  void SetAll(LogLevel level);
  // "active loggers:" and a line for each.
  std::string ToText() const;

 private:
  void Apply() const;

  std::vector<LogLevel> levels_;  // by the place of the name
};

}  // namespace outrigger::admin
