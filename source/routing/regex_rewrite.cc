#include "routing/regex_rewrite.h"

#include "re2/re2.h"

namespace outrigger::routing {

std::string_view ReplaceAll(const RegexRewrite& rewrite, std::string_view text, Arena& arena) {
  std::string replaced(text);
  const int count = re2::RE2::GlobalReplace(&replaced, *rewrite.regex, rewrite.substitution);
  return count == 0 ? text : arena.Copy(replaced);
}

}  // namespace outrigger::routing
