#include "xds/refusal_pace.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"

namespace outrigger::xds {

namespace {

// Not of nonce and versions: they are new ones each time.
uint64_t HashOf(const Message& message) {
  uint64_t hash = 0;
  const auto add = [&hash](std::string_view text) {
    hash = XXH3_64bits_withSeed(text.data(), text.size(), hash);
  };
  for (const MessageItem& item : message.items) {
    add(item.name);
    add(item.bytes);
  }
  for (std::string_view name : message.removed) add(name);
  return hash;
}

}  // namespace

bool RefusalPace::Keeps(const Message& message, Request& answer) {
  OUTRIGGER_CHECK(!has_kept());
  if (answer.error_message.empty()) {
    refused_.reset();
    return false;
  }
  const uint64_t hash = HashOf(message);
  const bool was_refused = refused_ == hash;
  refused_ = hash;
  if (was_refused) kept_ = std::move(answer);
  return was_refused;
}

}  // namespace outrigger::xds
