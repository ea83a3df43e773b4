// One condition on a string: envoy.type.matcher.v3.StringMatcher, compiled.
//
// Thread: any (a value).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace outrigger {

struct StringMatch {
  enum class Kind : uint8_t { kExact, kPrefix, kSuffix, kContains, kRegex };
  Kind kind = Kind::kExact;
  std::string text;  // lower case already when ignores_case
  bool ignores_case = false;
  std::shared_ptr<const re2::RE2>
      regex;  // kRegex: never null, full match; equal text is equal regex
  bool Matches(std::string_view value) const;
  bool operator==(const StringMatch& other) const {
    return kind == other.kind && text == other.text && ignores_case == other.ignores_case;
  }
};

}  // namespace outrigger
