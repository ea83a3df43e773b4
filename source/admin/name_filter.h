// Regular expressions that come with a request, in RE2's syntax: linear time whatever they are.
//
// Thread: service.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace outrigger::admin {

enum class Anchor { kPart, kWhole };

// Whether a name matches. Error: Envoy's text, "Invalid re2 regex: ...".
absl::StatusOr<std::function<bool(std::string_view)>> CompileNameFilter(std::string_view pattern,
                                                                        Anchor anchor);

}  // namespace outrigger::admin
