// What routes are compiled with, beside the resource itself.
//
// Thread: control.
#pragma once

#include "compiler/cluster_slots.h"
#include "compiler/environment.h"

namespace outrigger::compiler {

struct RouteContext {
  const CompileEnvironment& environment;
  ClusterSlots& slots;                     // of the route table
  const routing::MirrorPolicies& mirrors;  // of routes that have none of their own
};

}  // namespace outrigger::compiler
