#include "control_plane/session_ledger.h"

#include <algorithm>

namespace outrigger::control_plane {

absl::StatusOr<std::optional<ResourceType>> SessionLedger::FindType(std::string_view type_url) {
  if (type_url.empty()) return absl::InvalidArgumentError("type_url is missing");
  return FindTypeByUrl(type_url);
}

bool SessionLedger::has_outstanding() const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const Entry& entry) { return entry.outstanding.has_value(); });
}

}  // namespace outrigger::control_plane
