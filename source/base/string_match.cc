#include "base/string_match.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/absl_view.h"
#include "base/check.h"
#include "re2/re2.h"

namespace outrigger {

namespace {

bool ContainsIgnoringCase(std::string_view value, std::string_view lower_case_part) {
  return std::search(value.begin(), value.end(), lower_case_part.begin(), lower_case_part.end(),
                     [](char a, char b) {
                       return absl::ascii_tolower(static_cast<unsigned char>(a)) == b;
                     }) != value.end();
}

}  // namespace

bool StringMatch::Matches(std::string_view value) const {
  switch (kind) {
    case Kind::kExact:
      return ignores_case ? absl::EqualsIgnoreCase(AbslView(value), text) : value == text;
    case Kind::kPrefix:
      return ignores_case ? absl::StartsWithIgnoreCase(AbslView(value), text)
                          : value.starts_with(text);
    case Kind::kSuffix:
      return ignores_case ? absl::EndsWithIgnoreCase(AbslView(value), text) : value.ends_with(text);
    case Kind::kContains:
      if (text.empty()) return true;
      return ignores_case ? ContainsIgnoringCase(value, text)
                          : value.find(text) != std::string_view::npos;
    case Kind::kRegex:
      // ignores_case has no effect on a regular expression, as in Envoy.
      return re2::RE2::FullMatch(value, *regex);
  }
  OUTRIGGER_CHECK(false);
}

}  // namespace outrigger
