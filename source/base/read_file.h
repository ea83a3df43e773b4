// A whole file as text, read in one pass without seeking (it may be a pipe), up to a size.
//
// Blocks: not for workers. Thread: any.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace outrigger {

// Errors say what and why: NotFound "cannot read /a: No such file or directory" when there is no
// such file, Unavailable when it cannot be read otherwise, ResourceExhausted "/a is larger than
// 64 MiB". Requires: `mebibytes_max` > 0.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t mebibytes_max);

}  // namespace outrigger
