// envoy.config.cluster.v3.Cluster -> Cluster, or every mistake by field path. No side effect but
// finding the stats scope of the name.
//
// Thread: control. Source: envoy/config/cluster/v3/cluster.proto.
#pragma once

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/validation_errors.h"
#include "cluster/cluster.h"
#include "compiler/compile_context.h"

namespace envoy::config::cluster::v3 {
class Cluster;
}

namespace outrigger::compiler {

// Null when `errors` has got something.
std::shared_ptr<const Cluster> CompileCluster(const envoy::config::cluster::v3::Cluster& proto,
                                              const CompileContext& context,
                                              ValidationErrors& errors);

}  // namespace outrigger::compiler
