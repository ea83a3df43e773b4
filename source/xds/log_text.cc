#include "xds/log_text.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace outrigger::xds {

namespace {
constexpr size_t kLoggedBytesMax = 200;
constexpr size_t kLoggedNamesMax = 4;
}  // namespace

std::string ForLog(std::string_view text) {
  const std::string_view start = text.substr(0, kLoggedBytesMax);
  return absl::CHexEscape({start.data(), start.size()});
}

std::string ForLog(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), kLoggedNamesMax); ++i) {
    absl::StrAppend(&text, i > 0 ? ", " : "", ForLog(names[i]));
  }
  if (names.size() > kLoggedNamesMax) {
    absl::StrAppend(&text, " and ", names.size() - kLoggedNamesMax, " more");
  }
  return text;
}

std::string ForLog(const absl::Status& status) {
  return absl::StrCat(absl::StatusCodeToString(status.code()), ": ",
                      ForLog(std::string(status.message())));
}

}  // namespace outrigger::xds
