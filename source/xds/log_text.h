// What a peer has said, or we have of it, as one short piece of a line of the log: bounded, and
// without control characters.
//
// Thread: any (pure).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace outrigger::xds {

std::string ForLog(std::string_view text);
// The first few of them, and how many more there are.
std::string ForLog(const std::vector<std::string>& names);
std::string ForLog(const absl::Status& status);

}  // namespace outrigger::xds
