// Where a resource comes from, as a ConfigSource says: the aggregated stream, or a file.
//
// Thread: control (asks the file system whether the file is there).
#pragma once

#include "base/file_source.h"
#include "base/validation_errors.h"
#include "envoy/config/core/v3/config_source.pb.h"

namespace outrigger::compiler {

// Null: the aggregated stream. A source of another kind is an error at the current field path, and
// so is a file that is not there.
FilePointer CompileConfigSource(const envoy::config::core::v3::ConfigSource& proto,
                                ValidationErrors& errors);

}  // namespace outrigger::compiler
