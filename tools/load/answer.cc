#include "tools/load/answer.h"

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace outrigger::load {

std::string AnswerBody(std::string_view id, std::string_view version, size_t bytes_min) {
  const XXH64_hash_t hash =
      XXH3_64bits_withSeed(id.data(), id.size(), XXH3_64bits(version.data(), version.size()));
  std::string body = fmt::format("{} {:016x}\n", id, hash);
  if (body.size() < bytes_min) body.resize(bytes_min, '.');
  return body;
}

}  // namespace outrigger::load
