#include "control_plane/session_ledger.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace outrigger::control_plane {

// On a stream of one type its URL may be left out (discovery.proto, type_url).
absl::StatusOr<std::optional<ResourceType>> SessionLedger::FindType(
    std::string_view type_url) const {
  if (type_url.empty() && !only_.has_value()) {
    return absl::InvalidArgumentError("type_url is missing");
  }
  if (type_url.empty()) return only_;
  const std::optional<ResourceType> type = FindTypeByUrl(type_url);
  if (!only_.has_value() || type == only_) return type;
  return absl::InvalidArgumentError(
      absl::StrCat("type_url is not ", std::string(TypeUrl(*only_)), " on its own stream"));
}

bool SessionLedger::has_outstanding() const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const Entry& entry) { return entry.outstanding.has_value(); });
}

}  // namespace outrigger::control_plane
