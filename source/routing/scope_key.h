// Which scope of routes a request belongs to, by what its header fields hold: fragments, taken from
// one field each, make the key that scopes are known by.
//
// Thread: any (pure). Source: envoy/extensions/filters/network/http_connection_manager/v3
// ScopedRoutes.ScopeKeyBuilder.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "http/message.h"

namespace outrigger::routing {

// One element of a field's first value.
struct ScopeFragment {
  std::string field;              // lower case; pseudo headers, too
  std::string element_separator;  // empty: the value is the one element
  uint32_t index = 0;             // which element, unless `key` says so
  std::string key;                // of the element `<key><key_separator><fragment>`; empty: unset
  std::string key_separator;
  bool operator==(const ScopeFragment&) const = default;
};
using ScopeFragments = std::vector<ScopeFragment>;

// Between fragments of a key; no header field holds it.
inline constexpr char kScopeKeySeparator = '\0';

// The key of a scope. Requires: no fragment holds the separator.
std::string JoinScopeKey(std::span<const std::string> fragments);
// The key that a request asks for; unset when one of its fragments is missing. Lives as long as the
// request and the arena. Requires: there are fragments.
std::optional<std::string_view> ScopeKeyOf(const ScopeFragments& fragments,
                                           const http::RequestHead& request, Arena& arena);

}  // namespace outrigger::routing
