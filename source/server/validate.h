// `--mode validate`: reads the bootstrap and the files that it takes resources from, and compiles
// every one of them, exactly as the start does, but binds nothing and starts nothing.
//
// Thread: control (main).
#pragma once

#include <string>
#include <vector>

#include "server/command_line.h"

namespace outrigger {

struct Validation {
  std::vector<std::string> mistakes;  // each with its field path; empty: it would start
  std::vector<std::string> notes;     // what is accepted, and not all that it says
  bool is_valid() const { return mistakes.empty(); }
  // What people read: one line each, the verdict last.
  std::string ToText(const CommandLine& command_line) const;
};

Validation Validate(const CommandLine& command_line);

}  // namespace outrigger
