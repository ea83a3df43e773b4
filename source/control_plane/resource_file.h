// The text of one resource file -> its resources. A file holds one resource or a list of them.
//
// Thread: any (no state).
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "control_plane/resource_view.h"

namespace outrigger::control_plane {

// All of the file or nothing. An empty file holds no resource. Errors name the field path or the
// line.
absl::StatusOr<ResourcesByName> ParseResourceFile(ResourceType type, std::string_view text);

}  // namespace outrigger::control_plane
