// The bytes that a DataSource stands for: inline, or read now from a file or the environment.
//
// Thread: control (reads files).
#pragma once

#include <string>

#include "base/validation_errors.h"
#include "envoy/config/core/v3/base.pb.h"

namespace outrigger::compiler {

inline constexpr size_t kDataSourceMebibytesMax = 1;

// Adds an error at the current field path when it cannot be had; then it is empty.
std::string ReadDataSource(const envoy::config::core::v3::DataSource& proto,
                           ValidationErrors& errors);

}  // namespace outrigger::compiler
