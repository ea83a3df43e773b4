// Whether a request's header fields satisfy a route's header matches, as Envoy 1.40 decides it.
//
// Repeated fields are matched one by one, never joined: a match holds when any value satisfies it,
// and an inverted match holds when none does (R46). A missing field satisfies only kAbsent or an
// inverted kPresent, unless it is treated as an empty value.
//
// Thread: any (pure).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/string_match.h"
#include "http/message.h"

namespace outrigger::routing {

struct HeaderMatch {
  enum class Kind : uint8_t { kPresent, kAbsent, kString, kRange };
  std::string name;  // lower case; pseudo headers ":method", ":path", ":authority", ":scheme" too
  Kind kind = Kind::kPresent;
  StringMatch string;
  int64_t range_begin = 0;
  int64_t range_end = 0;  // exclusive
  bool is_inverted = false;
  bool treats_missing_as_empty = false;
  bool operator==(const HeaderMatch&) const = default;
};

// All values of a field, pseudo headers too, with commas between them; nothing when it is missing.
std::optional<std::string> JoinedValues(const std::string& name, const http::RequestHead& request);

bool MatchesHeader(const HeaderMatch& match, const http::RequestHead& request);
bool MatchesHeaders(std::span<const HeaderMatch> matches, const http::RequestHead& request);

// The first field of that lower-case name, or what stands for it: pseudo
// headers, and `host` and `upgrade`, which the codecs keep apart.
std::optional<std::string_view> RequestField(std::string_view name,
                                             const http::RequestHead& request);

}  // namespace outrigger::routing
