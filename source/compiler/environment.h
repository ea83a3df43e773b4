// What the process says about compiling, rather than a resource.
//
// Thread: control.
#pragma once

#include <set>
#include <string>

namespace outrigger::compiler {

struct CompileEnvironment {
  // `--edge-listener`: strangers connect to these, so that what is not said is strict (R20, R44).
  std::set<std::string, std::less<>> edge_listeners;
};

}  // namespace outrigger::compiler
