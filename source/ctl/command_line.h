// What outriggerctl is asked to do.
//
// Thread: any (values).
#pragma once

#include <optional>
#include <string>

#include "ctl/config_report.h"
#include "ctl/drain.h"
#include "ctl/lint_report.h"

namespace outrigger::ctl {

struct CommandLine {
  enum class Command { kLint, kDrain, kXds, kUpdates };
  Command command = Command::kLint;
  std::string path;  // of `lint`
  LintOptions lint;
  bool wants_json = false;               // of `lint` and `updates`
  std::string admin = "127.0.0.1:9901";  // of all that ask a proxy
  DrainOptions drain;
  XdsQuestion xds;
};

struct ParsedCommandLine {
  CommandLine command_line;
  // Set when the program should end at once, having said `text`.
  std::optional<int> exit_status;
  std::string text;
};

ParsedCommandLine ParseCommandLine(int argc, const char* const* argv);

}  // namespace outrigger::ctl
