// What listeners and clusters are compiled with, beside the resource itself.
//
// Thread: control.
#pragma once

#include "compiler/discovered_filters.h"
#include "compiler/environment.h"
#include "compiler/tls_compiler.h"
#include "stats/registry.h"

namespace outrigger::compiler {

struct CompileContext {
  const CompileEnvironment& environment;
  stats::Registry& stats;
  TlsCompiler& tls;
};

struct ListenerContext : CompileContext {
  DiscoveredFilters& discovered_filters;
};

}  // namespace outrigger::compiler
