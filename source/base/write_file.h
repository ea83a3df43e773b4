// A whole file put in the place of another one: whoever reads its name finds the old or the new
// content, at any time, also after the machine has lost its power.
//
// Blocks: not for workers, nor for control. Thread: any.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace outrigger {

// Only its owner may read it (mode 0600). What is written first has the name "<path>.new"; it is
// gone after an error. Errors say what and why: "cannot write /a.new: No space left on device".
absl::Status ReplaceFile(const std::string& path, std::string_view content);

}  // namespace outrigger
