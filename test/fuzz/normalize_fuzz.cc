// The first byte chooses the rules, the rest is a path: what comes out is canonical, and stays so.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/slab.h"
#include "http/normalize.h"
#include "http/syntax.h"

namespace {

using outrigger::http::CanonicalPath;
using outrigger::http::EscapedSlashes;
using outrigger::http::PathRules;

std::string_view PathOf(std::string_view target) { return target.substr(0, target.find('?')); }

bool HasDotSegment(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    const std::string_view name = segment.substr(0, segment.find(';'));
    if (name == "." || name == "..") return true;
    path.remove_prefix(segment.size());
  }
  return false;
}

void CheckCanonical(std::string_view before, std::string_view after, const PathRules& rules) {
  const std::string_view path = PathOf(after);
  OUTRIGGER_CHECK(after.substr(path.size()) == before.substr(PathOf(before).size()));
  OUTRIGGER_CHECK(path.starts_with('/') && outrigger::http::IsTarget(after));
  if (rules.merges_slashes) OUTRIGGER_CHECK(path.find("//") == path.npos);
  if (!rules.normalizes) OUTRIGGER_CHECK(after.size() <= before.size());
  if (!rules.normalizes) return;
  // Only what no URI may hold becomes longer, and no more so than an escape is.
  const auto escaped = std::count_if(before.begin(), before.end(), [](char c) {
    return std::string_view("^`{|}").find(c) != std::string_view::npos;
  });
  OUTRIGGER_CHECK(after.size() <= before.size() + 2 * static_cast<size_t>(escaped));
  OUTRIGGER_CHECK(!HasDotSegment(path) && path.find('\\') == path.npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size < 2) return 0;
  const std::string_view path(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  if (!path.starts_with('/') || !outrigger::http::IsTarget(path)) return 0;  // the codecs see to it
  const PathRules rules = {(bytes[0] & 1) != 0, (bytes[0] & 2) != 0,
                           static_cast<EscapedSlashes>(bytes[0] >> 2 & 3)};
  outrigger::SlabPool slabs;
  outrigger::Arena arena(slabs);
  const CanonicalPath once = outrigger::http::CanonicalizePath(path, rules, arena);
  if (once.verdict == CanonicalPath::Verdict::kReject) return 0;
  CheckCanonical(path, once.path, rules);
  const CanonicalPath twice = outrigger::http::CanonicalizePath(once.path, rules, arena);
  OUTRIGGER_CHECK(twice.verdict == CanonicalPath::Verdict::kServe && twice.path == once.path);
  return 0;
}
