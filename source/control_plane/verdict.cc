#include "control_plane/verdict.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace outrigger::control_plane {

namespace {
constexpr size_t kShownNamesMax = 4;
}  // namespace

Verdict Outstanding::Answered(ResourceType type, bool has_error,
                              const std::string& error_message) const {
  Verdict verdict{type, version, names, {}};
  if (has_error) verdict.error = error_message.empty() ? "(no reason given)" : error_message;
  return verdict;
}

std::string ShortenNames(const std::vector<std::string_view>& names) {
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), kShownNamesMax); ++i) {
    text.append(i > 0 ? ", " : "").append(names[i]);
  }
  if (names.size() > kShownNamesMax) {
    absl::StrAppend(&text, " and ", names.size() - kShownNamesMax, " more");
  }
  return text;
}

}  // namespace outrigger::control_plane
