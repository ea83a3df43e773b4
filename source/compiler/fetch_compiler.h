// ConfigSource of on-demand CDS -> where clusters are fetched from.
//
// Thread: control.
#pragma once

#include "base/resource_source.h"
#include "base/validation_errors.h"
#include "compiler/stream_clusters.h"
#include "envoy/config/core/v3/config_source.pb.h"

namespace outrigger::compiler {

// The aggregated stream (null), or one of its own by the delta protocol: only that can ask for one
// more name. What is wrong is an error at the current field path.
SourcePointer CompileFetchSource(const envoy::config::core::v3::ConfigSource& proto,
                                 const StreamClusters& clusters, ValidationErrors& errors);

}  // namespace outrigger::compiler
