// A text with everything that a regular expression finds in it replaced.
//
// Thread: any (a value; pure). Source: envoy/type/matcher/v3 RegexMatchAndSubstitute.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/arena.h"

namespace re2 {
class RE2;
}

namespace outrigger::routing {

struct RegexRewrite {
  std::shared_ptr<const re2::RE2> regex;  // never null; equal pattern is equal regex
  std::string pattern;
  std::string substitution;  // `\1` to `\9` are groups, `\0` is all that was found
  bool operator==(const RegexRewrite& other) const {
    return pattern == other.pattern && substitution == other.substitution;
  }
};

// In the arena, unless nothing was found. Allocates.
std::string_view ReplaceAll(const RegexRewrite& rewrite, std::string_view text, Arena& arena);

}  // namespace outrigger::routing
