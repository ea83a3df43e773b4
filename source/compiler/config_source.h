// Where a resource comes from, as a ConfigSource says: the aggregated stream, one of its own, or a
// file; and how long to wait for it.
//
// Thread: control (asks the file system whether the file is there).
#pragma once

#include <optional>

#include "base/clock.h"
#include "base/resource_source.h"
#include "base/validation_errors.h"
#include "compiler/environment.h"
#include "envoy/config/core/v3/config_source.pb.h"

namespace outrigger::compiler {

// Null: the aggregated stream. A source of another kind is an error at the current field path, and
// so are a file that is not there and a cluster that is not among `clusters`.
SourcePointer CompileConfigSource(const envoy::config::core::v3::ConfigSource& proto,
                                  const StreamClusters& clusters, ValidationErrors& errors);

// How long whatever needs the resource waits for the first answer; unset: for ever (X44). A file is
// there at once.
std::optional<Duration> FetchTimeoutOf(const envoy::config::core::v3::ConfigSource& proto);

}  // namespace outrigger::compiler
